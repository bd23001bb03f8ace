import { folderArgument, type Prompt } from "../prompt.ts";

export const reviewDuplicates: Prompt = {
  name: "review_duplicates",
  title: "Find and review duplicates",
  description: "Finds groups of duplicates, compares doubtful ones by looking, and lists what could go",
  arguments: [folderArgument],
  text: ({ folder }) =>
    `Help me clear out duplicate pictures${folder ? ` in the folder ${JSON.stringify(folder)}` : ""}. ` +
    'Call find_duplicates (kind "same"), page through all groups, and compare the groups that are not exact ' +
    "copies with view_images. Then give me one list: what to keep, what could go, why, and how many bytes that " +
    "frees. Mark the pairs where you are unsure. Do not delete anything yourself.",
};
