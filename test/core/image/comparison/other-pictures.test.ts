import { readFileSync } from "node:fs";
import sharp, { type Sharp } from "sharp";
import { describe, expect, test } from "vitest";
import { compare, outcome } from "./compare-files.ts";
import { captioned, drawn, scene } from "./drawn-pictures.ts";

const figure = (part: string, ground = "#fff", width = 640, height = 480) =>
  drawn(width, height, ground, [part]);

const dot = (radius: number) => figure(`<circle cx="320" cy="240" r="${radius}" fill="#c33"/>`);
const ellipse = (across: number, down: number) =>
  figure(`<ellipse cx="320" cy="240" rx="${across}" ry="${down}" fill="#27a"/>`);
const triangle = (degrees: number) =>
  figure(
    `<path d="M320 120L420 320H220Z" fill="#383" transform="rotate(${degrees} 320 240)"/>`,
    "#fff",
    640,
    480,
  );
const bars = (heights: readonly number[]) =>
  figure(
    heights
      .map(
        (height, at) =>
          `<rect x="${60 + at * 70}" y="${440 - height}" width="50" height="${height}" fill="#36c"/>`,
      )
      .join(""),
  );
const rising = [60, 110, 150, 200, 260, 310, 360];

const twoStripes = (width: number, height: number) =>
  figure(`<rect width="${width}" height="${height / 2}" fill="#ce1126"/>`, "#fff", width, height);

/** Two drawings of few edges that could be taken for one another turned, stretched, cropped or moved a little. */
const drawings: readonly [string, () => Promise<Buffer>, () => Promise<Buffer>][] = [
  ["triangles a quarter turn apart", () => triangle(0), () => triangle(90)],
  ["triangles up and down", () => triangle(0), () => triangle(180)],
  ["triangles to the left and right", () => triangle(90), () => triangle(270)],
  ["dots of 60 and 66", () => dot(60), () => dot(66)],
  ["dots of 60 and 80", () => dot(60), () => dot(80)],
  ["dots of 100 and 150", () => dot(100), () => dot(150)],
  ["dots of 150 and 160", () => dot(150), () => dot(160)],
  ["ellipses wide and high", () => ellipse(160, 100), () => ellipse(100, 160)],
  ["ellipses of 160 x 100 and 160 x 120", () => ellipse(160, 100), () => ellipse(160, 120)],
  ["a circle and an ellipse", () => ellipse(120, 120), () => ellipse(150, 120)],
  ["rising and falling bars", () => bars(rising), () => bars([...rising].reverse())],
  [
    "bars of which one is taller",
    () => bars(rising),
    () => bars(rising.map((height, at) => height + (at === 2 ? 24 : 0))),
  ],
  [
    "a ring at the left and at the right",
    () => figure(`<circle cx="200" cy="240" r="70" fill="none" stroke="#222" stroke-width="18"/>`),
    () => figure(`<circle cx="440" cy="240" r="70" fill="none" stroke="#222" stroke-width="18"/>`),
  ],
  [
    "arrows to the left and right",
    () => figure(`<path d="M200 240L300 160V210H440V270H300V320Z" fill="#a30"/>`),
    () => figure(`<path d="M440 240L340 160V210H200V270H340V320Z" fill="#a30"/>`),
  ],
  ["one flag in two shapes", () => twoStripes(900, 600), () => twoStripes(750, 600)],
  [
    "a plus and a minus",
    () => figure(`<path d="M300 140h40v80h80v40h-80v80h-40v-80h-80v-40h80Z" fill="#111"/>`),
    () => figure(`<path d="M220 220h200v40H220Z" fill="#111"/>`),
  ],
];

describe("simple drawings are the same only edge on edge", () => {
  test.each(drawings)("%s", async (_, first, second) => {
    expect(await outcome(await first(), await second())).not.toBe("same");
  });

  test.each([
    ["a triangle", () => triangle(0)],
    ["a dot", () => dot(60)],
    ["an ellipse", () => ellipse(160, 100)],
    ["bars", () => bars(rising)],
  ] as const)("%s made smaller and saved again", async (_, draw) => {
    const picture = await draw();
    const smaller = await sharp(picture).resize(320).jpeg({ quality: 85 }).toBuffer();
    expect(await outcome(picture, smaller)).toBe("same");
  });
});

describe("what was lost in a copy is nothing laid over the other", () => {
  test.each(Array.from({ length: 10 }, (_, at) => [at, (112 + 3 * at) / 100] as const))(
    "a brighter copy with clipped highlights is brighter (scene %i, times %d)",
    async (seed, factor) => {
      const picture = await sharp(await scene(20 + seed))
        .linear(1.1, 25)
        .jpeg({ quality: 92 })
        .toBuffer();
      const brighter = await sharp(picture).linear(factor, 0).jpeg({ quality: 88 }).toBuffer();
      for (const [first, second, of] of [
        [picture, brighter, "brighter"],
        [brighter, picture, "darker"],
      ] as const) {
        const { outcome, edits } = await compare(first, second);
        expect(outcome).toBe("same");
        expect(edits.map(({ kind }) => kind)).toEqual([of]);
      }
    },
  );

  test.each(Array.from({ length: 10 }, (_, at) => [at, 0.99 - 0.006 * at] as const))(
    "a JPEG cut in its last per cent is not watermarked (scene %i, %d of the file)",
    async (seed, share) => {
      const picture = await scene(40 + seed);
      const cut = picture.subarray(0, Math.floor(share * picture.length));
      const { outcome, edits } = await compare(picture, cut);
      expect(outcome).toBe("same");
      expect(edits.filter(({ kind }) => kind === "watermarked" || kind === "text added")).toEqual([]);
    },
  );
});

