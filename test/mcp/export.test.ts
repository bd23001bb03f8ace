import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { startSession } from "./support/session.ts";
import { pictureNamed, someBytes, standInLibrary } from "./support/stand-in-library.ts";

const dog = pictureNamed("dog.jpg");
const short = (id: string) => id.slice(0, 12);

async function exporting(pictures = [dog]) {
  const exportFolder = join(temporaryFolder(), "exports");
  return { exportFolder, ...(await startSession(standInLibrary(pictures), { exportFolder })) };
}

test("originals are copied into the operator's folder, and into one below it", async () => {
  const { exportFolder, call } = await exporting();
  const first = await call("export_images", { ids: [short(dog.id)] });
  expect(first).toMatchObject({ isError: false, data: { copied: [{ id: short(dog.id), file: "dog.jpg" }] } });
  await call("export_images", { ids: [dog.id], to: "best/dogs" });
  for (const file of ["dog.jpg", "best/dogs/dog.jpg"])
    expect(new Uint8Array(readFileSync(join(exportFolder, file)))).toEqual(someBytes);
  expect(readdirSync(exportFolder).sort()).toEqual(["best", "dog.jpg"]);
});

test("no file is replaced: another one of the name gets a number, the same picture stays", async () => {
  const { exportFolder, call } = await exporting();
  mkdirSync(exportFolder);
  writeFileSync(join(exportFolder, "dog.jpg"), "mine");
  const first = await call("export_images", { ids: [dog.id] });
  expect(first.data).toMatchObject({ copied: [{ file: "dog (2).jpg" }] });
  const again = await call("export_images", { ids: [dog.id] });
  expect(again.data).toMatchObject({ copied: [{ file: "dog (2).jpg", there: true }] });
  expect(again.text).toContain("0 pictures copied");
  expect(readFileSync(join(exportFolder, "dog.jpg"), "utf8")).toBe("mine");
  expect(readdirSync(exportFolder).sort()).toEqual(["dog (2).jpg", "dog.jpg"]);
});

test("nothing is written outside, whatever the folder is called or leads to", async () => {
  const { exportFolder, call } = await exporting();
  const elsewhere = temporaryFolder();
  mkdirSync(exportFolder);
  symlinkSync(elsewhere, join(exportFolder, "out"));
  for (const to of ["..", "../beside", "a/../../b", elsewhere, "out", "out/deeper", "a\0b"])
    expect(await call("export_images", { ids: [dog.id], to }), to).toMatchObject({ isError: true });
  expect(readdirSync(elsewhere)).toEqual([]);
  expect(existsSync(join(exportFolder, "../beside"))).toBe(false);
});

test("a name that is a path stays a name", async () => {
  const [place] = dog.placements;
  const posted = {
    ...dog,
    placements: [{ ...place, path: "/photos/..\\..\\evil<b>.jpg" } as (typeof dog.placements)[number]],
  };
  const { exportFolder, call } = await exporting([posted]);
  await call("export_images", { ids: [dog.id] });
  expect(readdirSync(exportFolder)).toEqual(["_\u005f..\u005fevil_b_.jpg"]);
});

test("it is off unless the operator named a folder, and an unknown id leaves the others", async () => {
  const off = await startSession(standInLibrary([dog]));
  expect((await off.client.listTools()).tools.map(({ name }) => name)).not.toContain("export_images");
  expect(await off.call("export_images", { ids: [dog.id] })).toMatchObject({
    isError: true,
    text: expect.stringContaining("--allow-export"),
  });
  const { call } = await exporting();
  const answer = await call("export_images", { ids: ["ffffffffffff", dog.id] });
  expect(answer.data).toMatchObject({ copied: [{ id: short(dog.id) }] });
  expect(answer.text).toContain("ffffffffffff");
});
