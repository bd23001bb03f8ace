import { mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { scopeOf } from "../../src/cli/scope-options.ts";
import { GlimpseError } from "../../src/core/errors.ts";
import { parseDates } from "../../src/discord/commands/options.ts";
import { Access } from "../../src/mcp/access.ts";
import { factsOf } from "../../src/mcp/picture-facts.ts";
import { standInLibrary } from "../mcp/support/stand-in-library.ts";
import { discPicture } from "../support/disc-picture.ts";
import { exifBlock, exifTags, withExifBlock } from "../support/exif-block.ts";
import { file, picture } from "../support/new-image.ts";
import { runGlimpse } from "../support/run-glimpse.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { useTimeZone } from "../support/time-zone.ts";

interface DateOptions {
  readonly since?: string;
  readonly until?: string;
}

const faces: Record<string, (options: DateOptions) => Promise<{ since?: unknown; until?: unknown }>> = {
  "the command line": scopeOf,
  MCP: async (options) => {
    const access = new Access({ folders: [], includeDiscord: false });
    const library = standInLibrary([]);
    return (await access.narrow(library, await access.view(library), options)).scope;
  },
  Discord: (options) =>
    parseDates({ getString: (name: string) => options[name as keyof DateOptions] ?? null } as never),
};

describe.each(Object.entries(faces))("%s", (_, read) => {
  test("accepts whole days, both inclusive", async () => {
    useTimeZone("Asia/Tokyo");
    const { since, until } = await read({ since: "2011-05-06", until: "2011-05-06" });
    const hour = 3_600_000;
    expect({ since, until }).toEqual({
      since: { wallClock: Date.UTC(2011, 4, 6), instant: Date.UTC(2011, 4, 6) - 9 * hour },
      until: { wallClock: Date.UTC(2011, 4, 7), instant: Date.UTC(2011, 4, 7) - 9 * hour },
    });
  });

  test("accepts ages and named days", async () => {
    for (const since of ["30d", "2w", "6m", "1y", "yesterday", "3 days ago", "2024", "2024-06-30T18:00"])
      expect((await read({ since })).since, since).toBeDefined();
    expect((await read({})).since).toBeUndefined();
  });

  test.each(["2026-02-31", "31 february", "some day"])("rejects %s with a clear error", async (text) => {
    await expect(read({ since: text })).rejects.toThrow(GlimpseError);
    await expect(read({ until: text })).rejects.toThrow(/There is no|is no date/);
  });
});

test("MCP shows the day on the camera's clock, in whichever zone it runs", () => {
  for (const zone of ["America/New_York", "Asia/Tokyo"]) {
    useTimeZone(zone);
    const {
      thumbnail: _,
      fingerprint: __,
      ...facts
    } = picture("night", {
      takenAt: { wallClock: Date.UTC(2011, 4, 6, 1), source: "exif-original" },
    });
    const image = {
      ...facts,
      addedAt: 0,
      tags: [],
      placements: [file("/photos/night.jpg")],
      placementCount: 1,
    };
    expect(factsOf(image).date).toBe("2011-05-06");
  }
});

describe("one day, wherever it is indexed and queried", () => {
  const zones = ["America/New_York", "Asia/Tokyo", "Europe/Berlin"];
  const base = temporaryFolder();
  const pictures = join(base, "pictures");
  const libraryOf = (zone: string) => join(base, zone.replace("/", "-"));

  beforeAll(async () => {
    mkdirSync(pictures);
    const times = { night: "01:00:00", noon: "12:00:00", late: "23:30:00" };
    for (const [index, [name, time]] of Object.entries(times).entries()) {
      const exif = { [exifTags.dateTimeOriginal]: `2011:05:06 ${time}` };
      const colour = ["red", "green", "blue"][index] ?? "";
      const bytes = withExifBlock(await discPicture(colour, 40 + 20 * index), exifBlock({ exif }));
      writeFileSync(join(pictures, `${name}.jpg`), bytes);
    }
    writeFileSync(join(pictures, "IMG-20110506-WA0003.jpg"), await discPicture("orange", 50));
    writeFileSync(join(pictures, "undated.jpg"), await discPicture("purple", 60));
    for (const name of readdirSync(pictures)) {
      const noon = new Date("2020-01-01T12:00:00Z");
      utimesSync(join(pictures, name), noon, noon);
    }
    for (const zone of zones) await runGlimpse(libraryOf(zone), ["add", pictures], { TZ: zone });
  });

  test.each(zones.flatMap((index) => zones.map((reader) => [index, reader] as const)))(
    "indexed in %s, queried in %s",
    async (index, reader) => {
      const args = ["find", "--since", "2011-05-06", "--until", "2011-05-06", "--sort", "oldest", "--json"];
      const { stdout } = await runGlimpse(libraryOf(index), args, { TZ: reader });
      const hits: { paths: string[]; takenAt: string; dateSource: string }[] = JSON.parse(stdout).hits;
      expect(hits.map(({ takenAt, dateSource }) => [takenAt, dateSource])).toEqual([
        ["2011-05-06T00:00:00", "file-name"],
        ["2011-05-06T01:00:00", "exif-original"],
        ["2011-05-06T12:00:00", "exif-original"],
        ["2011-05-06T23:30:00", "exif-original"],
      ]);
    },
  );

  test("a file without a date of its own is shown in the reader's zone", async () => {
    const args = ["find", "--since", "2020", "--json"];
    const found = await runGlimpse(libraryOf("Asia/Tokyo"), args, { TZ: "America/New_York" });
    expect(JSON.parse(found.stdout).hits).toEqual([
      expect.objectContaining({
        takenAt: null,
        date: "2020-01-01T07:00:00.000-05:00",
        dateSource: "file",
      }),
    ]);
  });
});
