import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface SmallDisk {
  readonly folder: string;
  /** `ro`, `rw`, or `size=4m`. */
  remount(option: string): void;
  unmount(): void;
}

/** An in-memory disk; undefined where this user may not mount one. */
export function mountSmallDisk(kilobytes: number): SmallDisk | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "glimpse-disk-"));
  mkdirSync(folder, { recursive: true });
  const mount = (...args: string[]) => spawnSync("mount", args, { stdio: "ignore" }).status === 0;
  if (!mount("-t", "tmpfs", "-o", `size=${kilobytes}k`, "tmpfs", folder)) return undefined;
  return {
    folder,
    remount: (option) => {
      if (!mount("-o", `remount,${option}`, folder)) throw new Error(`could not remount with ${option}`);
    },
    unmount: () => void spawnSync("umount", ["-l", folder]),
  };
}
