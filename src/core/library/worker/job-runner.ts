import { isLasting, LibraryError, PictureError } from "../../errors.ts";
import type { CatalogImage, FinishedJob, Job, Outcome, WorkQueue } from "../../ports.ts";
import type { DiscordPlacement, EmbeddingSpace, FilePlacement } from "../../types.ts";
import { embedPosted, postFailure } from "../add-posted.ts";
import { CommitBatch } from "../commit-batch.ts";
import type { LoadedModel } from "../dependencies.ts";
import { embedOriginal } from "../embed-missing.ts";
import { FileReader } from "../file-reader.ts";
import type { LibraryContext } from "../library-context.ts";
import { readPosted, readText } from "../read-texts.ts";
import { isMounted } from "./is-mounted.ts";
import type { WantedModels } from "./wanted-models.ts";

/** Does jobs of each kind under one model of the library, and stores what came of them in batches. */
export class JobRunner {
  readonly #context: LibraryContext;
  readonly #queue: WorkQueue;
  readonly #model: LoadedModel;
  readonly #wanted: WantedModels;
  readonly #files: FileReader;
  readonly #batch: CommitBatch<FinishedJob>;

  constructor(
    context: LibraryContext,
    queue: WorkQueue,
    { model, wanted }: { readonly model: LoadedModel; readonly wanted: WantedModels },
    onStored: (finished: readonly FinishedJob[]) => void,
  ) {
    this.#context = context;
    this.#queue = queue;
    this.#model = model;
    this.#wanted = wanted;
    const { catalog } = context;
    const onWait = () => this.#batch.flush();
    this.#files = new FileReader({ catalog, embedder: model.embedder }, { onWait });
    this.#batch = new CommitBatch(async (finished) => {
      const lost = await queue.finish(finished);
      await this.#files.committed(
        finished.flatMap(({ outcome }) => (outcome && "image" in outcome ? [outcome.image.picture.id] : [])),
      );
      // What somebody else has by now stays theirs.
      await queue.giveBack(
        lost.map(({ job }) => job),
        "later",
      );
      onStored(finished.filter((each) => !lost.includes(each)));
    });
  }

  flush(): Promise<void> {
    return this.#batch.flush();
  }

  close(): Promise<void> {
    return this.#files.close();
  }

  /** @throws LibraryError; whatever else goes wrong is the job's, which is tried again later */
  async run(job: Job): Promise<void> {
    try {
      await this.#run(job);
    } catch (error) {
      if (error instanceof LibraryError) throw error;
      await this.#queue.giveBack([job], "later");
    }
  }

  async #run(job: Job): Promise<void> {
    const { task } = job;
    switch (task.kind) {
      case "file":
        return this.#addFile(job, task.placement);
      case "post":
        return this.#addPost(job, task.placement);
      case "text":
        return this.#finish(job, await this.#readText(task.image));
      case "vector":
        return this.#finish(job, await this.#embed(task.image, task.space));
    }
  }

  async #finish(job: Job, outcome: Outcome | undefined): Promise<void> {
    if (outcome) await this.#batch.add({ job, outcome });
    else await this.#queue.giveBack([job], "later");
  }

  async #addFile(job: Job, placement: FilePlacement): Promise<void> {
    const here = (await this.#context.volumes?.here(placement)) ?? placement;
    const keep = async (outcome: Outcome) => {
      const isAway =
        "failure" in outcome && !isLasting(outcome.failure.code) && !(await isMounted(here.root));
      // Its disk went away, not the file.
      if (isAway) await this.#queue.giveBack([job], "once it is there");
      else await this.#batch.add({ job, outcome });
    };
    await this.#files.read(placement, keep, here.path);
  }

  async #addPost(job: Job, placement: DiscordPlacement): Promise<void> {
    const { catalog, originals } = this.#context;
    const { embedder, reader } = this.#model;
    const source = await originals.locate({ placements: [placement] });
    if (source === undefined) return this.#queue.giveBack([job], "later");
    const bytes = "bytes" in source ? source.bytes : undefined;
    try {
      const { id, outcome } = await embedPosted({ catalog, embedder }, source, placement);
      await this.#batch.add({ job, outcome });
      if (!reader || !bytes) return;
      // Only once it is placed may it be read.
      await this.#batch.flush();
      await readPosted({ catalog, reader }, { id, bytes, guildId: placement.guildId });
    } catch (error) {
      if (!(error instanceof PictureError)) throw error;
      if (!isLasting(error.code)) return this.#queue.giveBack([job], "later");
      await this.#batch.add({
        job,
        outcome: { failure: postFailure(error, bytes?.byteLength ?? 0, placement) },
      });
    }
  }

  async #readText(image: CatalogImage): Promise<Outcome | undefined> {
    const { reader } = this.#model;
    const engine = await reader?.engine();
    if (!reader || engine === undefined) return undefined;
    const { catalog, originals } = this.#context;
    const read = await readText({ catalog, originals, reader }, image, undefined);
    return read && { reading: { ...read.reading, engine } };
  }

  async #embed({ record }: CatalogImage, space: EmbeddingSpace): Promise<Outcome | undefined> {
    const embedder = this.#wanted.opened(space)?.embedder;
    const embedded =
      embedder && (await embedOriginal({ embedder, originals: this.#context.originals }, record));
    return embedded && { space, ...embedded };
  }
}
