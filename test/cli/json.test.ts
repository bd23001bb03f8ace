import { expect, test } from "vitest";
import { duplicatesJson, failuresJson, findJson, groupsJson, statusJson } from "../../src/cli/json-output.ts";
import type { CaptureTime, ImageRecord, LibraryStatus, Placement } from "../../src/core/types.ts";
import { captureTime, file, idOf, picture, post } from "../support/new-image.ts";

const image = (
  name: string,
  placements: readonly Placement[],
  takenAt: CaptureTime | null = null,
): ImageRecord => {
  const { thumbnail: _, fingerprint: __, ...facts } = picture(name, { takenAt });
  return { ...facts, addedAt: 0, placements, placementCount: placements.length, tags: [] };
};

const away = file("/disk/cat.jpg", { online: false, modifiedAt: Date.UTC(2024, 5, 30) });
const cat = image("cat", [file("/cat.jpg"), away]);
const kitten = image("kitten", [file("/kitten.jpg")]);

test("a screenshot is what --screenshots finds: by its metadata, or by the name of any of its files", () => {
  const [named, placed] = [file("/a/Bildschirmfoto 2024-05-06.jpg"), file("/b/x.jpg")];
  const facts = { facts: { isScreenshot: true as const } };
  const shown = [image("1", [placed, named]), image("2", [placed]), { ...image("3", [placed]), ...facts }];
  expect(groupsJson([{ name: null, size: 3, representatives: shown, ids: [] }])).toMatchObject([
    { representatives: [{ screenshot: true }, { screenshot: false }, { screenshot: true }] },
  ]);
});

test("a hit has its date, its offline files, and the places of its near-identical pictures", () => {
  const hit = {
    ...cat,
    rank: 1,
    score: 0.5,
    fit: "weak" as const,
    words: {
      matched: 1,
      of: 2,
      coverage: 0.5,
      places: [{ source: "name" as const, line: "cat.jpg", lineNumber: 0, strength: 1 }],
    },
    part: { kind: "whole" as const },
    alike: [kitten.id, idOf("erased")],
  };
  const answer = {
    query: "cat",
    model: "m",
    match: "good" as const,
    hits: [hit],
    nextCursor: null,
    searched: 2,
    notes: [],
  };
  expect(findJson(answer, new Map([[kitten.id, kitten]]))).toEqual({
    query: "cat",
    model: "m",
    match: "good",
    corrections: [],
    hits: [
      {
        rank: 1,
        id: cat.id,
        score: 0.5,
        fit: "weak",
        isCopy: false,
        words: {
          matched: 1,
          of: 2,
          coverage: 0.5,
          places: [{ source: "name", line: "cat.jpg", lineNumber: 0, strength: 1 }],
        },
        part: { kind: "whole" },
        paths: ["/cat.jpg", "/disk/cat.jpg"],
        offline: ["/disk/cat.jpg"],
        places: 2,
        companions: [],
        at: null,
        duration: null,
        kind: "image",
        format: "jpeg",
        width: 640,
        height: 480,
        bytes: 12_345,
        takenAt: null,
        date: "2024-06-30T00:00:00.000Z",
        dateSource: "file",
        tags: [],
        cut: false,
        pages: 1,
        camera: null,
        lens: null,
        software: null,
        location: null,
        place: null,
        rating: null,
        screenshot: false,
        alike: [kitten.id, idOf("erased")],
        alikeImages: [{ id: kitten.id, paths: ["/kitten.jpg"], offline: [], places: 1, companions: [] }],
      },
    ],
    nextCursor: null,
  });
});

test("groups and duplicates have places in the same form", () => {
  const posted = image("posted", [post("7")], captureTime(1000));
  expect(groupsJson([{ name: "pet", size: 2, representatives: [posted], ids: [posted.id] }])).toEqual([
    {
      name: "pet",
      size: 2,
      representatives: [
        expect.objectContaining({
          id: posted.id,
          paths: ["https://discord.com/channels/g1/c1/m-7"],
          offline: [],
          takenAt: "1970-01-01T00:00:01",
        }),
      ],
      ids: [posted.id],
    },
  ]);
  const member = {
    image: kitten,
    kind: "same",
    reference: kitten.id,
    edits: [{ kind: "resized", of: "member" }],
    reason: "resized",
    measure: 0.99,
  } as const;
  expect(
    duplicatesJson([
      { kind: "same", keeper: cat, why: "the original", members: [member], reclaimableBytes: 1 },
    ]),
  ).toMatchObject({
    groups: [
      {
        keeper: { id: cat.id, offline: ["/disk/cat.jpg"] },
        why: "the original",
        members: [{ id: kitten.id, paths: ["/kitten.jpg"], offline: [] }],
      },
    ],
  });
});

test("times in the status have the usual format", () => {
  const root = { path: "/photos", state: "online", images: 1, placements: 1, failed: 1 } as const;
  const status: LibraryStatus = {
    directory: "/library",
    model: "m",
    space: "m@0",
    devices: [],
    images: 1,
    placements: 1,
    modelProblem: null,
    unembedded: 0,
    nothing: null,
    older: [],
    former: [],
    roots: [
      { ...root, lastScanAt: 1000, away: [], otherKinds: {}, leftOut: {} },
      { ...root, lastScanAt: null, away: [], otherKinds: {}, leftOut: {} },
    ],
    guilds: [],
    text: { read: 1, waiting: 0 },
    failed: 1,
    partlyRead: { cut: 0, severalPages: 0 },
    keepsLocation: true,
    companions: null,
    index: { kind: "exact", size: 1 },
    disk: { catalog: 1, index: 0, models: 0 },
  };
  expect(statusJson(status)).toMatchObject({
    images: 1,
    roots: [{ path: "/photos", lastScanAt: "1970-01-01T00:00:01.000Z" }, { lastScanAt: null }],
  });
  expect(
    failuresJson([
      { origin: "/a.jpg", bytes: 0, modifiedAt: 2000, code: "empty", reason: "The file is empty.", at: 3000 },
    ]),
  ).toMatchObject([
    { origin: "/a.jpg", modifiedAt: "1970-01-01T00:00:02.000Z", at: "1970-01-01T00:00:03.000Z" },
  ]);
});
