import { describe, expect, test } from "vitest";
import { chooseKeeper } from "../../../src/core/duplicates/choose-keeper.ts";
import type { Relation } from "../../../src/core/duplicates/same-group.ts";
import type { Edit, ImageRecord, KeepChoice, PictureQuality } from "../../../src/core/types.ts";
import { captureTime, file, picture } from "../../support/new-image.ts";

const SIDE = Math.sqrt(640 * 480);
const sharpAs = (waves: number, jpegQuality: number | null = 85) => ({
  quality: { jpegQuality, detail: waves, measuredSide: SIDE },
});

/** Sharp, 640 x 480, 100 KB at JPEG quality 85, without a date. */
function image(name: string, facts: Partial<ImageRecord> = {}): ImageRecord {
  const { thumbnail: _, fingerprint: __, ...rest } = picture(name);
  const placements = [file(`/photos/${name}.jpg`)];
  return {
    ...rest,
    placementCount: 1,
    bytes: 100_000,
    ...sharpAs(200),
    addedAt: 0,
    tags: [],
    placements,
    ...facts,
  };
}

const half = {
  width: 320,
  height: 240,
  bytes: 30_000,
  quality: { jpegQuality: 85, detail: 100, measuredSide: SIDE / 2 },
};
const edit = (kind: Edit["kind"], of: Edit["of"]): Edit => ({ kind, of });
const relation = (a: ImageRecord, b: ImageRecord, ...edits: Edit[]): Relation => ({
  a: a.id,
  b: b.id,
  edits,
  measure: 0.9,
  byVerdict: false,
});

/** The keeper in whichever order the images come. */
function kept(images: readonly ImageRecord[], relations: readonly Relation[] = [], choice: KeepChoice = {}) {
  const chosen = chooseKeeper({ images, relations }, choice);
  const reversed = chooseKeeper({ images: images.toReversed(), relations: relations.toReversed() }, choice);
  expect(reversed.keeper.id).toBe(chosen.keeper.id);
  return { id: chosen.keeper.id, why: chosen.why };
}

describe("of what moves is kept", () => {
  const moving = (name: string, facts: Partial<ImageRecord>) =>
    image(name, {
      durationMs: 9000,
      quality: { jpegQuality: null, detail: 80, measuredSide: SIDE },
      ...facts,
    });
  const film = moving("film", { format: "mp4" });

  test("the film, not the animation made of it, however sharp and large", () => {
    const { quality } = sharpAs(200, null);
    const animation = moving("animation", { format: "gif", quality, width: 900, bytes: 1_000_000 });
    expect(kept([film, animation], [relation(film, animation, edit("resized", "reference"))])).toEqual({
      id: film.id,
      why: "the original: the other is an animation of it",
    });
  });

  test("the larger of two, not the one whose frame has more detail or bytes", () => {
    const small = moving("small", { ...half, format: "webm", bytes: 500_000 });
    const sharp = { ...small, quality: { jpegQuality: null, detail: 300, measuredSide: SIDE / 2 } };
    for (const other of [small, sharp])
      expect(kept([film, other], [relation(film, other, edit("resized", "member"))])).toEqual({
        id: film.id,
        why: "the original: the other is smaller",
      });
  });
});

