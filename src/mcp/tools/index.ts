import type { Tool } from "../tool.ts";
import { classifyImage } from "./classify-image.ts";
import { findDuplicates } from "./find-duplicates.ts";
import { indexFolder } from "./index-folder.ts";
import { job } from "./job.ts";
import { libraryStatus } from "./library-status.ts";
import { readText } from "./read-text.ts";
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
  indexFolder,
  job,
];

/** Tools of a server that may not index leave the library as it is. */
export const toolsFor = ({ allowIndex }: { readonly allowIndex: boolean }): readonly Tool[] =>
  allTools.filter((tool) => allowIndex || tool !== indexFolder);
