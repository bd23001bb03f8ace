import type { Prompt } from "../prompt.ts";
import { describeFolder } from "./describe-folder.ts";
import { findPicture } from "./find-picture.ts";
import { reviewDuplicates } from "./review-duplicates.ts";

export const allPrompts: readonly Prompt[] = [findPicture, reviewDuplicates, describeFolder];
