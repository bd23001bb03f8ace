import type { Catalog, Embedder, Settings, TextReader, VectorSearch, WorkQueue } from "../ports.ts";
import type { DeviceChoice, EmbeddingSpace, LibraryStatus } from "../types.ts";

/** An opened model and the vectors that it made. */
export interface LoadedModel {
  /** Id and variant, as users write it: `clip-vit-b32:fp16`. */
  readonly model: string;
  readonly embedder: Embedder;
  readonly vectors: VectorSearch;
  /** Absent where text in pictures is not read. */
  readonly reader?: TextReader | undefined;
}

/** The model of a former space, whose vectors are those of the images that the active space lacks. */
export interface LoadedOlderModel extends LoadedModel {
  /** Of all images of that space. */
  readonly everyVector: VectorSearch;
}

export interface LibraryDependencies {
  /** For people: the folder that the library lies in, or the server's address without a password. */
  readonly directory: string;
  readonly catalog: Catalog;
  readonly settings: Settings;
  /** Where several machines share work; absent for a library in a folder. */
  readonly work?: WorkQueue | undefined;
  /** The model that answers until the catalog names another. */
  readonly initialModel: LoadedModel;
  /** Opens another model over the same catalog. @throws ModelError when it is not installed */
  readonly openModel: (model: string) => Promise<LoadedModel>;
  /** Undefined when it is not installed. */
  readonly openOlder: (
    space: EmbeddingSpace,
    active: EmbeddingSpace,
  ) => Promise<LoadedOlderModel | undefined>;
  /** For maintenance alone: the library's own model may be missing, and is not opened. */
  readonly allowModelMismatch?: boolean | undefined;
  /** Then, why that model could not be opened. */
  readonly modelProblem?: string | undefined;
  readonly server?: LibraryStatus["server"];
  /** What pictures are embedded on here, as far as it is known. */
  readonly devices?: (() => Promise<readonly DeviceChoice[]>) | undefined;
  readonly diskUsage: () => Promise<{ catalog: number; index: number; models: number }>;
}

export interface ActiveModel {
  readonly model: string;
  readonly space: EmbeddingSpace;
}
