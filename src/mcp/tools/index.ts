import type { Tool } from "../tool.ts";
import { classifyImage } from "./classify-image.ts";
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
  findDuplicates,
  libraryStatus,
  recordVerdict,
  indexFolder,
  job,
];

/** What clients may change; without it they leave the library as it is. */
export interface Allowed {
  readonly allowIndex: boolean;
  readonly allowMarks?: boolean | undefined;
}

/** `hasGallery`: whether the client shows the gallery, which has a tool of its own. */
export const toolsFor = ({ allowIndex, allowMarks }: Allowed, hasGallery: boolean): readonly Tool[] => [
  ...allTools.filter(
    (tool) => (allowIndex || tool !== indexFolder) && (allowMarks || tool !== recordVerdict),
  ),
  ...(hasGallery ? [galleryPictures] : []),
];
