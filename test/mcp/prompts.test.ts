import { expect, test } from "vitest";
import { startSession } from "./support/session.ts";
import { standInLibrary } from "./support/stand-in-library.ts";

test("the prompts list their arguments and become the user's message", async () => {
  const { client } = await startSession(standInLibrary([]));
  const { prompts } = await client.listPrompts();
  expect(prompts.map(({ name }) => name)).toEqual(["find_picture", "review_duplicates", "describe_folder"]);
  const { messages } = await client.getPrompt({
    name: "review_duplicates",
    arguments: { folder: "/photos" },
  });
  expect(messages).toMatchObject([{ role: "user", content: { text: expect.stringContaining('"/photos"') } }]);
});

test("a missing argument or unknown prompt is an error that names it", async () => {
  const { client } = await startSession(standInLibrary([]));
  await expect(client.getPrompt({ name: "find_picture" })).rejects.toThrow("memory");
  await expect(client.getPrompt({ name: "nothing" })).rejects.toThrow("review_duplicates");
});

test("folders are offered while typing", async () => {
  const { client } = await startSession(standInLibrary([]));
  const { completion } = await client.complete({
    ref: { type: "ref/prompt", name: "describe_folder" },
    argument: { name: "folder", value: "PHO" },
  });
  expect(completion.values).toEqual(["/photos"]);
});
