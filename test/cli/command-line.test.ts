import { once } from "node:events";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { discPicture } from "../support/disc-picture.ts";
import { runGlimpse, startGlimpse } from "../support/run-glimpse.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const pictures = temporaryFolder();
const library = join(temporaryFolder(), "library");
const glimpse = (...args: string[]) => runGlimpse(library, args, { GLIMPSE_TEXT: "on" });

beforeAll(async () => {
  writeFileSync(join(pictures, "red.jpg"), await discPicture("red", 40));
  writeFileSync(join(pictures, "copy of red.jpg"), await discPicture("red", 40));
  writeFileSync(join(pictures, "green.jpg"), await discPicture("green", 70));
  writeFileSync(join(pictures, "<b>bold\u202e.jpg"), await discPicture("blue", 90));
  writeFileSync(join(pictures, "broken.jpg"), (await discPicture("red", 20)).subarray(0, 600));
  writeFileSync(join(pictures, "empty.jpg"), "");
});

describe("a user's first minutes", () => {
  test("add reports what it did and what it could not read", async () => {
    const { code, stdout, stderr } = await glimpse("add", pictures);
    expect(code).toBe(0);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/3 pictures added, 1 already known .*2 skipped/);
    expect(stderr).toMatch(/empty\.jpg: The file is empty/);
  });

  test("a device that this machine cannot have is named with the reason, and the pictures are embedded", async () => {
    const fresh = join(temporaryFolder(), "library");
    const device = process.platform === "darwin" ? "dml" : "coreml";
    const env = { GLIMPSE_DEVICE: device };
    const { code, stderr } = await runGlimpse(fresh, ["add", join(pictures, "green.jpg")], env);
    expect(code).toBe(0);
    expect(stderr).toMatch(new RegExp(`embedded on the CPU \\(${device}: onnxruntime has no such part on`));
    expect(stderr).toMatch(/1 picture added/);
    const { stdout } = await runGlimpse(fresh, ["status"], env);
    expect(stdout).toMatch(new RegExp(`^Device +the CPU \\(${device}: onnxruntime has no such part`, "m"));
  });

  test("find prints hits that cannot control the terminal", async () => {
    const { code, stdout } = await glimpse("find", "a", "blue", "circle", "-n", "5");
    expect(code).toBe(0);
    expect(stdout.trim().split("\n")).toHaveLength(3);
    expect(stdout).toContain("\\u{202e}");
    expect(stdout).not.toContain("\u202e");
  });

  test("JSON holds names exactly, in escapes that a terminal does not obey", async () => {
    const { stdout } = await glimpse("find", "a", "blue", "circle", "--json");
    expect(stdout).not.toContain("\u202e");
    const { hits } = JSON.parse(stdout);
    expect(hits.flatMap(({ paths }: { paths: string[] }) => paths)).toContain(
      join(pictures, "<b>bold\u202e.jpg"),
    );
  });

  test("find --in a folder that holds an added one looks there, and adds nothing more", async () => {
    const { code, stdout, stderr } = await glimpse("find", "red", "--in", dirname(pictures), "-n", "1");
    expect(code).toBe(0);
    expect(stderr).not.toMatch(/Adding/);
    expect(stdout).toMatch(/jpg/);
  });

  test("find --json has the documented shape", async () => {
    const answer = JSON.parse((await glimpse("find", "red", "--json", "-n", "1")).stdout);
    expect(Object.keys(answer)).toEqual(["query", "model", "match", "corrections", "hits", "nextCursor"]);
    expect(Object.keys(answer.hits[0])).toEqual([
      "rank",
      "id",
      "score",
      "fit",
      "isCopy",
      "words",
      "part",
      "at",
      "paths",
      "offline",
      "places",
      "companions",
      "width",
      "height",
      "bytes",
      "takenAt",
      "date",
      "dateSource",
      "tags",
      "format",
      "camera",
      "lens",
      "software",
      "location",
      "place",
      "rating",
      "screenshot",
      "cut",
      "pages",
      "kind",
      "duration",
      "alike",
      "alikeImages",
    ]);
    expect(answer).toMatchObject({
      query: "red",
      model: "pocket",
      hits: [{ rank: 1, width: 320, height: 240 }],
    });
  });

  test("find --html writes one page with everything escaped and nothing from outside", async () => {
    const page = join(temporaryFolder(), "page.html");
    await glimpse("find", "<script>alert(1)</script>", "--html", page);
    const html = readFileSync(page, "utf8");
    expect(html).toContain("&lt;script>alert(1)&lt;/script>");
    expect(html).toContain("&lt;b>bold");
    expect(html).not.toMatch(/<script|<b>bold|src="http/);
    expect(html.match(/data:image\/webp;base64,/g)).toHaveLength(3);
  });

  test("find --like a file outside, --print0 for pipes", async () => {
    const outside = join(temporaryFolder(), "almost green.jpg");
    writeFileSync(outside, await discPicture("green", 71));
    const { stdout } = await glimpse("find", "--like", outside, "--print0", "-n", "1");
    expect(stdout).toBe(`${join(pictures, "green.jpg")}\0`);
  });

  test("of several example pictures, the one that cannot be read is named", async () => {
    const [good, bad] = [join(pictures, "green.jpg"), join(pictures, "empty.jpg")];
    const { code, stderr } = await glimpse("find", "--like", good, "--like", bad);
    expect({ code, stderr }).toEqual({ code: 1, stderr: `glimpse: ${bad}: The file is empty (0 bytes).\n` });
  });

  test("duplicates names the copy and --print0 spares the keeper", async () => {
    const { groups } = JSON.parse((await glimpse("duplicates", "--kind", "exact", "--json")).stdout);
    expect(groups).toHaveLength(1);
    expect(groups[0]).toMatchObject({ kind: "exact", members: [{ kind: "exact" }] });
    const { stdout } = await glimpse("duplicates", "--print0");
    expect(stdout.split("\0").filter(Boolean)).toHaveLength(1);
  });

  test("status counts, and lists failures with reasons", async () => {
    const status = JSON.parse((await glimpse("status", "--json")).stdout);
    expect(status).toMatchObject({ images: 3, placements: 4, failed: 2, unembedded: 0, model: "pocket" });
    expect((await glimpse("status")).stdout).toMatch(/scanned \d{4}-\d{2}-\d{2} \d{2}:\d{2}/);
    expect((await glimpse("status", "--failed")).stdout).toMatch(/broken\.jpg\t.*damaged/);
  });

  test("status says that cameras and places are not stored", async () => {
    expect((await glimpse("status")).stdout).not.toContain("cameras");
    await glimpse("add", "--no-location");
    expect((await glimpse("status")).stdout).toContain("cameras and places are not stored");
    await glimpse("add", "--location");
    expect(JSON.parse((await glimpse("status", "--json")).stdout).keepsLocation).toBe(true);
  });

  test("classify ranks the labels given", async () => {
    const { stdout } = await glimpse(
      "classify",
      join(pictures, "green.jpg"),
      "--labels",
      "red,green",
      "--json",
    );
    const { labels } = JSON.parse(stdout);
    expect(labels.map(({ label }: { label: string }) => label).sort()).toEqual(["green", "red"]);
  });

  test("remove forgets, and the files stay", async () => {
    const elsewhere = join(temporaryFolder(), "library");
    await runGlimpse(elsewhere, ["add", join(pictures, "green.jpg")]);
    const { code, stderr } = await runGlimpse(elsewhere, ["remove", join(pictures, "green.jpg")]);
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringMatching(/Forgot 1 image/) });
    expect(readFileSync(join(pictures, "green.jpg")).length).toBeGreaterThan(0);
    const after = await runGlimpse(elsewhere, ["find", "green"]);
    expect(after).toMatchObject({ code: 0, stdout: "" });
    expect(after.stderr).toMatch(/Nothing found/);
  });
});

