export type RecordValue = string | number | boolean | Uint8Array | Float32Array | null;

/** By the names of columns; an image is meant by its 32 bytes, a root by its path. */
export type RecordRow = Readonly<Record<string, RecordValue>>;

/** All of an image, so that it is written whole or not at all. */
export interface PictureRecord {
  readonly image: RecordRow;
  readonly thumbnail: Uint8Array;
  readonly vectors: readonly RecordRow[];
  /** Without those that follow from what files carry. */
  readonly tags: readonly RecordRow[];
  /** Words that no placement and no tag holds. */
  readonly texts: readonly RecordRow[];
  readonly reading: { readonly row: RecordRow; readonly lines: readonly RecordRow[] } | null;
  readonly waitsForReading: boolean;
  readonly files: readonly RecordRow[];
  /** What its files carry: keywords, and titles as one text each. */
  readonly carried: readonly RecordRow[];
  /** What metadata say, of its bytes and of its files' sidecars. */
  readonly facts: readonly RecordRow[];
  /** In the order in which they were stored. */
  readonly posts: readonly RecordRow[];
}

/** How far a library was read: opaque, but to the library that gave it. */
export interface RecordPosition {
  readonly section: string;
  /** Absent before the first record of the section. */
  readonly after?: string | undefined;
}

export type RecordBatch =
  | {
      readonly section: "pictures";
      readonly records: readonly PictureRecord[];
      readonly position: RecordPosition;
    }
  | {
      readonly section: "rows";
      readonly table: string;
      readonly records: readonly RecordRow[];
      readonly position: RecordPosition;
    };

/**
 * Everything that a library holds, but what it derives, what expires, and locks: as records that every kind of library
 * reads and writes alike.
 */
export interface LibraryRecords {
  /**
   * One consistent view, in an order in which a copy gives them too. Batches after `from`, or all of them. A connection
   * that is lost meanwhile goes on with a newer view.
   */
  read(from: RecordPosition | undefined, visit: (batch: RecordBatch) => Promise<void>): Promise<void>;
  /** Adds what is not there yet, and `note` in the library's state under the name "copying", in one step. */
  write(batch: RecordBatch, note: string): Promise<void>;
  /** Whether nothing was ever put into it but the choice of a model. */
  isEmpty(): Promise<boolean>;
  /** The same for every address of one library, and for no other. */
  identity(): Promise<string>;
  close(): Promise<void>;
}
