import type { Tool } from "../tool.ts";
import { classifyImage } from "./classify-image.ts";
import { classifyImages } from "./classify-images.ts";
import { exportImages } from "./export-images.ts";
import { findDuplicates } from "./find-duplicates.ts";
import { galleryPictures } from "./gallery-pictures.ts";
import { indexFolder } from "./index-folder.ts";
import { job } from "./job.ts";
import { libraryStatus } from "./library-status.ts";
import { readText } from "./read-text.ts";
import { recordVerdict } from "./record-verdict.ts";
import { searchImages } from "./search-images.ts";
import { viewImages } from "./view-images.ts";

/** In the order that clients show them. */
export const allTools: readonly Tool[] = [
  searchImages,
  viewImages,
  readText,
  classifyImage,
  classifyImages,
  findDuplicates,
  libraryStatus,
  recordVerdict,
  exportImages,
  indexFolder,
  job,
];

/** What clients may do besides reading. */
export interface Allowed {
  readonly allowIndex: boolean;
  readonly allowMarks?: boolean | undefined;
  readonly exportFolder?: unknown;
}

/** `hasGallery`: whether the client shows the gallery, which has a tool of its own. */
export const toolsFor = (allowed: Allowed, hasGallery: boolean): readonly Tool[] => {
  const off = new Set([
    ...(allowed.allowIndex ? [] : [indexFolder]),
    ...(allowed.allowMarks ? [] : [recordVerdict]),
    ...(allowed.exportFolder === undefined ? [exportImages] : []),
  ]);
  return [...allTools.filter((tool) => !off.has(tool)), ...(hasGallery ? [galleryPictures] : [])];
};
