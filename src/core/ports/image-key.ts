/** Small positive integer by which catalog and index agree on an image; stable for the image's life, never used again. */
export type ImageKey = number;
