import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { NotFoundError, UsageError } from "../../src/core/errors.ts";
import { isInside } from "../../src/core/index.ts";
import { existingInside, namedInside } from "../../src/mcp/allowed-path.ts";

let base = "";
let photos = "";

beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), "glimpse-paths-")));
  photos = join(base, "photos");
  await mkdir(join(photos, "Italy"), { recursive: true });
  await mkdir(join(base, "photos-private"));
  await writeFile(join(photos, "Italy", "sea.jpg"), "sea");
  await writeFile(join(base, "photos-private", "secret.jpg"), "secret");
  await symlink(join(base, "photos-private"), join(photos, "way-out"));
  await symlink(join(photos, "Italy"), join(photos, "inner"));
  await symlink(photos, join(base, "linked"));
});

afterAll(() => rm(base, { recursive: true, force: true }));

test("a folder's neighbour with a longer name is not inside it", () => {
  expect(isInside("/photos", "/photos")).toBe(true);
  expect(isInside("/photos/a", "/photos")).toBe(true);
  expect(isInside("/photos/..hidden", "/photos")).toBe(true);
  expect(isInside("/photos-private/a", "/photos")).toBe(false);
  expect(isInside("/", "/photos")).toBe(false);
});

test("absolute and relative paths inside are found, links within included", async () => {
  const sea = join(photos, "Italy", "sea.jpg");
  expect(await existingInside(sea, [photos])).toBe(sea);
  expect(await existingInside("Italy/sea.jpg", [photos])).toBe(sea);
  expect(await existingInside("Italy/../Italy/./sea.jpg", [photos])).toBe(sea);
  expect(await existingInside("inner/sea.jpg", [photos])).toBe(sea);
});

test("a path may begin with the last parts of an allowed folder", async () => {
  const sea = join(photos, "Italy", "sea.jpg");
  const lastTwo = photos.split("/").slice(-2).join("/");
  expect(await existingInside("photos/Italy/sea.jpg", [photos])).toBe(sea);
  expect(await existingInside("photos/./Italy/sea.jpg", [base, photos])).toBe(sea);
  expect(await existingInside(`${lastTwo}/Italy/sea.jpg`, [photos])).toBe(sea);
  expect(namedInside("photos", [photos])).toContain(photos);
  for (const path of ["photos/../photos-private/secret.jpg", "photos/way-out/secret.jpg"])
    await expect(existingInside(path, [photos]), path).rejects.toThrow(/outside|There is no/);
  await expect(existingInside("hotos/Italy/sea.jpg", [photos])).rejects.toThrow(NotFoundError);
});

test("an allowed folder may itself be a link, and be named either way", async () => {
  const sea = join(photos, "Italy", "sea.jpg");
  const linked = join(base, "linked");
  expect(await existingInside(join(linked, "Italy", "sea.jpg"), [linked])).toBe(sea);
  expect(await existingInside(sea, [linked])).toBe(sea);
});

test("links that lead out, dots that climb out and other folders are outside", async () => {
  for (const path of [
    "way-out/secret.jpg",
    "../photos-private/secret.jpg",
    "/etc/passwd",
    "~/.ssh/id_rsa",
    "..",
  ]) {
    await expect(existingInside(path, [photos]), path).rejects.toThrow(UsageError);
  }
  await expect(existingInside(join(base, "photos-private", "secret.jpg"), [photos])).rejects.toThrow(
    "outside",
  );
});

test("existing and missing paths outside get the same error", async () => {
  const [there, notThere] = await Promise.all(
    ["photos-private/secret.jpg", "photos-private/nothing.jpg"].map((path) =>
      existingInside(join(base, path), [photos]).catch((error: Error) => error.message.replace(path, "")),
    ),
  );
  expect(there).toBe(notThere);
});

test("NUL, URLs, drive letters and network shares are rejected", async () => {
  const foreign = [
    "a\0.jpg",
    "file:///etc/passwd",
    "http://example.org/a.jpg",
    "\\\\server\\share",
    "\\\\?\\C:\\a",
  ];
  if (process.platform !== "win32") foreign.push("C:\\Users\\a.jpg", "c:/a.jpg");
  for (const path of foreign) await expect(existingInside(path, [photos]), path).rejects.toThrow(UsageError);
});

test("a file that is not there is not found, and without folders nothing is inside", async () => {
  await expect(existingInside("Italy/none.jpg", [photos])).rejects.toThrow(NotFoundError);
  await expect(existingInside(photos, [])).rejects.toThrow("glimpse add");
  expect(() => namedInside("/photos", [])).toThrow(UsageError);
});
