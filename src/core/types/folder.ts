/** Months without images are left out. */
export interface MonthCount {
  /** As "2024-06". */
  readonly month: string;
  readonly images: number;
}

export interface FolderCount {
  /** Absolute path of a folder with files of pictures right in it. */
  readonly folder: string;
  /** Of those files. */
  readonly files: number;
}
