import type { LongWork } from "../types.ts";
import type { LibraryContext } from "./library-context.ts";
import type { FileToMove, MoveBatch, MoveReport } from "./move-files.ts";

/** Files moved out of added folders, and the ways back. */
export class Moves {
  readonly #context: LibraryContext;
  readonly #addAgain: (paths: readonly string[], work: LongWork) => Promise<unknown>;

  constructor(
    context: LibraryContext,
    addAgain: (paths: readonly string[], work: LongWork) => Promise<unknown>,
  ) {
    this.#context = context;
    this.#addAgain = addAgain;
  }

  /**
   * Moves files out of added folders into another folder of the same disk, and out of the library. No file is replaced, and
   * each is moved only while the copy that stays is there.
   * @throws UsageError, LibraryError
   */
  make(files: readonly FileToMove[], to: string, work: LongWork = {}): Promise<MoveReport> {
    return this.#context.track(async () => {
      const { moveFiles } = await import("./move-files.ts");
      const report = await moveFiles(this.#context.catalog, files, to, work);
      await this.#context.model.last.vectors.purgeErased();
      return report;
    });
  }

  /** Puts files back, adds them again, and gives them the tags that people had given. @throws NotFoundError, LibraryError */
  undo(batch: string, work: LongWork = {}): Promise<MoveReport> {
    return this.#context.track(async () => {
      const { catalog } = this.#context;
      const { undoMove } = await import("./move-files.ts");
      const { restored, ...report } = await undoMove(catalog, batch, work);
      if (restored.length === 0) return report;
      await this.#addAgain(
        restored.map(({ from }) => from),
        { signal: work.signal },
      );
      for (const { id, tags } of restored) for (const tag of tags) await catalog.tags.putAll([id], tag);
      return report;
    });
  }

  /** Those that can be undone on this machine, newest first. */
  list(): Promise<MoveBatch[]> {
    return this.#context.track(async () => {
      const { undoableMoves } = await import("./move-files.ts");
      return undoableMoves(this.#context.catalog);
    });
  }

  /** What an interrupted move left is finished or taken back. @throws LibraryError while another process moves files */
  recover(): Promise<void> {
    return this.#context.track(async () => {
      const { recoverMoves } = await import("./move-files.ts");
      return recoverMoves(this.#context.catalog);
    });
  }
}
