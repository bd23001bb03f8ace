/** Shapes as strings: each function gives one SVG element, a picture is their concatenation. */

export interface Drawing {
  /** Path inside samples/; its ending decides the format. */
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly content: string;
}

export function drawing(file: string, width: number, height: number, ...content: string[]): Drawing {
  return { file, width, height, content: content.join("") };
}

export function toSvg({ width, height, content }: Drawing): Buffer {
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" ${size}>${effects}${content}</svg>`);
}

/** Extra attributes of an element, such as `opacity` or `transform`. */
type Attributes = Readonly<Record<string, string | number>>;

function element(name: string, attributes: Attributes, content = ""): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${value}"`);
  return `<${name}${written.join("")}>${content}</${name}>`;
}

export const circle = (cx: number, cy: number, r: number, fill: string, more: Attributes = {}) =>
  element("circle", { cx, cy, r, fill, ...more });

export const ellipse = (
  cx: number,
  cy: number,
  rx: number,
  ry: number,
  fill: string,
  more: Attributes = {},
) => element("ellipse", { cx, cy, rx, ry, fill, ...more });

export const rect = (
  x: number,
  y: number,
  width: number,
  height: number,
  fill: string,
  more: Attributes = {},
) => element("rect", { x, y, width, height, fill, ...more });

/** A filled outline. */
export const shape = (d: string, fill: string, more: Attributes = {}) =>
  element("path", { d, fill, ...more });

/** A stroke with round ends. */
export const line = (d: string, stroke: string, width: number, more: Attributes = {}) =>
  element("path", {
    d,
    fill: "none",
    stroke,
    "stroke-width": width,
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
    ...more,
  });

export const group = (more: Attributes, ...content: string[]) => element("g", more, content.join(""));

export const at = (x: number, y: number, scale: number, ...content: string[]) =>
  group({ transform: `translate(${x} ${y}) scale(${scale})` }, ...content);

export function text(x: number, y: number, size: number, words: string, more: Attributes = {}): string {
  const escaped = words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return element("text", { x, y, "font-size": size, "font-family": "DejaVu Sans", ...more }, escaped);
}

/** A gradient to be named as fill `url(#id)`; colours spread evenly from top to bottom. */
export const downwards = (id: string, ...colours: string[]) =>
  element("linearGradient", { id, x1: 0, y1: 0, x2: 0, y2: 1 }, stops(colours));

export const sideways = (id: string, ...colours: string[]) =>
  element("linearGradient", { id, x1: 0, y1: 0, x2: 1, y2: 0 }, stops(colours));

/** From a lit point in the upper left outwards, which makes a disc a ball. */
export const rounded = (id: string, ...colours: string[]) =>
  element("radialGradient", { id, cx: 0.38, cy: 0.32, r: 0.75 }, stops(colours));

/** From the middle outwards. */
export const glow = (id: string, ...colours: string[]) =>
  element("radialGradient", { id, cx: 0.5, cy: 0.5, r: 0.5 }, stops(colours));

function stops(colours: readonly string[]): string {
  return colours
    .map((colour, index) => {
      const [value = colour, opacity = "1"] = colour.split("/");
      const offset = colours.length === 1 ? 0 : index / (colours.length - 1);
      return element("stop", { offset, "stop-color": value, "stop-opacity": opacity });
    })
    .join("");
}

/** Filters that every picture may use: `url(#soft)`, `url(#blur)`. */
const effects =
  '<filter id="soft" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="3"/></filter>' +
  '<filter id="blur" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="9"/></filter>';

/** A soft shadow on the ground. */
export const shadow = (cx: number, cy: number, rx: number, ry: number, opacity = 0.28) =>
  ellipse(cx, cy, rx, ry, "#000", { opacity, filter: "url(#blur)" });

/** `count` elements, each placed by numbers in 0..1 that are the same on every run. */
export function scatter(
  count: number,
  seed: number,
  place: (random: () => number, index: number) => string,
): string {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length: count }, (_, index) => place(random, index)).join("");
}

/** A heap of white circles. */
export const cloud = (x: number, y: number, scale: number, fill = "#fff", opacity = 0.9) =>
  group(
    { transform: `translate(${x} ${y}) scale(${scale})`, opacity },
    ellipse(0, 0, 70, 22, fill),
    circle(-30, -12, 24, fill),
    circle(4, -24, 32, fill),
    circle(38, -10, 22, fill),
  );

/** Blades of grass over a rectangle. */
export const grass = (x: number, y: number, width: number, height: number, seed: number, colour: string) =>
  scatter(Math.round((width * height) / 420), seed, (random) => {
    const [left, top, tall] = [x + random() * width, y + random() * height, 6 + random() * 9];
    return line(`M${left} ${top}q${random() * 6 - 3} ${-tall / 2} ${random() * 8 - 4} ${-tall}`, colour, 2, {
      opacity: 0.35 + random() * 0.4,
    });
  });