describe("the original is kept, not", () => {
  const original = image("original");
  test.each([
    ["framed", "framed"],
    ["cropped", "cropped"],
    ["watermarked", "watermarked"],
    ["text added", "with text added"],
    ["grey", "grey"],
  ] as const)("the %s copy that has more pixels, an older date and better quality", (kind, fault) => {
    const facts = {
      width: 6400,
      height: 4800,
      bytes: 9_000_000,
      takenAt: captureTime(1),
      ...sharpAs(2000, 95),
    };
    const copy = image("copy", facts);
    const answer = { id: original.id, why: `the original: the other is ${fault}` };
    expect(kept([original, copy], [relation(original, copy, edit(kind, "member"))])).toEqual(answer);
    expect(kept([original, copy], [relation(copy, original, edit(kind, "reference"))])).toEqual(answer);
  });

  test("the copy that was enlarged three times", () => {
    const facts = { width: 1920, height: 1440, bytes: 150_000 };
    const enlarged = image("enlarged", {
      ...facts,
      quality: { jpegQuality: 30, detail: 260, measuredSide: 3 * SIDE },
    });
    expect(kept([original, enlarged])).toEqual({
      id: original.id,
      why: "the original: the other is enlarged",
    });
    const smooth = image("smooth", {
      ...facts,
      quality: { jpegQuality: 98, detail: 203, measuredSide: 3 * SIDE },
    });
    expect(kept([original, smooth])).toEqual({ id: original.id, why: "the original: the other is enlarged" });
  });

  test("the sharpened copy without a capture date, at its size or enlarged", () => {
    const taken = image("taken", { ...sharpAs(200, 92), takenAt: captureTime(1) });
    const sharpened = image("sharpened", { ...sharpAs(320, 95), bytes: 2 * taken.bytes });
    const enlarged = image("enlarged", { ...sharpAs(160, 95), bytes: 800_000, width: 1280, height: 960 });
    for (const copy of [sharpened, enlarged])
      expect(kept([taken, copy])).toEqual({
        id: taken.id,
        why: "the original: the other is without a capture date",
      });
    // Nothing tells which of them is the copy: the one that holds more is kept, and not called the original.
    const undated = { ...taken, takenAt: null };
    expect(kept([undated, sharpened])).toEqual({ id: sharpened.id, why: "the other is compressed more" });
  });

  test("the picture whose file was changed to what cannot be read", () => {
    const placements = [file("/photos/lost.jpg", { online: false, isLost: true })];
    const lost = image("lost", { ...sharpAs(200, 98), takenAt: captureTime(1), placements });
    expect(kept([lost, original])).toEqual({
      id: original.id,
      why: "the original: the other is in no file that can be read",
    });
  });

  test("one of two that keep every pixel, because its file is larger", () => {
    const [png, webp] = [
      image("a", {
        format: "png",
        bytes: 900_000,
        quality: { jpegQuality: null, detail: 200, measuredSide: SIDE },
      }),
      image("b", {
        format: "webp",
        bytes: 500_000,
        quality: { jpegQuality: null, detail: 200, measuredSide: SIDE, isLossless: true },
      }),
    ];
    expect(kept([png, webp]).why).toBe("the other is in fewer bytes");
  });

  test("the half of a smooth photo, which shows all of its detail", () => {
    const smooth = image("smooth", sharpAs(60));
    const quality = { jpegQuality: 90, detail: 60.5, measuredSide: SIDE / 2 };
    expect(kept([smooth, image("half", { ...half, quality })])).toEqual({
      id: smooth.id,
      why: "the original: the other is smaller",
    });
    // What was not measured in full says nothing of another picture's detail, nor does a part of it.
    const reduced = {
      width: 480,
      height: 360,
      bytes: 50_000,
      quality: { jpegQuality: 90, detail: 119, measuredSide: 250 },
    };
    const part = {
      width: 480,
      height: 360,
      bytes: 50_000,
      quality: { jpegQuality: 90, detail: 199, measuredSide: 416 },
    };
    const photo = image("photo");
    expect(kept([photo, image("reduced", reduced)]).id).toBe(photo.id);
    const cut = image("part", part);
    expect(kept([photo, cut], [relation(photo, cut, edit("cropped", "member"))]).id).toBe(photo.id);
  });

  test("the one that is like few of the others, and was compared with all", () => {
    const marked = image("marked", { bytes: 120_000 });
    const versions = ["a", "b", "c", "d", "e"].map((name) => image(name, { bytes: 30_000 }));
    const images = [original, marked, ...versions];
    const [first, second] = versions;
    const relations = versions.map((one) => relation(original, one, edit("saved again", "either")));
    for (const one of [first, second])
      if (one) relations.push(relation(marked, one, edit("saved again", "either")));
    const unlike = [original, ...versions.slice(2)].map(({ id }) => ({ a: marked.id, b: id }));
    expect(chooseKeeper({ images, relations }).keeper.id).toBe(marked.id);
    const { keeper, why } = chooseKeeper({ images, relations, unlike });
    expect(keeper.id).toBe(original.id);
    expect(why).toContain("unlike most of them");
  });

  test("the one that differs from most by letters, on whichever side comparisons see them", () => {
    const marked = image("marked", { bytes: 120_000 });
    const versions = ["a", "b", "c", "d"].map((name) => image(name, { bytes: 30_000 }));
    const relations = [
      ...versions.map((one) => relation(original, one, edit("saved again", "either"))),
      ...[original, ...versions].map((one) => relation(marked, one, edit("watermarked", "member"))),
    ];
    expect(kept([original, marked, ...versions], relations).id).toBe(original.id);
  });

  test("the smaller copy, although that has the better quality", () => {
    const copy = image("copy", { ...half, bytes: 80_000, quality: { ...half.quality, jpegQuality: 98 } });
    expect(kept([original, copy])).toEqual({ id: original.id, why: "the original: the other is smaller" });
  });

  test("the copy saved at lower quality with an older date of its file", () => {
    const placements = [file("/a.jpg", { modifiedAt: 1 })];
    const copy = image("copy", { ...sharpAs(190, 30), bytes: 30_000, placements });
    expect(kept([original, copy])).toEqual({
      id: original.id,
      why: "the original: the other is saved at lower quality",
    });
  });

  test("the copy saved at lower quality with more bytes, beside one whose format does not tell its quality", () => {
    const fine = image("fine", sharpAs(200, 90));
    const coarse = image("coarse", { ...sharpAs(200, 60), bytes: 120_000 });
    const webp = image("webp", { ...sharpAs(200, null), format: "webp", bytes: 70_000 });
    expect(kept([coarse, webp, fine])).toEqual({
      id: fine.id,
      why: "the original: the others are saved at lower quality, saved as WebP",
    });
  });

  test("the copy that lost the date of its camera", () => {
    const dated = image("dated", { takenAt: captureTime(5), bytes: 90_000 });
    expect(kept([dated, original])).toEqual({
      id: dated.id,
      why: "the original: the other is without a capture date",
    });
  });

  test("a copy mirrored, turned or brightened, which its group outvotes", () => {
    const copies = [
      { name: "mirrored", edits: [edit("mirrored", "either")] },
      { name: "turned", edits: [edit("turned", "either")] },
      { name: "brighter", edits: [edit("brighter", "either")] },
    ].map(({ name, edits }) => ({
      name,
      edits,
      image: image(name, { placements: [file("/a.jpg", { modifiedAt: 1 })] }),
    }));
    const small = image("small", half);
    const relations = copies.flatMap((copy, at) => [
      relation(original, copy.image, ...copy.edits),
      relation(small, copy.image, ...copy.edits),
      ...copies
        .slice(at + 1)
        .map((other) => relation(copy.image, other.image, ...copy.edits, ...other.edits)),
    ]);
    const images = [original, small, ...copies.map(({ image }) => image)];
    const { id, why } = kept(images, [...relations, relation(original, small)]);
    expect(id).toBe(original.id);
    for (const fault of ["mirrored", "turned", "brighter", "smaller"]) expect(why).toContain(fault);
  });

  test("a copy cut out of a picture that has a plain border, beside which all others look framed", () => {
    const others = ["a", "b", "c", "d"].map((name) =>
      image(name, { ...half, placements: [file(`/${name}.jpg`)] }),
    );
    const inset = image("inset", { placements: [file("/a.jpg", { modifiedAt: 1 })] });
    const rest = [original, ...others];
    const relations = rest.map((one) => relation(inset, one, edit("framed", "member")));
    const { id, why } = kept(
      [inset, ...rest],
      [...relations, ...others.map((one) => relation(original, one))],
    );
    expect(id).toBe(original.id);
    expect(why).toContain("cropped");
  });

  test("one mistaken comparison does not rule the original out", () => {
    const [one, two, three] = ["one", "two", "three"].map((name) => image(name, half));
    if (!one || !two || !three) throw new Error("three images were made");
    const mistaken = relation(original, one, edit("framed", "reference"));
    expect(
      kept([original, one, two, three], [mistaken, relation(original, two), relation(three, original)]).id,
    ).toBe(original.id);
  });

  test("a mirrored copy, when the camera's date shows which one that is", () => {
    const dated = image("dated", { takenAt: captureTime(5), bytes: 70_000 });
    const mirrored = image("mirrored", { bytes: 120_000, ...sharpAs(200, 98) });
    expect(kept([dated, mirrored], [relation(dated, mirrored, edit("mirrored", "either"))])).toEqual({
      id: dated.id,
      why: "the original: the other is mirrored",
    });
  });
});