const overlays = ({ edits }: Awaited<ReturnType<typeof compare>>) =>
  edits.filter(({ kind }) => kind === "watermarked" || kind === "text added");

describe("a thing in a scene makes another picture of it", () => {
  const put = (ground: Buffer, thing: Buffer, left: number, top: number) =>
    sharp(ground)
      .composite([{ input: thing, left, top }])
      .jpeg({ quality: 92 })
      .toBuffer();

  test.each([
    [51, 30, "a disc"],
    [52, 48, "a disc"],
    [53, 40, "a cut-out of another scene"],
    [54, 52, "a cut-out of another scene"],
  ] as const)("in scene %i, %i pixels wide: %s", async (seed, side, what) => {
    const ground = await scene(seed);
    const circle = (fill: string) =>
      Buffer.from(
        `<svg width="${side}" height="${side}"><circle cx="${side / 2}" cy="${side / 2}" r="${side / 2}" fill="${fill}"/></svg>`,
      );
    const thing =
      what === "a disc"
        ? circle("#f4efda")
        : await sharp(await scene(seed + 10))
            .resize(side, side, { fit: "fill" })
            .composite([{ input: circle("#000"), blend: "dest-in" }])
            .png()
            .toBuffer();
    const here = await put(ground, thing, 120, 130);
    const there = await put(ground, thing, 450, 290);
    for (const [first, second] of [
      [ground, here],
      [there, ground],
      [here, there],
    ] as const) {
      expect(await outcome(first, second)).not.toBe("same");
    }
  });
});

describe("what lies all over a copy is no mark", () => {
  test.each([
    ["sharpened", (picture) => picture.sharpen({ sigma: 3, m1: 2.5, m2: 4 })],
    ["denoised", (picture) => picture.median(5)],
    ["blurred", (picture) => picture.blur(3)],
    ["enlarged 3 times at quality 30", (picture) => picture.resize(1920).jpeg({ quality: 30 })],
  ] as const satisfies [string, (picture: Sharp) => Sharp][])("%s", async (_, change) => {
    const busy = await sharp(await scene(60))
      .composite([{ input: await grain(640, 480), blend: "overlay" }])
      .jpeg({ quality: 95 })
      .toBuffer();
    const changed = await change(sharp(busy)).toBuffer();
    expect(overlays(await compare(busy, changed))).toEqual([]);
    expect(overlays(await compare(changed, busy))).toEqual([]);
  });

  test.each([3, 6])("a frame of %i pixels is one", async (width) => {
    const picture = await scene(61);
    const frame = { top: width, bottom: width, left: width, right: width, background: "#000" };
    const framed = await sharp(picture).extend(frame).jpeg({ quality: 95 }).toBuffer();
    const { outcome, edits } = await compare(picture, framed);
    expect(outcome).toBe("same");
    expect(edits).toContainEqual(expect.objectContaining({ kind: "framed", of: "member" }));
  });
});

const grain = (width: number, height: number) =>
  sharp({
    create: {
      width,
      height,
      channels: 3,
      background: "#808080",
      noise: { type: "gaussian", mean: 128, sigma: 40 },
    },
  })
    .blur(0.6)
    .png()
    .toBuffer();

describe("one picture with other small words", () => {
  const words = [
    ["MONDAY MORNING", "SO LONG FRIEND"],
    ["nobody knows", "when it rains"],
    ["ready for it", "never again"],
    ["IMG 2041", "IMG 7385"],
    ["summer in town", "winter at home"],
    ["page one of ten", "page six of ten"],
    ["me at work", "we at home"],
    ["open until nine", "closed on friday"],
    ["first of april", "tenth of march"],
    ["call me later", "text me tonight"],
  ] as const;
  test.each(words.map((pair, at) => [...pair, 13 + at] as const))(
    "%s, %s (%i px)",
    async (one, other, size) => {
      const template = await scene(60 + size);
      const first = await captioned(template, one, size);
      expect(await outcome(first, await captioned(template, other, size))).not.toBe("same");
    },
  );
});

