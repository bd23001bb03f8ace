import { hostname } from "node:os";
import { join } from "node:path";
import { namesBelow } from "../names-below.ts";
import type { Catalog, Root, Volume, WorkQueue } from "../ports.ts";
import type { FilePlacement } from "../types.ts";

/** Somebody adds a volume while programs run. */
const KNOWN_FOR_MS = 5000;

/** Where files lie on this host: those of its own as they are placed, others by the volumes that both hosts have. */
export class VolumePaths {
  readonly #catalog: Pick<Catalog, "files">;
  readonly #work: Pick<WorkQueue, "volumes">;
  #known:
    | Promise<{ readonly roots: ReadonlyMap<string, Root>; readonly volumes: readonly Volume[] }>
    | undefined;
  #until = 0;

  constructor(catalog: Pick<Catalog, "files">, work: Pick<WorkQueue, "volumes">) {
    this.#catalog = catalog;
    this.#work = work;
  }

  /** As they are placed where no volume leads to them: another host may have the same paths. */
  async here<File extends Pick<FilePlacement, "root" | "path">>(
    file: File,
  ): Promise<Pick<FilePlacement, "root" | "path">> {
    const { roots, volumes } = await this.#read();
    const host = roots.get(file.root)?.host ?? hostname();
    if (host === hostname()) return file;
    for (const there of volumes) {
      const here = volumes.find(({ volume, host }) => volume === there.volume && host === hostname());
      if (here && there.host === host && namesBelow(file.root, there.path))
        return { root: moved(file.root, there, here), path: moved(file.path, there, here) };
    }
    return file;
  }

  /** This host's own. */
  async volumesHere(): Promise<Volume[]> {
    return (await this.#read()).volumes.filter(({ host }) => host === hostname());
  }

  #read() {
    if (this.#known === undefined || Date.now() > this.#until) {
      this.#until = Date.now() + KNOWN_FOR_MS;
      this.#known = this.#readNow();
      this.#known.catch(() => {
        this.#known = undefined;
      });
    }
    return this.#known;
  }

  async #readNow() {
    const volumes = await this.#work.volumes();
    const roots = await this.#catalog.files.roots();
    return { volumes, roots: new Map(roots.map((root) => [root.path, root])) };
  }
}

const moved = (path: string, there: Volume, here: Volume): string =>
  join(here.path, ...(namesBelow(path, there.path) ?? []));
