import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeSidecar } from "../../../src/core/sidecars/sidecar-file.ts";
import { readXmp, renderXmp, XmpError } from "../../../src/core/sidecars/xmp-document.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const foreign = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4"></rdf:Description></rdf:RDF></x:xmpmeta>`;

test("a new sidecar is written whole, and nothing is left beside it", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "2024", "sea.jpg.xmp");
  expect(await writeSidecar(path, ["sea", "sea", "Rome"])).toBe("written");
  expect(readFileSync(path, "utf8")).toBe(renderXmp(["sea", "Rome"]));
  expect(await writeSidecar(path, ["sea", "Rome"])).toBe("unchanged");
  expect(readdirSync(join(folder, "2024"))).toEqual(["sea.jpg.xmp"]);
});

test("what Glimpse wrote is replaced, so that a tag that went is gone", async () => {
  const path = join(temporaryFolder(), "sea.jpg.xmp");
  await writeSidecar(path, ["sea", "Rome"]);
  expect(await writeSidecar(path, ["Rome"])).toBe("written");
  expect((await readXmp(readFileSync(path, "utf8"))).keywords).toEqual(["Rome"]);
  expect(await writeSidecar(path, [])).toBe("written");
  expect((await readXmp(readFileSync(path, "utf8"))).keywords).toEqual([]);
});

test("another program's sidecar only gains keywords, and keeps its permissions", async () => {
  const path = join(temporaryFolder(), "sea.jpg.xmp");
  writeFileSync(path, foreign);
  chmodSync(path, 0o600);
  expect(await writeSidecar(path, ["sea"])).toBe("merged");
  const merged = readFileSync(path, "utf8");
  expect(merged).toContain('xmp:Rating="4"');
  expect((await readXmp(merged)).keywords).toEqual(["sea"]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(await writeSidecar(path, ["Rome"])).toBe("merged");
  expect(new Set((await readXmp(readFileSync(path, "utf8"))).keywords)).toEqual(new Set(["Rome", "sea"]));
});

test("what Glimpse wrote and another program changed is merged, too", async () => {
  const path = join(temporaryFolder(), "sea.jpg.xmp");
  await writeSidecar(path, ["sea"]);
  writeFileSync(path, readFileSync(path, "utf8").replace("<dc:subject>", "<!-- rated --><dc:subject>"));
  expect(await writeSidecar(path, ["Rome"])).toBe("merged");
  expect(readFileSync(path, "utf8")).toContain("<!-- rated -->");
  expect((await readXmp(readFileSync(path, "utf8"))).keywords).toEqual(["sea", "Rome"]);
});

test("what cannot be merged is refused and left as it is", async () => {
  const folder = temporaryFolder();
  const refused = (name: string) =>
    expect(writeSidecar(join(folder, name), ["sea"])).rejects.toThrow(XmpError);
  const picture = Buffer.from("ffd8ffe000104a464946", "hex");
  writeFileSync(join(folder, "a.xmp"), picture);
  await refused("a.xmp");
  expect(readFileSync(join(folder, "a.xmp"))).toEqual(picture);
  writeFileSync(join(folder, "b.xmp"), "x".repeat(5 * 1024 * 1024));
  await refused("b.xmp");
  mkdirSync(join(folder, "c.xmp"));
  await refused("c.xmp");
  writeFileSync(join(folder, "target"), foreign);
  symlinkSync(join(folder, "target"), join(folder, "d.xmp"));
  await refused("d.xmp");
  expect(readFileSync(join(folder, "target"), "utf8")).toBe(foreign);
  expect(readdirSync(folder).sort()).toEqual(["a.xmp", "b.xmp", "c.xmp", "d.xmp", "target"]);
});
