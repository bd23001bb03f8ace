export interface FolderCount {
  /** Absolute path of a folder with files of pictures right in it. */
  readonly folder: string;
  /** Of those files. */
  readonly files: number;
}
