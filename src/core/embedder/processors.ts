import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";

export interface Processors {
  /** Processors that this process may run on, as far as its quota of time goes. */
  readonly logical: number;
  /** Cores among them; undefined where the system does not tell. */
  readonly physical: number | undefined;
}

let found: Processors | undefined;

/** Of this machine. */
export function processors(): Processors {
  found ??= processorsOf();
  return found;
}

/** @param root where `proc` and `sys` lie, for Linux */
export function processorsOf(
  platform = process.platform,
  root = "/",
  allowed = availableParallelism(),
): Processors {
  if (platform !== "linux") return { logical: allowed, physical: undefined };
  // A fraction counts as one: with fewer threads it would go unused.
  const quota = Math.max(1, Math.ceil(quotaOf(root)));
  const physical = coresOf(root);
  return {
    logical: Math.min(allowed, quota),
    physical: physical === undefined ? undefined : Math.min(physical, allowed, quota),
  };
}

const textOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
};

/** Cores of the processors that this process may run on: those of one core name the same siblings. */
function coresOf(root: string): number | undefined {
  const folder = join(root, "sys/devices/system/cpu");
  const status = textOf(join(root, "proc/self/status")) ?? "";
  const allowed = inList(/^Cpus_allowed_list:\s*(.+)$/m.exec(status)?.[1]);
  const siblings = new Set<string>();
  for (const name of namesIn(folder)) {
    const number = /^cpu(\d+)$/.exec(name)?.[1];
    if (number === undefined || (allowed && !allowed.has(Number(number)))) continue;
    const topology = join(folder, name, "topology");
    const list = textOf(join(topology, "core_cpus_list")) ?? textOf(join(topology, "thread_siblings_list"));
    // One that is switched off has none.
    if (list !== undefined) siblings.add(list);
  }
  return siblings.size > 0 ? siblings.size : undefined;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** `0-3,8` */
function inList(list: string | undefined): ReadonlySet<number> | undefined {
  if (list === undefined) return undefined;
  const numbers = new Set<number>();
  for (const range of list.split(",")) {
    const [from = 0, to = from] = range.split("-").map(Number);
    for (let number = from; number <= to; number++) numbers.add(number);
  }
  return numbers;
}

/** Processors' worth of time that the control groups of this process leave it; infinite without a quota. */
function quotaOf(root: string): number {
  const groups = textOf(join(root, "proc/self/cgroup")) ?? "";
  const quotas = groups.split("\n").flatMap((line) => {
    const [, controllers = "", path = ""] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === "") return quotasAlong(join(root, "sys/fs/cgroup"), path, quotaOfVersion2);
    if (!controllers.split(",").includes("cpu")) return [];
    return [controllers, "cpu"].flatMap((mounted) =>
      quotasAlong(join(root, "sys/fs/cgroup", mounted), path, quotaOfVersion1),
    );
  });
  return Math.min(Number.POSITIVE_INFINITY, ...quotas);
}

/** A group has no more than those above it. In a container its own path may be that of the host, and not be there. */
function quotasAlong(mounted: string, path: string, quotaIn: (folder: string) => number): number[] {
  const names = path.split("/").filter((name) => name !== "" && name !== "..");
  return Array.from({ length: names.length + 1 }, (_, depth) =>
    quotaIn(join(mounted, ...names.slice(0, depth))),
  );
}

function quotaOfVersion2(folder: string): number {
  const [quota = "max", period = "100000"] = (textOf(join(folder, "cpu.max")) ?? "").split(" ");
  return shareOf(Number(quota), Number(period));
}

const quotaOfVersion1 = (folder: string): number =>
  shareOf(
    Number(textOf(join(folder, "cpu.cfs_quota_us")) ?? -1),
    Number(textOf(join(folder, "cpu.cfs_period_us")) ?? 100_000),
  );

/** "max" and -1 are no quota. */
const shareOf = (quota: number, period: number) =>
  quota > 0 && period > 0 ? quota / period : Number.POSITIVE_INFINITY;
