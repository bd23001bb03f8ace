import { NotFoundError } from "../errors.ts";
import type { Catalog, Failure, NewImage } from "../ports.ts";
import type { FilePlacement, ImageId } from "../types.ts";

/** Enough that a commit's sync to disk costs little compared with embedding, few enough to lose little. */
const COMMIT_AT = 32;
const COMMIT_AFTER_MS = 1000;

export interface Committed {
  readonly added: readonly ImageId[];
  readonly known: number;
  readonly failures: readonly Failure[];
}

interface Pending {
  images: NewImage[];
  placements: { id: ImageId; placement: FilePlacement }[];
  failures: Failure[];
}

const nothing = (): Pending => ({ images: [], placements: [], failures: [] });

/** Gathers finished work and commits it in steps; `onCommit` is called for a step only once it is durable. */
export class CommitBatch {
  readonly #catalog: Catalog;
  readonly #onCommit: (done: Committed) => Promise<void>;
  #pending = nothing();
  #since = Date.now();
  #last: Promise<void> = Promise.resolve();

  constructor(catalog: Catalog, onCommit: (done: Committed) => Promise<void>) {
    this.#catalog = catalog;
    this.#onCommit = onCommit;
  }

  async image(image: NewImage): Promise<void> {
    this.#pending.images.push(image);
    await this.#flushIfFull();
  }

  async placement(id: ImageId, placement: FilePlacement): Promise<void> {
    this.#pending.placements.push({ id, placement });
    await this.#flushIfFull();
  }

  async failure(failure: Failure): Promise<void> {
    this.#pending.failures.push(failure);
    await this.#flushIfFull();
  }

  /** Commits what is pending, after the steps before it. */
  flush(): Promise<void> {
    const batch = this.#pending;
    this.#pending = nothing();
    this.#since = Date.now();
    this.#last = this.#last.then(() => this.#commit(batch));
    return this.#last;
  }

  async #flushIfFull(): Promise<void> {
    const { images, placements, failures } = this.#pending;
    const size = images.length + placements.length + failures.length;
    if (size >= COMMIT_AT || Date.now() - this.#since >= COMMIT_AFTER_MS) await this.flush();
  }

  async #commit({ images, placements, failures }: Pending): Promise<void> {
    if (images.length > 0) await this.#catalog.images.put(images);
    const lost = placements.length > 0 ? await this.#place(placements) : [];
    const failed = [...failures, ...lost];
    if (failed.length > 0) await this.#catalog.files.putFailures(failed);
    const added = images.filter(({ replaces }) => !replaces).map(({ picture }) => picture.id);
    const known = images.length - added.length + placements.length - lost.length;
    await this.#onCommit({ added, known, failures: failed });
  }

  /** @returns failures for those whose image was removed since it was looked up; the next run reads them. */
  async #place(placements: Pending["placements"]): Promise<Failure[]> {
    try {
      await this.#catalog.images.putPlacements(placements);
      return [];
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
    }
    const lost: Failure[] = [];
    for (const one of placements) {
      await this.#catalog.images.putPlacements([one]).catch((error: unknown) => {
        if (!(error instanceof NotFoundError)) throw error;
        lost.push(removedMeanwhile(one.placement));
      });
    }
    return lost;
  }
}

function removedMeanwhile({ path, root, bytes, modifiedAt, changedAt }: FilePlacement): Failure {
  const reason = "its picture was removed from the library while it was added; add again";
  const file = { origin: path, root, bytes, modifiedAt, changedAt };
  return { ...file, code: "changed-while-reading", reason, at: Date.now() };
}