test("of equally good ones the oldest is kept, then the one with the shortest path", () => {
  const [old, recent] = [5, 9].map((modifiedAt) =>
    image(`${modifiedAt}`, { placements: [file("/long/path.jpg", { modifiedAt })] }),
  );
  const short = image("short", { placements: [file("/b.jpg", { modifiedAt: 5 })] });
  if (!old || !recent) throw new Error("two images were made");
  expect(kept([recent, old])).toEqual({ id: old.id, why: "the oldest of equally good ones" });
  expect(kept([old, short])).toEqual({ id: short.id, why: "at the shortest path of equally good ones" });
  expect(kept([recent, old, short])).toEqual({
    id: short.id,
    why: "the oldest of equally good ones; at the shortest path of equally good ones",
  });
});

test("each reason is said of those that it ruled out", () => {
  const [a, framed, small, late] = [
    image("a", { placements: [file("/albums/a.jpg", { modifiedAt: 5 })] }),
    image("framed"),
    image("small", half),
    image("late", { placements: [file("/albums/late.jpg", { modifiedAt: 9 })] }),
  ];
  const relations = [relation(a, framed, edit("framed", "member")), relation(a, late)];
  expect(kept([a, framed, late], relations).why).toBe(
    "the original: one other is framed; the oldest of equally good ones",
  );
  expect(kept([a, framed, small, late], [...relations, relation(a, small)]).why).toBe(
    "the original: 2 others are framed, smaller; the oldest of equally good ones",
  );
  const albums = { keepIn: ["/albums"] };
  expect(kept([a, framed, small], relations, albums).why).toBe("in /albums, as asked");
  const outsider = image("outsider");
  expect(kept([a, framed, outsider], relations).why).toBe(
    "the original: the others are framed, compared with none of them",
  );
  expect(kept([a, small, late], [], albums).why).toBe(
    "in /albums, as asked; the oldest of equally good ones",
  );
  const smallThere = image("small there", { ...half, placements: [file("/albums/small.jpg")] });
  expect(kept([a, small, smallThere], [], albums).why).toBe("in /albums, as asked; one other is smaller");
  const download = image("download", { placements: [file("/downloads/a.jpg", { modifiedAt: 1 })] });
  expect(kept([a, download])).toEqual({
    id: a.id,
    why: "the original: the other is named or filed as a copy",
  });
});

