import type { Catalog, Embedder, Failure, Root, Settings } from "./ports.ts";
import type {
  AddReport,
  Classification,
  ClassifyRequest,
  Cluster,
  DiscordPlacement,
  DuplicateGroup,
  DuplicatesRequest,
  FindAnswer,
  FindRequest,
  ImageRecord,
  LibraryStatus,
  LongWork,
  RemoveReport,
  RemoveTarget,
  Scope,
  TagSummary,
  TagVocabulary,
  Verdict,
} from "./types.ts";

const todo = (): never => {
  throw new Error("not built yet");
};

/** The verbs. Faces call these and render what comes back. */
export class Library {
  // ------------------------------------------------------------ putting in and taking out
  /** Adds files and folders (or only what changed in them since). With no paths: every added root. */
  add(_paths: readonly string[], _work?: LongWork): Promise<AddReport> {
    return todo();
  }
  /** Adds one picture posted on Discord. Known bytes only gain a placement. @throws PictureError */
  addPosted(
    _bytes: Uint8Array,
    _placement: DiscordPlacement,
    _signal?: AbortSignal,
  ): Promise<{ image: ImageRecord; isNew: boolean }> {
    return todo();
  }
  remove(_target: RemoveTarget): Promise<RemoveReport> {
    return todo();
  }
  // ------------------------------------------------------------ asking
  find(_request: FindRequest): Promise<FindAnswer> {
    return todo();
  }
  classify(_request: ClassifyRequest): Promise<Classification[]> {
    return todo();
  }
  duplicates(_request: DuplicatesRequest): Promise<DuplicateGroup[]> {
    return todo();
  }
  /** Images of the scope that are the same picture as this one (exact bytes or perceptual hash), oldest placement first; a repost check. */
  sameAs(_id: string, _scope: Scope): Promise<ImageRecord[]> {
    return todo();
  }
  groups(
    _request: LongWork & { readonly scope: Scope; readonly count?: number | undefined },
  ): Promise<Cluster[]> {
    return todo();
  }
  /** @throws NotFoundError, AmbiguousIdError. `scope` hides images and placements outside it as if they were not there. */
  image(_idOrPrefix: string, _scope: Scope): Promise<ImageRecord> {
    return todo();
  }
  /** WebP bytes. */
  thumbnail(_idOrPrefix: string, _scope: Scope): Promise<Uint8Array> {
    return todo();
  }
  // ------------------------------------------------------------ what people say
  verdict(_a: string, _b: string, _verdict: Verdict["verdict"], _scope: Scope): Promise<Verdict> {
    return todo();
  }
  vocabulary(): Promise<TagVocabulary | undefined> {
    return todo();
  }
  /** Replaces the vocabulary and re-tags every image from its stored vector. */
  setVocabulary(
    _vocabulary: TagVocabulary,
    _work?: LongWork,
  ): Promise<{ tagged: number; withdrawn: number }> {
    return todo();
  }
  tags(_scope: Scope): Promise<TagSummary[]> {
    return todo();
  }
  tag(_id: string, _tag: string): Promise<void> {
    return todo();
  }
  /** A person's removal: the model never puts the tag back. */
  untag(_id: string, _tag: string): Promise<void> {
    return todo();
  }
  // ------------------------------------------------------------ looking after
  status(): Promise<LibraryStatus> {
    return todo();
  }
  failures(): Promise<Failure[]> {
    return todo();
  }
  roots(): Promise<Root[]> {
    return todo();
  }
  /** Durable positions of a face's own long work, such as a Discord backfill. */
  get cursors(): Pick<Catalog, "cursor" | "setCursor" | "cursors"> {
    return todo();
  }
  /** Discord placements by selector: what a member may export, what a sweep re-checks. */
  get posted(): Pick<Catalog, "discordPlacements" | "hasAttachment"> {
    return todo();
  }
  /** A face's small settings, per guild and channel. */
  get settings(): Settings {
    return todo();
  }
  /** For work of a face that needs embeddings of its own, such as tags per channel. */
  get embedder(): Pick<Embedder, "embedTexts" | "traits" | "space"> {
    return todo();
  }
  close(): Promise<void> {
    return todo();
  }
}
