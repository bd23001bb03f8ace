import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Root } from "../../src/core/ports.ts";
import { Access, type Narrowing } from "../../src/mcp/access.ts";
import type { McpLibrary } from "../../src/mcp/library-port.ts";
import { pictureNamed, standInLibrary } from "./support/stand-in-library.ts";

const base = realpathSync(mkdtempSync(join(tmpdir(), "glimpse-access-")));
const photos = join(base, "photos");
const linked = join(base, "linked");
mkdirSync(join(photos, "Italy"), { recursive: true });
writeFileSync(join(photos, "cafe"), "a picture");
symlinkSync(photos, linked);
afterAll(() => rmSync(base, { recursive: true, force: true }));

const root = (path: string): Root => ({
  path,
  host: "here",
  kind: "folder",
  state: "online",
  addedAt: 0,
  lastScanAt: null,
});
const scopeOf = async (access: Access, library: McpLibrary, narrowing: Narrowing = {}) =>
  (await access.narrow(library, await access.view(library), narrowing)).scope;

const libraryWith = (...paths: string[]) => standInLibrary([], { roots: async () => paths.map(root) });

test("without a restriction every file is seen, and only files", async () => {
  const access = new Access({ folders: [], includeDiscord: false });
  expect(await scopeOf(access, libraryWith(photos))).toEqual({ files: "all", discord: "none" });
});

test("a restriction holds however the folder was named when it was added", async () => {
  const italy = new Access({ folders: [join(photos, "Italy")], includeDiscord: false });
  expect(await scopeOf(italy, libraryWith(linked))).toMatchObject({
    files: { folders: [join(photos, "Italy"), join(linked, "Italy")] },
  });
  const whole = new Access({ folders: [linked], includeDiscord: false });
  expect(await scopeOf(whole, libraryWith(join(photos, "Italy")))).toMatchObject({
    files: { folders: [linked, join(photos, "Italy")] },
  });
});

test("roots outside of the restriction are left out", async () => {
  const access = new Access({ folders: [photos], includeDiscord: false });
  expect(await scopeOf(access, libraryWith("/elsewhere", photos))).toMatchObject({
    files: { folders: [photos] },
  });
});

test("a folder argument narrows the scope to it, and leaves Discord out", async () => {
  const access = new Access({ folders: [], includeDiscord: true });
  const library = libraryWith(photos, "/other");
  for (const folder of ["Italy", "italy", "photos/Italy", "Italy/", join(photos, "Italy")]) {
    expect(await scopeOf(access, library, { folder }), folder).toEqual({
      files: { folders: [join(photos, "Italy")] },
      discord: "none",
    });
  }
  await expect(scopeOf(access, library, { folder: base })).rejects.toThrow("outside");
});

test("a folder can be named by its root's own name, or by the last part of its path where that is unique", async () => {
  const access = new Access({ folders: [], includeDiscord: false });
  mkdirSync(join(photos, "2024", "Rome"), { recursive: true });
  mkdirSync(join(photos, "2024", "Friends"), { recursive: true });
  mkdirSync(join(photos, "2023", "Friends"), { recursive: true });
  const narrowedTo = (folder: string) => scopeOf(access, libraryWith(photos), { folder });
  expect(await narrowedTo("photos")).toMatchObject({ files: { folders: [photos] } });
  expect(await narrowedTo("Rome")).toMatchObject({ files: { folders: [join(photos, "2024", "Rome")] } });
  await expect(narrowedTo("Friends")).rejects.toThrow(/Several folders .*2023\/Friends.*2024\/Friends/);
  expect(await narrowedTo("2023/Friends")).toMatchObject({
    files: { folders: [join(photos, "2023", "Friends")] },
  });
});

test("an unknown folder is an error that suggests similar names, and lists each folder once", async () => {
  const access = new Access({ folders: [], includeDiscord: false });
  const message = String(await scopeOf(access, libraryWith(photos), { folder: "Itly" }).catch(String));
  expect(message).toMatch(/There is no folder "Itly"\. Did you mean "Italy"\?/);
  expect(message.split(photos)).toHaveLength(2);
  const outside = await access.existingFolder(libraryWith(photos), "/etc").catch(String);
  expect(outside).toMatch(/outside/);
  expect(outside.split(photos)).toHaveLength(2);
});

test("a folder on an unplugged disk is known by its pictures", async () => {
  const library = standInLibrary([pictureNamed("dog.jpg")], { roots: async () => [root("/unplugged")] });
  const access = new Access({ folders: [], includeDiscord: false });
  expect(await scopeOf(access, library, { folder: "/unplugged/2024" })).toMatchObject({
    files: { folders: ["/unplugged/2024"] },
  });
});

test("an example on an unplugged disk is known by its path, in the folders that may be read", async () => {
  const picture = pictureNamed("dog.jpg");
  const [at] = picture.placements;
  const path = at?.kind === "file" ? at.path : "";
  const library = standInLibrary([picture], { roots: async () => [root("/photos")] });
  const access = new Access({ folders: [], includeDiscord: false });
  const view = await access.view(library);
  for (const like of [path, "dog.jpg", "photos/dog.jpg"])
    expect(await access.picture(library, view, like), like).toEqual({ id: picture.id });
  await expect(access.picture(library, view, "/photos/cat.jpg")).rejects.toThrow("There is no");
  const elsewhere = new Access({ folders: ["/other"], includeDiscord: false });
  await expect(elsewhere.picture(library, view, path)).rejects.toThrow("outside");
});

test("an example's path may begin with a folder's name, as a folder argument may", async () => {
  const italy = join(photos, "Italy");
  mkdirSync(join(italy, "Ostia"), { recursive: true });
  writeFileSync(join(italy, "Ostia", "fountain.jpg"), "a picture");
  const access = new Access({ folders: [], includeDiscord: false });
  const library = libraryWith(photos, "/other");
  const view = await access.view(library);
  for (const like of ["Italy/Ostia/fountain.jpg", "photos/Italy/Ostia/fountain.jpg", "Ostia/fountain.jpg"])
    expect(await access.picture(library, view, like), like).toEqual({
      path: join(italy, "Ostia/fountain.jpg"),
    });
  mkdirSync(join(photos, "2023", "twice"), { recursive: true });
  mkdirSync(join(photos, "2024", "twice"), { recursive: true });
  await expect(access.picture(library, view, "twice/a.jpg")).rejects.toThrow(
    /Several folders are named "twice"/,
  );
  for (const like of ["Ostia/other.jpg", "Paris/fountain.jpg", "fountain.jpg"])
    await expect(access.picture(library, view, like), like).rejects.toThrow(`There is no "${like}"`);
});

test("a name that looks like an id is a file when no picture has that id", async () => {
  const picture = pictureNamed("dog.jpg");
  const library = standInLibrary([picture], { roots: async () => [root(photos)] });
  const access = new Access({ folders: [], includeDiscord: false });
  const view = await access.view(library);
  expect(await access.picture(library, view, "cafe")).toEqual({ path: join(photos, "cafe") });
  expect(await access.picture(library, view, picture.id.slice(0, 6))).toEqual({ id: picture.id });
  await expect(access.picture(library, view, "Italy")).rejects.toThrow("not a picture file");
  await expect(access.existingFolder(library, "cafe")).rejects.toThrow("not a folder");
  await expect(access.picture(library, view, "beef")).rejects.toThrow("No image");
});