describe("a drawing of few corners in a frame of another colour is the same, and framed", () => {
  test.each([
    ["black", 40, "#000"],
    ["blue", 30, "#248"],
    ["grey, broad", 60, "#999"],
    ["dark, narrow", 24, "#333"],
  ])("%s", async (_, side, background) => {
    const plain = readFileSync(new URL("../../../../samples/food/slice of pizza.png", import.meta.url));
    const framed = await sharp(plain)
      .extend({ top: side, bottom: side, left: side, right: side, background })
      .jpeg({ quality: 90 })
      .toBuffer();
    expect(await compare(plain, framed)).toMatchObject({
      outcome: "same",
      edits: [{ kind: "framed", of: "member" }],
    });
  });

  test("more of its own ground is no frame", async () => {
    const wider = await sharp(await dot(100))
      .extend({ top: 90, bottom: 90, left: 120, right: 120, background: "#fff" })
      .png()
      .toBuffer();
    expect(await outcome(await dot(100), wider)).not.toBe("same");
  });
});

describe("what shows only in a large photo itself", () => {
  const large = async (seed: number) =>
    sharp(await scene(seed))
      .resize(2000)
      .jpeg({ quality: 92 })
      .toBuffer();
  const dots = (fill: string) =>
    Buffer.from(
      `<svg width="2000" height="1500">${[1, 2, 3, 4, 5].map((at) => `<circle cx="${300 * at}" cy="800" r="11" fill="${fill}"/>`).join("")}</svg>`,
    );
  const withDots = async (photo: Buffer, fill: string) =>
    sharp(photo)
      .composite([{ input: dots(fill) }])
      .jpeg({ quality: 88 })
      .toBuffer();

  test("other words of 36 pixels, or dots of another colour as bright, make another picture", async () => {
    const photo = await large(81);
    const bill = await captioned(photo, "Invoice 20387 Total 1,284.50", 36);
    const other = await captioned(photo, "Receipt 48151 Price 7,361.92", 36);
    expect(await compare(bill, other)).toMatchObject({ outcome: "variant", edits: [] });
    expect(await outcome(await withDots(photo, "#c83c3c"), await withDots(photo, "#3c843c"))).not.toBe(
      "same",
    );
    // What only thumbnails were compared of is not said to be the same.
    expect(await compare(bill, other, false)).toMatchObject({ outcome: "same", inDoubt: true });
  });

  test("copies of it are the same, and nothing is said to lie over them", async () => {
    const bill = await captioned(await large(82), "Invoice 20387 Total 1,284.50", 36);
    const copies = {
      "saved at 30": () => sharp(bill).jpeg({ quality: 30 }),
      half: () => sharp(bill).resize(1000).jpeg({ quality: 80 }),
      cropped: () => sharp(bill).extract({ left: 101, top: 79, width: 1800, height: 1300 }).jpeg(),
      sharper: () => sharp(bill).sharpen({ sigma: 2, m1: 1, m2: 3 }).jpeg(),
      "more colourful": () => sharp(bill).modulate({ saturation: 1.2 }).jpeg(),
    };
    const told: Record<string, string> = {};
    for (const [name, copy] of Object.entries(copies)) {
      const { outcome, edits } = await compare(bill, await copy().toBuffer());
      told[name] = [outcome, ...edits.map(({ kind }) => kind)].join(" ");
    }
    expect(told).toEqual({
      "saved at 30": "same saved again",
      half: "same resized",
      cropped: "same cropped",
      sharper: "same saved again",
      "more colourful": "same recoloured",
    });
  });

  test("a thin curve in another colour as bright is another plot; the plot saved again is not", async () => {
    const plot = (stroke: string) =>
      drawn(1600, 1200, "#fff", [
        `<path d="M100 100V1100H1500" stroke="#000" stroke-width="4" fill="none"/>`,
        `<path d="${Array.from({ length: 140 }, (_, at) => `${at === 0 ? "M" : "L"}${100 + 10 * at} ${Math.round(600 + 300 * Math.sin(at / 9) - at)}`).join("")}" stroke="${stroke}" stroke-width="3" fill="none"/>`,
        `<text x="700" y="1170" font-size="36">time in seconds</text>`,
      ]);
    const red = await plot("#d03030");
    expect(await outcome(red, await plot("#307a30"))).not.toBe("same");
    expect(await outcome(red, await plot("#4a62d8"))).not.toBe("same");
    for (const quality of [85, 50])
      expect(await outcome(red, await sharp(red).jpeg({ quality }).toBuffer())).toBe("same");
  });
});

test("a dark disc in a plain sky is a thing, and no sharpening", async () => {
  const sky = (part: string) =>
    drawn(1000, 750, "#777", [
      `<defs><linearGradient id="g" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#9db8d8"/><stop offset="1" stop-color="#dde6ee"/></linearGradient></defs><rect width="1000" height="400" fill="url(#g)"/>`,
      ...Array.from(
        { length: 120 },
        (_, at) =>
          `<circle cx="${(at * 137) % 1000}" cy="${420 + ((at * 89) % 330)}" r="${12 + ((at * 31) % 40)}" fill="hsl(${(at * 47) % 360},40%,${20 + ((at * 13) % 60)}%)"/>`,
      ),
      part,
    ]);
  const [without, withDisc] = [await sky(""), await sky(`<circle cx="300" cy="150" r="25" fill="#1e1e23"/>`)];
  expect(await outcome(without, withDisc)).not.toBe("same");
  expect(await outcome(withDisc, without)).not.toBe("same");
});
