import type { Tool } from "../tool.ts";
import { classifyImage } from "./classify-image.ts";
import { classifyImages } from "./classify-images.ts";
import { exportImages } from "./export-images.ts";
import { findDuplicates } from "./find-duplicates.ts";
import { galleryPictures } from "./gallery-pictures.ts";
import { indexFolder } from "./index-folder.ts";
import { job } from "./job.ts";
import { libraryStatus } from "./library-status.ts";
import { overview } from "./overview.ts";
import { readText } from "./read-text.ts";
import { recordVerdict } from "./record-verdict.ts";
import { searchImages } from "./search-images.ts";
import { tagImages } from "./tag-images.ts";
import { viewImages } from "./view-images.ts";

/** In the order that clients show them. */
export const allTools: readonly Tool[] = [
  searchImages,
  viewImages,
  readText,
  overview,
  classifyImage,
  classifyImages,
  findDuplicates,
  libraryStatus,
  tagImages,
  recordVerdict,
  exportImages,
  indexFolder,
  job,
];

/** What clients may do besides reading. */
export interface Allowed {
  readonly allowIndex: boolean;
  readonly allowMarks?: boolean | undefined;
  readonly allowTags?: boolean | undefined;
  readonly exportFolder?: unknown;
}

interface OptionalTool {
  readonly tool: Tool;
  /** Of the command line. */
  readonly option: string;
  readonly isOn: (allowed: Allowed) => boolean;
}

/** What is off unless the operator allows it. */
const optionalTools: readonly OptionalTool[] = [
  { tool: indexFolder, option: "--allow-index", isOn: ({ allowIndex }) => allowIndex },
  { tool: tagImages, option: "--allow-tags", isOn: ({ allowTags = false }) => allowTags },
  {
    tool: recordVerdict,
    option: "--allow-tags or --allow-marks",
    isOn: ({ allowTags = false, allowMarks = false }) => allowTags || allowMarks,
  },
  {
    tool: exportImages,
    option: "--allow-export FOLDER",
    isOn: ({ exportFolder }) => exportFolder !== undefined,
  },
];

/** By which the operator allows this tool; undefined for one that is always there, and for none. */
export const optionFor = (name: string): string | undefined =>
  optionalTools.find(({ tool }) => tool.name === name)?.option;

/** `hasGallery`: whether the client shows the gallery, which has a tool of its own. */
export const toolsFor = (allowed: Allowed, hasGallery: boolean): readonly Tool[] => {
  const off = new Set(optionalTools.filter(({ isOn }) => !isOn(allowed)).map(({ tool }) => tool));
  return [...allTools.filter((tool) => !off.has(tool)), ...(hasGallery ? [galleryPictures] : [])];
};
