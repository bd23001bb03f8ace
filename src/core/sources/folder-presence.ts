import { lstat, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { isInside } from "../is-inside.ts";

interface PresenceOptions {
  /** Disks mounted below the root, by their folder. */
  readonly mounts: ReadonlyMap<string, string>;
  /** The device that a folder lies on; undefined when that is unknown. Default: as the system reports it. */
  readonly deviceOf?: ((folder: string) => Promise<string | undefined>) | undefined;
}

/** Whether what a scan found of a root is still where it was: what goes away with a whole folder is no fault of its files. */
export class FolderPresence {
  readonly #root: string;
  readonly #options: PresenceOptions;
  readonly #identity: string | undefined;
  readonly #gone = new Set<string>();

  private constructor(root: string, identity: string | undefined, options: PresenceOptions) {
    this.#root = root;
    this.#identity = identity;
    this.#options = options;
  }

  static async of(root: string, options: PresenceOptions): Promise<FolderPresence> {
    return new FolderPresence(root, await identityOf(root), options);
  }

  /** The root itself, or folders inside it. */
  get gone(): ReadonlySet<string> {
    return this.#gone;
  }

  isGone(path: string): boolean {
    for (const folder of this.#gone) if (isInside(path, folder)) return true;
    return false;
  }

  /** Looks what became of the folders around a file that could not be read. @returns whether it went away with one */
  async wentWith(path: string): Promise<boolean> {
    if (this.isGone(path)) return true;
    const folder = await this.#outermostGone(path);
    if (folder !== undefined) this.#gone.add(folder);
    return folder !== undefined;
  }

  async #outermostGone(path: string): Promise<string | undefined> {
    if (this.#identity === undefined || (await identityOf(this.#root)) !== this.#identity) return this.#root;
    for (const folder of foldersBetween(this.#root, path)) {
      const found = await lstat(folder).catch(() => undefined);
      if (!found?.isDirectory()) return folder;
      const device = this.#options.mounts.get(folder);
      if (device !== undefined && (await this.#deviceOf(folder)) !== device) return folder;
    }
    return undefined;
  }

  async #deviceOf(folder: string): Promise<string | undefined> {
    const { deviceOf } = this.#options;
    if (deviceOf) return deviceOf(folder);
    return stat(folder).then(
      ({ dev }) => String(dev),
      () => undefined,
    );
  }
}

/** Outermost first. */
function foldersBetween(root: string, path: string): string[] {
  const folders: string[] = [];
  for (let at = dirname(path); at !== root && isInside(at, root); at = dirname(at)) folders.unshift(at);
  return folders;
}

/** Another disk in the place of the first has another one. */
const identityOf = (path: string): Promise<string | undefined> =>
  stat(path).then(
    ({ dev, ino }) => `${dev}:${ino}`,
    () => undefined,
  );
