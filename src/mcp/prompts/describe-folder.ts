import { folderArgument, type Prompt } from "../prompt.ts";

export const describeFolder: Prompt = {
  name: "describe_folder",
  title: "Describe what is in this folder",
  description: "Looks through a folder's pictures and says what they show",
  arguments: [folderArgument],
  text: ({ folder }) =>
    `Tell me what is in ${folder ? `the folder ${JSON.stringify(folder)}` : "my picture library"}. ` +
    "Start with library_status, then search_images with the folder alone (newest first) and with a few broad " +
    "subjects (people, animals, food, landscapes, documents), and look at samples with view_images. Answer with " +
    "the main subjects, the time they span, and three pictures worth seeing, with their ids.",
};
