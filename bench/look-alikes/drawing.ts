import sharp from "sharp";

/** Numbers in [0, 1). */
export type Random = () => number;

/** Pictures that are all different although they look alike: of one template, layout or scene. */
export interface LookAlikes {
  readonly name: string;
  /** Pictures of one template, layout or scene, as files would hold them. */
  readonly draw: (random: Random, count: number) => Promise<Buffer[]>;
}

export const between = (random: Random, low: number, high: number) => low + random() * (high - low);
export const whole = (random: Random, low: number, high: number) =>
  Math.floor(between(random, low, high + 1));

export function pick<Item>(random: Random, items: readonly [Item, ...Item[]]): Item {
  return items[Math.floor(random() * items.length)] ?? items[0];
}

export const shuffled = <Item>(random: Random, items: readonly Item[]): Item[] =>
  items
    .map((item) => ({ item, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);

export const colour = (random: Random, lightness = 50) =>
  `hsl(${whole(random, 0, 359)},${whole(random, 45, 85)}%,${lightness}%)`;

const VOCABULARY =
  "river garden window morning paper silver market winter orange station letter bridge yellow summer doctor farmer \
island kitchen mirror number pencil rocket season ticket valley copper engine forest harbor jacket lemon magnet \
needle office planet quarter ribbon saddle tunnel velvet walnut anchor basket candle dragon falcon ginger hammer \
insect jungle kettle ladder meadow napkin oyster pepper rabbit shadow timber violin whistle".split(" ");

export const words = (random: Random, count: number) =>
  Array.from({ length: count }, () => VOCABULARY[Math.floor(random() * VOCABULARY.length)] ?? "").join(" ");

export const amount = (random: Random, most: number) => between(random, 1, most).toFixed(2);

export interface Size {
  readonly width: number;
  readonly height: number;
}

interface Text extends Record<string, string | number | undefined> {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly text: string;
}

export const text = ({ x, y, size, text, ...attributes }: Text) => {
  const more = Object.entries(attributes).map(([name, value]) => `${name}="${value}"`);
  return `<text x="${x}" y="${y}" font-size="${size}" ${more.join(" ")}>${text}</text>`;
};

export const svg = ({ width, height }: Size, background: string, parts: readonly string[]) =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif">
<rect width="100%" height="100%" fill="${background}"/>${parts.join("\n")}</svg>`);

export const png = (drawing: Buffer) => sharp(drawing).png({ compressionLevel: 3 }).toBuffer();

/** As saved by a scanner or the camera of a phone: a little blur and grain, JPEG. */
export async function scanned(drawing: Buffer, random: Random): Promise<Buffer> {
  const { data, info } = await sharp(drawing)
    .flatten({ background: "#fff" })
    .blur(0.5)
    .raw()
    .toBuffer({ resolveWithObject: true });
  for (let at = 0; at < data.length; at += info.channels) {
    const grain = Math.round(8 * (random() - 0.5));
    for (let channel = 0; channel < 3; channel++) {
      data[at + channel] = Math.max(0, Math.min(255, (data[at + channel] ?? 0) + grain));
    }
  }
  return sharp(data, { raw: info })
    .jpeg({ quality: whole(random, 70, 90) })
    .toBuffer();
}

/** Draws `count` pictures one after the other. */
export async function times(count: number, draw: (at: number) => Promise<Buffer>): Promise<Buffer[]> {
  const pictures: Buffer[] = [];
  for (let at = 0; at < count; at++) pictures.push(await draw(at));
  return pictures;
}
