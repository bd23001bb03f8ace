import sharp from "sharp";
import {
  between,
  colour,
  type LookAlikes,
  pick,
  png,
  type Random,
  svg,
  text,
  times,
  whole,
  words,
} from "./drawing.ts";

/** What people make from photos and on phones. */
export const screens = (photos: readonly string[]): readonly LookAlikes[] => [
  { name: "memes on one template", draw: (random, count) => memes(random, count, photos) },
  { name: "chats", draw: chats },
  { name: "bursts", draw: (random, count) => bursts(random, count, photos) },
];

const photoOf = (random: Random, photos: readonly string[]) =>
  photos[Math.floor(random() * photos.length)] ?? "";

/** Different words at the top and bottom of one photo, or on a band above it. */
async function memes(random: Random, count: number, photos: readonly string[]): Promise<Buffer[]> {
  const size = { width: 600, height: 600 };
  const band = random() < 0.5 ? 120 : 0;
  const template = await sharp(photoOf(random, photos))
    .resize(size.width, size.height - band)
    .extend({ top: band, background: "#ffffff" })
    .png()
    .toBuffer();
  const style = { "text-anchor": "middle", "font-weight": "bold" };
  const overlaid = { ...style, fill: "#fff", stroke: "#000", "stroke-width": 2 };
  return times(count, () => {
    const lines =
      band > 0
        ? [
            text({ x: 300, y: 52, size: 36, ...style, text: words(random, 3) }),
            text({ x: 300, y: 100, size: 36, ...style, text: words(random, 3) }),
          ]
        : [
            text({ x: 300, y: 80, size: 56, ...overlaid, text: words(random, 2).toUpperCase() }),
            text({ x: 300, y: 570, size: 56, ...overlaid, text: words(random, 2).toUpperCase() }),
          ];
    const drawn = Buffer.from(
      `<svg width="600" height="600" font-family="sans-serif">${lines.join("")}</svg>`,
    );
    return sharp(template)
      .composite([{ input: drawn }])
      .jpeg({ quality: whole(random, 75, 92) })
      .toBuffer();
  });
}

/** One app and one contact, different messages. */
async function chats(random: Random, count: number): Promise<Buffer[]> {
  const size = { width: 540, height: 1170 };
  const dark = random() < 0.5;
  const [page, theirs, mine, ink] = dark
    ? ["#101418", "#262d34", "#0b5c4a", "#eee"]
    : ["#efe7dd", "#ffffff", "#dcf8c6", "#111"];
  const bar = colour(random, 35);
  const name = words(random, 2);
  return times(count, () => {
    const parts = [
      `<rect width="540" height="120" fill="${bar}"/><circle cx="60" cy="75" r="30" fill="#ccc"/>`,
      text({ x: 110, y: 86, size: 28, fill: "#fff", text: name }),
      text({
        x: 20,
        y: 30,
        size: 18,
        fill: "#fff",
        text: `${whole(random, 8, 22)}:${whole(random, 10, 59)}`,
      }),
    ];
    for (let y = 150; y < 1040; ) {
      const lines = whole(random, 1, 3);
      const height = 30 + 32 * lines;
      const [isMine, width] = [random() < 0.5, whole(random, 200, 380)];
      const x = isMine ? 520 - width : 20;
      parts.push(
        `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="14" fill="${isMine ? mine : theirs}"/>`,
      );
      for (let line = 0; line < lines; line++) {
        parts.push(
          text({
            x: x + 16,
            y: y + 36 + 32 * line,
            size: 22,
            fill: ink,
            textLength: width - 32,
            text: words(random, Math.ceil(width / 100)),
          }),
        );
      }
      y += height + 18;
    }
    parts.push(`<rect y="1090" width="540" height="80" fill="${theirs}"/>`);
    return png(svg(size, page, parts));
  });
}

/** A hand-held burst of somebody moving through a scene: frames slightly shifted, each with its own grain. */
async function bursts(random: Random, count: number, photos: readonly string[]): Promise<Buffer[]> {
  const size = { width: 640, height: 480 };
  const scene = await sharp(photoOf(random, photos))
    .resize(size.width, size.height)
    .removeAlpha()
    .png()
    .toBuffer();
  const mover = await cutOut(photoOf(random, photos), whole(random, 120, 180));
  const [stepX, stepY] = [between(random, 45, 60) * pick(random, [-1, 1]), between(random, -12, 12)];
  const [startX, startY] = [stepX > 0 ? 10 : 470, whole(random, 150, 260)];
  return times(count, async (frame) => {
    const shown = await sharp(scene)
      .composite([
        { input: mover, left: Math.round(startX + stepX * frame), top: Math.round(startY + stepY * frame) },
      ])
      .png()
      .toBuffer();
    const grain = await sharp({
      create: {
        width: 624,
        height: 468,
        channels: 3,
        background: "#808080",
        noise: { type: "gaussian", mean: 128, sigma: 6 },
      },
    })
      .png()
      .toBuffer();
    return sharp(shown)
      .extract({ left: whole(random, 0, 15), top: whole(random, 0, 11), width: 624, height: 468 })
      .composite([{ input: grain, blend: "soft-light" }])
      .jpeg({ quality: 88 })
      .toBuffer();
  });
}

/** An oval cut out of a photo, as somebody in front of a scene. */
async function cutOut(photo: string, height: number): Promise<Buffer> {
  const width = Math.round(height * 0.6);
  const oval = Buffer.from(
    `<svg width="${width}" height="${height}"><ellipse cx="50%" cy="50%" rx="50%" ry="50%"/></svg>`,
  );
  return sharp(photo)
    .resize(width, height)
    .ensureAlpha()
    .composite([{ input: oval, blend: "dest-in" }])
    .png()
    .toBuffer();
}
