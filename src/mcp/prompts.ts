import type { McpLibrary } from "./library-port.ts";
import type { Service } from "./service.ts";

interface PromptArgument {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  /** Values to offer while the user types. */
  readonly complete?: (service: Service, library: McpLibrary) => Promise<readonly string[]>;
}

/** A request that users pick from a menu; it becomes their message to the assistant. */
export interface Prompt {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly PromptArgument[];
  readonly text: (args: Readonly<Record<string, string>>) => string;
}

const folderArgument: PromptArgument = {
  name: "folder",
  description: "A folder of the library; all of it when left out",
  required: false,
  complete: (service, library) => service.access.folders(library),
};

const findPicture: Prompt = {
  name: "find_picture",
  title: "Find that one picture",
  description: "Searches for a remembered picture, looks at the candidates, and shows the right one",
  arguments: [
    { name: "memory", description: "What you remember of it: a red car in the snow", required: true },
  ],
  text: ({ memory = "" }) =>
    `Find a picture of mine. What I remember of it: ${JSON.stringify(memory)}. ` +
    "Search with search_images, in two or three wordings if the first does not convince, and look at the best " +
    "candidates with view_images. Show me the one that fits, with its path and date; if none fits, say so and " +
    "ask me one question that would help.",
};

const reviewDuplicates: Prompt = {
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

const describeFolder: Prompt = {
  name: "describe_folder",
  title: "Describe what is in this folder",
  description: "Looks through a folder's pictures and says what they show",
  arguments: [folderArgument],
  text: ({ folder }) =>
    `Tell me what is in ${folder ? `the folder ${JSON.stringify(folder)}` : "my picture library"}. ` +
    "Start with overview, then look at examples of its themes with view_images. Answer with " +
    "the main subjects, the time they span, and three pictures worth seeing, with their ids.",
};

/** In the order that clients show them. */
export const allPrompts: readonly Prompt[] = [findPicture, reviewDuplicates, describeFolder];
