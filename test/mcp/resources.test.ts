import { expect, test } from "vitest";
import { startSession } from "./support/session.ts";
import { pictureNamed, someBytes, standInLibrary } from "./support/stand-in-library.ts";

const pictures = Array.from({ length: 120 }, (_, n) => pictureNamed(`${n}.jpg`));
const [first = pictureNamed("")] = pictures;

test("the library's status and the newest hundred pictures are listed, in one page", async () => {
  const { client } = await startSession(standInLibrary(pictures));
  const { resources, nextCursor } = await client.listResources();
  const newest = pictures.slice(0, 100).map(({ id }) => `image://${id.slice(0, 12)}`);
  expect(resources.map(({ uri }) => uri)).toEqual(["library://status", ...newest]);
  expect(nextCursor).toBeUndefined();
});

test("an original comes with its own bytes and type, a large one resized, a thumbnail as WebP", async () => {
  const large = { ...pictureNamed("large.jpg"), bytes: 5_000_000 };
  const resized = new Uint8Array([9, 9, 9]);
  const library = standInLibrary([first, large], {
    render: async () => ({
      id: large.id,
      from: "original",
      bytes: resized,
      mimeType: "image/webp",
      width: 1,
      height: 1,
    }),
  });
  const { client } = await startSession(library);
  const read = async (uri: string) => (await client.readResource({ uri })).contents[0];
  const blob = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
  expect(await read(`image://${first.id.slice(0, 12)}`)).toMatchObject({
    mimeType: "image/jpeg",
    blob: blob(someBytes),
  });
  expect(await read(`image://${large.id}`)).toMatchObject({ mimeType: "image/webp", blob: blob(resized) });
  expect(await read(`image://${first.id}/thumbnail`)).toMatchObject({
    mimeType: "image/webp",
    blob: blob(someBytes),
  });
});

test("the status can be read as JSON", async () => {
  const { client } = await startSession(standInLibrary(pictures));
  const [content] = (await client.readResource({ uri: "library://status" })).contents;
  expect(JSON.parse(content && "text" in content ? content.text : "")).toMatchObject({ images: 120 });
});

test.each(["image://0000000000aa", "image://../../etc/passwd", "file:///etc/passwd", "image://", "nonsense"])(
  "%s is not found",
  async (uri) => {
    const { client } = await startSession(standInLibrary(pictures));
    await expect(client.readResource({ uri })).rejects.toMatchObject({ code: -32602, data: { uri } });
  },
);

test("details of a defect behind a resource go to the log only", async () => {
  const library = standInLibrary(pictures, {
    image: () => Promise.reject(new TypeError("x is undefined at /home/me/secret")),
  });
  const { client, log } = await startSession(library);
  const reading = client.readResource({ uri: `image://${first.id}` });
  await expect(reading).rejects.toMatchObject({
    code: -32603,
    message: expect.not.stringContaining("secret"),
  });
  expect(log.join()).toContain("x is undefined");
});

test("an invalid cursor is a protocol error", async () => {
  const { client } = await startSession(standInLibrary(pictures));
  await expect(client.listResources({ cursor: "nonsense" })).rejects.toMatchObject({ code: -32602 });
});

test("ids are completed in their short form", async () => {
  const { client } = await startSession(standInLibrary(pictures));
  const complete = async (uri: string, value: string) =>
    (await client.complete({ ref: { type: "ref/resource", uri }, argument: { name: "id", value } }))
      .completion;
  const { values } = await complete("image://{id}", first.id.slice(0, 5));
  expect(values).toContain(first.id.slice(0, 12));
  expect((await complete("image://{id}/thumbnail", "")).values.length).toBe(50);
  expect((await complete("image://{id}", "../etc")).values).toEqual([]);
});
