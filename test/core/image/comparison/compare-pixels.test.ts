import sharp, { type Sharp } from "sharp";
import { describe, expect, test } from "vitest";
import { compareBatch, PreparedPictures } from "../../../../src/core/embedder/compare-batch.ts";
import { DEFAULT_PICTURE_LIMITS } from "../../../../src/core/image/picture-limits.ts";
import { readPicture } from "../../../../src/core/image/read-picture.ts";
import { compare, outcome, RECIPE } from "./compare-files.ts";
import {
  calendarIcon,
  captioned,
  drawn,
  flag,
  form,
  gradient,
  nearlyBlankPage,
  scene,
  wallpaper,
} from "./drawn-pictures.ts";

const jpeg = (picture: Sharp, quality = 85) => picture.jpeg({ quality }).toBuffer();

const sepia = (picture: Buffer) =>
  jpeg(
    sharp(picture)
      .toColourspace("srgb")
      .recomb([
        [0.393, 0.769, 0.189],
        [0.349, 0.686, 0.168],
        [0.272, 0.534, 0.131],
      ]),
  );

describe("pictures that look alike are not the same", () => {
  test.each([
    ["flags", () => [flag(["#002395", "#fff", "#ed2939"]), flag(["#009246", "#fff", "#ce2b37"])]],
    [
      "flags of the same brightness",
      () => [flag(["#008751", "#fff", "#008751"]), flag(["#d80f22", "#fff", "#d80f22"])],
    ],
    ["gradients", () => [gradient("#f55", "#302"), gradient("#5f8", "#023")]],
    ["gradients of the next shade", () => [gradient("#ff5544", "#332244"), gradient("#ff5560", "#332256")]],
    [
      "flags of the next shade",
      () => [flag(["#2244aa", "#fff", "#cc3344"]), flag(["#2256aa", "#fff", "#cc3344"])],
    ],
    ["calendar icons", () => [calendarIcon(13), calendarIcon(17)]],
    [
      "wallpapers",
      () => [
        wallpaper(`<circle cx="800" cy="450" r="45" fill="#e33"/>`),
        wallpaper(`<path d="M800 400L850 500H750Z" fill="#59f"/>`),
      ],
    ],
    ["nearly blank pages", () => [nearlyBlankPage(21), nearlyBlankPage(22)]],
    [
      "forms",
      () => [
        form(["red river 84721", "winter 33", "letter 9", "garden 5512"]),
        form(["silver moon 10293", "summer 71", "ticket 4", "market 880"]),
      ],
    ],
    [
      "forms that differ in one number",
      () => [
        form(["red river 84721", "winter 33", "letter 9", "garden 5512"]),
        form(["red river 84721", "winter 38", "letter 9", "garden 5512"]),
      ],
    ],
  ] as const)("%s", async (_, draw) => {
    const [first = Buffer.of(), second = Buffer.of()] = await Promise.all(draw());
    expect(await outcome(first, second)).not.toBe("same");
  });

  test("one picture with other words over it is a variant, whatever the size of the letters", async () => {
    const template = await scene(3);
    for (const size of [56, 26]) {
      const [first, second] = [
        await captioned(template, "MONDAY MORNING", size),
        await captioned(template, "SO LONG FRIEND", size),
      ];
      expect(await outcome(first, second)).toBe("variant");
    }
  });

  test("different pictures are different", async () => {
    expect(await outcome(await scene(1), await scene(2))).toBe("different");
  });
});