describe("a copy of the same size is told by what saving left in it:", () => {
  const steps = (times: number) => Uint8Array.from({ length: 9 }, () => times);
  /** Coefficients that gather at multiples of a step, or at none. */
  const countsOf = (step: number) =>
    Uint8Array.from({ length: 9 * 64 }, (_, at) => {
      const size = at % 64;
      const peak = step > 1 && size % step === 0 ? 8 : step > 1 ? 0 : 1;
      return Math.round(peak * 40 * Math.exp(-size / 20));
    });
  const saved = (name: string, quality: Partial<PictureQuality>, facts: Partial<ImageRecord> = {}) =>
    image(name, {
      ...facts,
      quality: { jpegQuality: 80, jpegSteps: steps(6), detail: 200, measuredSide: SIDE, ...quality },
    });
  const original = saved("original", {});
  const finer = { jpegQuality: 95, jpegSteps: steps(2), bytes: 400_000 };

  test("saved again more finely it keeps to the steps of the first", () => {
    const copy = saved("copy", { ...finer, coefficients: countsOf(6) }, { bytes: 400_000 });
    const why = "the original: the other is saved again from one of them";
    expect(kept([original, copy])).toEqual({ id: original.id, why });
    const png = { format: "png", bytes: 900_000 } as const;
    const lossless = { jpegQuality: null, jpegSteps: undefined, coefficients: countsOf(6) };
    expect(kept([original, saved("png", lossless, png)])).toEqual({ id: original.id, why });
    const webp = { ...lossless, isLossless: true };
    expect(kept([original, saved("webp", webp, { ...png, format: "webp" })])).toEqual({
      id: original.id,
      why,
    });
  });

  test("a finer one that keeps to no steps of the other is the better", () => {
    const fine = saved("fine", { ...finer, coefficients: countsOf(1) });
    expect(kept([original, fine])).toEqual({
      id: fine.id,
      why: "the original: the other is saved at lower quality",
    });
    const elsewhere = saved("elsewhere", { ...finer, coefficients: countsOf(6) }, { width: 641 });
    expect(kept([original, elsewhere]).id).toBe(elsewhere.id);
  });

  const tones = { contrast: 50, colour: 40, clipped: 0.01, brightest: 255 };
  test.each([
    ["brighter", { contrast: 58, clipped: 0.2 }],
    ["darker", { contrast: 40, clipped: 0.01, brightest: 204 }],
    [undefined, { contrast: 60, clipped: 0.15 }],
  ] as const)("other tones clip, or lose what was white (%s)", (kind, other) => {
    const [first, second] = [
      saved("first", { tones }),
      saved("second", { tones: { ...tones, ...other }, jpegQuality: 95 }, { bytes: 500_000 }),
    ];
    const why = `the original: the other is ${kind ?? "of other contrast"}`;
    const edits = kind ? [edit(kind, "member")] : [];
    expect(kept([first, second], [relation(first, second, ...edits)])).toEqual({ id: first.id, why });
    // Compared the other way round, the original is what is darker or brighter.
    const seenFromIt = kind ? [edit(kind === "darker" ? "brighter" : "darker", "member")] : [];
    expect(kept([first, second], [relation(second, first, ...seenFromIt)])).toEqual({ id: first.id, why });
  });

  test("other contrast shows in scaled steps", () => {
    const first = saved("first", { tones });
    const scaled = { ...finer, coefficients: countsOf(9), tones: { ...tones, contrast: 75 } };
    const second = saved("second", scaled, { bytes: 500_000 });
    expect(kept([first, second], [relation(first, second)])).toEqual({
      id: first.id,
      why: "the original: the other is of other contrast",
    });
  });

  test("of many versions the one brighter than the others was brightened, although only it has a white", () => {
    const dull = { ...tones, brightest: 225 };
    const versions = ["first", "second", "third", "fourth", "fifth"].map((name, at) =>
      saved(name, { tones: dull, jpegQuality: 70 + at }),
    );
    const bright = saved(
      "bright",
      { tones: { ...tones, contrast: 58 }, jpegQuality: 95 },
      { bytes: 500_000 },
    );
    const relations = versions.flatMap((one, at) => [
      relation(one, bright, edit("brighter", "member")),
      ...versions.slice(at + 1).map((other) => relation(one, other, edit("saved again", "either"))),
    ]);
    expect(kept([...versions, bright], relations).id).not.toBe(bright.id);
  });

  test("a picture with hardly a tint lost it to one that is exactly grey", () => {
    const tinted = saved("tinted", { tones: { ...tones, colour: 1.2 } });
    const grey = saved("grey", { tones: { ...tones, colour: 0 }, jpegQuality: 98 });
    expect(kept([tinted, grey], [relation(tinted, grey)]).id).toBe(tinted.id);
  });

  test("a tinted picture lost its tint", () => {
    const tinted = saved("tinted", { tones: { ...tones, colour: 9 } });
    const grey = saved("grey", { tones: { ...tones, colour: 0 }, jpegQuality: 98 });
    expect(kept([tinted, grey], [relation(tinted, grey)])).toEqual({
      id: tinted.id,
      why: "the original: the other is grey",
    });
  });

  test("a flattened one lost its opacity", () => {
    const drawing = saved("drawing", { isTransparent: true }, { bytes: 5000 });
    const flat = saved("flat", { isTransparent: false, jpegQuality: 98 }, { bytes: 500_000 });
    expect(kept([drawing, flat], [relation(drawing, flat)])).toEqual({
      id: drawing.id,
      why: "the original: the other is flattened",
    });
  });

  test("WebP and AVIF are made from good JPEGs, however many bytes they take", () => {
    const none = { jpegQuality: null, jpegSteps: undefined };
    for (const format of ["webp", "avif"] as const) {
      const copy = saved(format, none, { format, bytes: 300_000 });
      expect(kept([original, copy])).toEqual({
        id: original.id,
        why: `the original: the other is saved as ${format === "webp" ? "WebP" : "AVIF"}`,
      });
      const coarse = saved("coarse", { jpegQuality: 40 });
      expect(kept([coarse, copy]).id).toBe(copy.id);
    }
  });
});

