import { cpSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { UsageError } from "../../src/core/errors.ts";
import { callGlimpse } from "../support/call-glimpse.ts";
import { discPicture } from "../support/disc-picture.ts";
import { runGlimpse } from "../support/run-glimpse.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** The built-in model under another name, as a user adds one. */
function ownModel(): string {
  const folder = join(temporaryFolder(), "my-clip");
  cpSync("models/pocket", folder, { recursive: true });
  const description = join(folder, "model.json");
  writeFileSync(description, readFileSync(description, "utf8").replace('"id": "pocket"', '"id": "my-clip"'));
  return folder;
}

test("the model of the library's pictures is removed only with a yes; status then says how to go on", async () => {
  const [pictures, library] = [temporaryFolder(), join(temporaryFolder(), "library")];
  writeFileSync(join(pictures, "red.jpg"), await discPicture("red", 40));
  await runGlimpse(library, ["models", "add", ownModel()]);
  await runGlimpse(library, ["--model", "my-clip", "add", pictures]);
  const files = join(library, "models", "my-clip");

  const removing = callGlimpse(library, ["models", "remove", "my-clip"]);
  await expect(removing).rejects.toThrow(UsageError);
  await expect(removing).rejects.toThrow(/1 picture of this library was embedded by my-clip.* Add --yes/);
  expect(existsSync(files)).toBe(true);
  await expect(callGlimpse(library, ["models", "remove", "pocket"])).rejects.toThrow(
    /comes with the program/,
  );

  expect((await runGlimpse(library, ["models", "remove", "my-clip", "--yes"])).code).toBe(0);
  expect(existsSync(files)).toBe(false);
  const status = await runGlimpse(library, ["status"]);
  expect(status.code).toBe(0);
  expect(status.stdout).toMatch(/embedded by my-clip.*glimpse models add FOLDER.*glimpse models use pocket/);
  expect((await runGlimpse(library, ["find", "red"])).stderr).toMatch(/embedded by my-clip/);
});

test("with two models in use each is said to know what it knows, and going back embeds nothing", async () => {
  const [pictures, away, library] = [
    temporaryFolder(),
    temporaryFolder(),
    join(temporaryFolder(), "library"),
  ];
  writeFileSync(join(pictures, "red.jpg"), await discPicture("red", 40));
  writeFileSync(join(away, "green.jpg"), await discPicture("green", 40));
  await runGlimpse(library, ["models", "add", ownModel()]);
  await runGlimpse(library, ["--model", "pocket", "add", pictures, away]);
  renameSync(away, `${away}-unplugged`);
  const switched = await runGlimpse(library, ["models", "use", "my-clip", "--now"]);
  expect(switched.stderr).toContain("1 picture embedded, 1 cannot be read now and is found by an older one.");
  await expect(callGlimpse(library, ["models", "remove", "my-clip"])).rejects.toThrow(
    /^1 picture of this library was embedded by my-clip/,
  );
  await expect(callGlimpse(library, ["models", "forget", "pocket"])).rejects.toThrow(
    /^1 picture is known only to/,
  );
  const partial = await runGlimpse(library, ["status"]);
  expect(partial.stdout).toContain("2 images at 2 places\n");
  expect(partial.stdout).toMatch(/1 picture has a vector only of an older model, pocket@/);

  renameSync(`${away}-unplugged`, away);
  const added = await runGlimpse(library, ["add"]);
  expect(added.stderr).toContain("0 pictures added, 1 embedded by the model in use, 2 unchanged");
  expect((await runGlimpse(library, ["status"])).stdout).toMatch(
    /vectors of 2 images by pocket@\w+ are kept/,
  );
  const back = await runGlimpse(library, ["models", "use", "pocket"]);
  expect(back.stderr).toContain("0 pictures embedded, 2 already had a vector of it.");
  const forgotten = await runGlimpse(library, ["models", "forget", "my-clip"]);
  expect(forgotten.stderr).toContain("The vectors that my-clip made of 2 pictures were erased.");
  expect((await runGlimpse(library, ["status"])).stdout).not.toContain("are kept");
});

test("a model that no picture is found by is removed without a question", async () => {
  const library = join(temporaryFolder(), "library");
  await runGlimpse(library, ["models", "add", ownModel()]);
  const { code, stderr } = await runGlimpse(library, ["models", "remove", "my-clip"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining("my-clip was removed") });
  expect(existsSync(join(library, "catalog.db"))).toBe(false);
});

test("the list tells quality, size, memory, speed here, languages and licence, and which model is in use", async () => {
  const [pictures, library] = [temporaryFolder(), join(temporaryFolder(), "library")];
  writeFileSync(join(pictures, "red.jpg"), await discPicture("red", 40));
  await runGlimpse(library, ["--model", "pocket", "add", pictures]);
  const { stdout } = await runGlimpse(library, ["models", "list"]);
  const [, siglip = ""] = /^(siglip2-b16-256 [\s\S]*?)^\S/m.exec(stdout) ?? [];
  expect(siglip).toMatch(/COCO, first hit of a caption: 53\.2 % \(SigLIP 2, arXiv:2502\.14786\)/);
  expect(siglip).toMatch(
    /here: about [\d.]+ pictures a second, [\d.]+ ms a question \(estimated: a few layers/,
  );
  expect(siglip).toMatch(/many languages; 768 dimensions; licence: Apache-2\.0/);
  expect(siglip).toMatch(/fp16 +785 MB, 1\.1 GB of memory; published cosine/);
  expect(stdout).toMatch(/in use +fp32 +12\.9 MB/);
  expect(stdout).toMatch(/digests were not published: the hub's own are checked and noted/);
  expect(stdout).toMatch(/^clip-vit-b32 .*\n +for new libraries take clip-b32-laion2b$/m);

  const listed = JSON.parse((await runGlimpse(library, ["models", "list", "--json"])).stdout);
  const pocket = listed.find(({ id }: { id: string }) => id === "pocket");
  expect(pocket.variants).toMatchObject([{ isInUse: true, installed: true }]);
  expect(pocket.speed).toMatchObject({ isEstimate: false });
});