describe("a copy is the same, with what was done to it and to which of the two", () => {
  const original = scene(1);
  const cases: readonly [string, (picture: Buffer) => Promise<Buffer>, object][] = [
    ["resized", (picture) => jpeg(sharp(picture).resize(300)), { kind: "resized", of: "member" }],
    ["saved again", (picture) => jpeg(sharp(picture), 30), { kind: "saved again", of: "either" }],
    [
      "cropped",
      (picture) => jpeg(sharp(picture).extract({ left: 64, top: 48, width: 512, height: 384 })),
      { kind: "cropped", of: "member" },
    ],
    [
      "framed",
      (picture) =>
        jpeg(sharp(picture).extend({ top: 70, bottom: 50, left: 60, right: 60, background: "#fff" })),
      { kind: "framed", of: "member" },
    ],
    ["mirrored", (picture) => jpeg(sharp(picture).flop()), { kind: "mirrored", of: "either" }],
    ["turned", (picture) => jpeg(sharp(picture).rotate(90)), { kind: "turned", of: "either" }],
    ["brighter", (picture) => jpeg(sharp(picture).linear(1.2, 0)), { kind: "brighter", of: "member" }],
    ["grey", (picture) => jpeg(sharp(picture).greyscale()), { kind: "grey", of: "member" }],
    [
      "words over it",
      (picture) => captioned(picture, "HELLO WORLD"),
      { kind: expect.stringMatching(/text added|watermarked/), of: "member" },
    ],
  ];
  test.each(cases)("%s", async (_, make, edit) => {
    const picture = await original;
    const comparison = await compare(picture, await make(picture));
    expect(comparison).toMatchObject({ outcome: "same", inDoubt: false });
    expect(comparison.edits).toContainEqual(expect.objectContaining(edit));
  });

  test("a dark picture made brighter by few levels, and not one saved again or with words over it", async () => {
    const dark = await jpeg(sharp(await original).linear(0.3, 0), 90);
    const brighter = await jpeg(sharp(dark).linear(1.15, 0));
    const kinds = async (first: Buffer, second: Buffer) =>
      (await compare(first, second)).edits.map(({ kind }) => kind);
    expect(await kinds(dark, brighter)).toEqual(["brighter"]);
    expect(await kinds(brighter, dark)).toEqual(["darker"]);
    expect(await kinds(dark, await jpeg(sharp(dark), 30))).toEqual(["saved again"]);
    expect(await kinds(dark, await captioned(dark, "HELLO"))).not.toContain("brighter");
  });

  test.each([
    ["words over it", (picture: Buffer) => captioned(picture, "HELLO WORLD")],
    ["sepia", sepia],
    ["bright sepia", async (picture: Buffer) => sepia(await jpeg(sharp(picture).linear(1.2, 10)))],
  ])("%s, from either side", async (_, make) => {
    const picture = await original;
    const copy = await make(picture);
    expect(await outcome(picture, copy)).toBe("same");
    expect(await outcome(copy, picture)).toBe("same");
  });

  test("where something lies over it is said in cells of the picture without it", async () => {
    const picture = await original;
    const lower = (places: readonly number[] = []) =>
      places.length > 0 && places.every((place) => place >= 6 * 12);
    const worded = await captioned(picture, "HELLO WORLD");
    for (const [first, second] of [
      [picture, worded],
      [worded, picture],
      [await jpeg(sharp(worded).rotate(90), 92), picture],
    ] as const) {
      const { edits } = await compare(first, second);
      const overlay = edits.find(({ kind }) => kind === "text added" || kind === "watermarked");
      expect(lower(overlay?.places)).toBe(true);
    }
  });

  test("a drawing on a white ground, brightened until its light tones are lost", async () => {
    const product = await drawn(600, 800, "#f4f4f4", [
      `<defs><linearGradient id="g"><stop offset="0" stop-color="#eee"/><stop offset="1" stop-color="#335"/></linearGradient></defs>`,
      `<ellipse cx="300" cy="420" rx="180" ry="240" fill="url(#g)"/><rect x="250" y="120" width="100" height="90" fill="#ddd"/>`,
      ...Array.from(
        { length: 12 },
        (_, at) =>
          `<circle cx="${170 + 24 * at}" cy="${300 + 37 * ((5 * at) % 8)}" r="${6 + at}" fill="rgb(${250 - 14 * at},${240 - 9 * at},${235 - 17 * at})"/>`,
      ),
    ]);
    expect(await outcome(product, await jpeg(sharp(product).linear(1.15, 0)))).toBe("same");
  });

  test("it is the picture in sepia that was recoloured, from either side", async () => {
    const picture = await original;
    const copy = await sepia(picture);
    expect((await compare(picture, copy)).edits).toContainEqual({ kind: "recoloured", of: "member" });
    expect((await compare(copy, picture)).edits).toContainEqual({ kind: "recoloured", of: "reference" });
  });

  test("seen from the copy, the edits are the other's", async () => {
    const picture = await original;
    const { edits } = await compare(await jpeg(sharp(picture).resize(300)), picture);
    expect(edits).toContainEqual({ kind: "resized", of: "reference" });
  });

  test.each([
    ["a form", () => form(["red river 84721", "winter 33", "letter 9"])],
    ["a flag", () => flag(["#002395", "#fff", "#ed2939"])],
    ["an icon", () => calendarIcon(9)],
  ] as const)("%s saved again", async (_, draw) => {
    const drawing = await draw();
    expect(await outcome(drawing, await jpeg(sharp(drawing), 60))).toBe("same");
  });
});

test("what only a thumbnail tells of a page stays in doubt", async () => {
  const page = await form(["red river 84721", "winter 33", "letter 9"]);
  const copy = await jpeg(sharp(page), 60);
  expect(await compare(page, copy, false)).toMatchObject({ outcome: "same", inDoubt: true });
  expect(await compare(page, copy)).toMatchObject({ outcome: "same", inDoubt: false });
});

test("an original that was changed since is not looked at, and a thumbnail that is none is unlike everything", async () => {
  const page = await form(["red river 84721"]);
  const { picture } = await readPicture(page, RECIPE, DEFAULT_PICTURE_LIMITS);
  const { thumbnail, width, height } = picture;
  const changed = { id: "0".repeat(64), thumbnail, width, height, original: { bytes: page } };
  const broken = { id: "1".repeat(64), thumbnail: Buffer.from("no picture"), width, height };
  const compared = await compareBatch(
    {
      pictures: [changed, changed, broken],
      pairs: [
        [0, 1],
        [0, 2],
      ],
    },
    new PreparedPictures(DEFAULT_PICTURE_LIMITS),
  );
  expect(compared).toMatchObject([{ outcome: "same", inDoubt: true }, { outcome: "different" }]);
});