/** Of each thread of a process, as Linux counts it: 19 gives way to all others. */
const niceness = (pid: number | string) =>
  readdirSync(`/proc/${pid}/task`).map((thread) => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[16]);
  });

test.skipIf(process.platform !== "linux")("watch --nice embeds at the lowest priority", async () => {
  const folder = join(temporaryFolder(), "watched");
  mkdirSync(folder);
  copyFileSync(join(pictures, "green.jpg"), join(folder, "green.jpg"));
  const watching = startGlimpse(join(temporaryFolder(), "library"), ["watch", "--nice", folder]);
  let said = "";
  watching.stderr?.on("data", (text) => {
    said += text;
  });
  try {
    await expect.poll(() => said, { timeout: 120_000 }).toContain("Watching");
    const { pid = 0 } = watching;
    const [child = ""] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
    expect([...new Set(niceness(child))]).toEqual([19]);
  } finally {
    watching.kill("SIGINT");
    await once(watching, "exit");
  }
});

describe("wrong usage ends with 2 and a sentence, failure with 1", () => {
  test.each([
    [["find"], 2, /query is empty.*a dog on a beach/],
    [["status", "--device", "gpu"], 2, /"gpu" is no device.*auto, cpu, cuda/],
    [["find", "x", "--limit", "zero"], 2, /whole number from 1 to 1000, or all/],
    [["find", "x", "--since", "some day"], 2, /no date/],
    [["find", "x", "--cursor", "forged"], 2, /another query/],
    [["nonsense"], 2, /unknown command/],
    [["find", "x", "--json", "--print0"], 2, /--json and --print0/],
    [["duplicates", "--json", "--print0"], 2, /--json and --print0/],
    [["duplicates", "--print0", "--kind", "similar"], 2, /--print0 lists copies.*exact or same/],
    [["duplicates", "--keep", "smallest"], 2, /--keep takes largest, oldest or newest/],
    [["duplicates", "--keep-in", "/does/not/exist"], 1, /no folder/],
    [["mcp", "--port", "7411"], 2, /--port is for .* --http/],
    [["mcp", "--allow-host", "x"], 2, /--allow-host is for/],
    [["add", "/does/not/exist"], 1, /no file or folder/],
    [["models", "use", "clip-vit-b32"], 1, /models pull clip-vit-b32/],
  ] as const)("glimpse %j", async (args, code, message) => {
    const ran = await glimpse(...args);
    expect(ran.code).toBe(code);
    expect(ran.stderr).toMatch(message);
    expect(ran.stderr).not.toMatch(/at .*\.[jt]s:\d+/);
  });
});