test("pictures of which nothing was measured are told by their size", () => {
  const [large, small] = [image("large", { quality: null }), image("small", { ...half, quality: null })];
  expect(kept([small, large])).toEqual({ id: large.id, why: "the original: the other is smaller" });
});

test("what a person tagged or asked for comes before all of that", () => {
  const original = image("original");
  const small = image("small", { ...half, placements: [file("/albums/small.jpg", { modifiedAt: 1 })] });
  const tagged = { ...small, tags: [{ tag: "best", by: "person" as const, score: 1 }] };
  expect(kept([original, tagged])).toEqual({ id: small.id, why: "tagged by a person" });
  expect(kept([original, { ...small, tags: [{ tag: "best", by: "model", score: 1 }] }]).id).toBe(original.id);
  const inAlbums = { keepIn: ["/albums"] };
  expect(kept([original, small], [], inAlbums)).toEqual({ id: small.id, why: "in /albums, as asked" });
  expect(kept([original, small], [], { keepIn: ["/album"] }).id).toBe(original.id);
  for (const keepIn of [
    ["/elsewhere", "/albums"],
    ["/albums", "/elsewhere"],
  ])
    expect(kept([original, small], [], { keepIn })).toEqual({ id: small.id, why: "in /albums, as asked" });
  expect(kept([original, small], [], { keep: "oldest" })).toEqual({
    id: small.id,
    why: "the oldest, as asked",
  });
  expect(kept([original, small], [], { keep: "newest" }).id).toBe(original.id);
  expect(kept([original, tagged], [], { keep: "largest" })).toEqual({
    id: original.id,
    why: "the largest, as asked",
  });
  expect(kept([original, small], [], { keep: "largest", ...inAlbums }).id).toBe(small.id);
});
