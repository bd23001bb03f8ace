import { existsSync } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { diagnose, type Finding } from "../../../src/core/doctor/doctor.ts";
import { openLibrary } from "../../../src/core/open-library.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

async function findings(directory: string): Promise<Finding[]> {
  const found: Finding[] = [];
  for await (const finding of diagnose({ directory })) found.push(finding);
  return found;
}

test("examining a missing library creates none, and says how to create one", async () => {
  const directory = join(temporaryFolder(), "library");
  const found = await findings(directory);
  expect(found.find(({ name }) => name === "catalog")).toMatchObject({
    state: "note",
    detail: expect.stringMatching(/glimpse add/),
  });
  expect(existsSync(directory)).toBe(false);
});

test("a library that cannot be accessed is not reported as missing", async () => {
  const file = join(temporaryFolder(), "file");
  await writeFile(file, "");
  expect((await findings(join(file, "library"))).find(({ name }) => name === "catalog")).toMatchObject({
    state: "bad",
    detail: expect.stringMatching(/cannot be looked into \(ENOTDIR\)/),
  });
});

test("a sound library and its model pass, and the model's answers are compared", async () => {
  const directory = join(temporaryFolder(), "library");
  await (await openLibrary({ directory })).close();
  const found = await findings(directory);
  expect(found.filter(({ state }) => state === "bad")).toEqual([]);
  expect(found.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["node", "disk", "catalog", "vectors", "model pocket", "answers of pocket"]),
  );
});

test("it says whether films can be read, and what to install", async () => {
  const folder = temporaryFolder();
  const ffmpeg = async () => {
    for await (const finding of diagnose({ directory: folder, childProcess: { env: { PATH: folder } } }))
      if (finding.name === "ffmpeg") return finding;
    return undefined;
  };
  expect(await ffmpeg()).toMatchObject({ state: "note", detail: expect.stringContaining("Install ffmpeg") });
  for (const name of ["ffmpeg", "ffprobe"]) {
    await writeFile(join(folder, name), "");
    await chmod(join(folder, name), 0o755);
  }
  expect(await ffmpeg()).toMatchObject({ state: "good" });
});

test("a file that is no catalog does not stop the other checks", async () => {
  const directory = join(temporaryFolder(), "library");
  await mkdir(directory);
  await writeFile(join(directory, "catalog.db"), "no database at all, only some text ".repeat(40));
  const found = await findings(directory);
  expect(found.find(({ name }) => name === "catalog")).toMatchObject({
    state: "bad",
    detail: expect.stringMatching(/damaged or not a catalog/),
  });
  expect(found.some(({ name }) => name === "answers of pocket")).toBe(true);
});
