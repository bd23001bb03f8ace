import type { Prompt } from "../prompt.ts";

export const findPicture: Prompt = {
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
