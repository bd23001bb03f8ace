import {
  between,
  colour,
  type LookAlikes,
  pick,
  png,
  type Random,
  shuffled,
  svg,
  text,
  times,
  whole,
  words,
} from "./drawing.ts";

/** Flat drawings. */
export const graphics: readonly LookAlikes[] = [
  { name: "flags", draw: flags },
  { name: "recolours", draw: recolours },
  { name: "gradients", draw: gradients },
  { name: "icons on one wallpaper", draw: wallpaperIcons },
  { name: "plots", draw: plots },
  { name: "QR codes", draw: qrCodes },
  { name: "chess boards", draw: chessBoards },
];

const FLAG_COLOURS = ["#ce1126", "#002395", "#009246", "#ffffff", "#fcd116", "#000000", "#ff7900", "#75aadb"];

/** Three bands, in one direction; no two with the same colours in the same order. */
async function flags(random: Random, count: number): Promise<Buffer[]> {
  const upright = random() < 0.5;
  const all = FLAG_COLOURS.flatMap((first) =>
    FLAG_COLOURS.flatMap((second) => FLAG_COLOURS.map((third) => [first, second, third])),
  ).filter(([first, second, third]) => first !== second && second !== third);
  const bands = shuffled(random, all).slice(0, count);
  return Promise.all(
    bands.map((band) =>
      png(
        svg(
          { width: 600, height: 400 },
          "#fff",
          band.map((fill, at) =>
            upright
              ? `<rect x="${200 * at}" width="200" height="400" fill="${fill}"/>`
              : `<rect y="${133.3 * at}" width="600" height="133.4" fill="${fill}"/>`,
          ),
        ),
      ),
    ),
  );
}

/** One garment or car in another colour. */
async function recolours(random: Random, count: number): Promise<Buffer[]> {
  const folds = Array.from({ length: 8 }, () => {
    const [x, y] = [whole(random, 210, 390), whole(random, 200, 480)];
    return `<path d="M${x} ${y}q${whole(random, -40, 40)} 50 ${whole(random, -20, 20)} 110" stroke="#000" stroke-opacity="0.18" stroke-width="6" fill="none"/>`;
  });
  const shirt = "M200 110L250 90Q300 130 350 90L400 110L480 200L420 250L400 220V520H200V220L180 250L120 200Z";
  const car =
    "M70 400Q80 330 170 320L220 240Q230 225 260 225H380Q410 225 430 250L470 320Q540 330 545 400V430H70Z";
  const isShirt = random() < 0.5;
  const first = whole(random, 0, 359);
  // Two templates may have nearly the same colour: they are no copies either.
  const place = `rotate(${between(random, -12, 12)} 300 300) scale(${between(random, 0.75, 1)})`;
  return times(count, (at) => {
    const hue = (first + (360 * at) / count) % 360;
    const fill = `hsl(${hue},70%,50%)`;
    const more = isShirt
      ? folds
      : [
          `<circle cx="180" cy="430" r="48" fill="#222"/><circle cx="440" cy="430" r="48" fill="#222"/>`,
          `<path d="M240 315L270 250H330V315Z M345 315V250H385L430 315Z" fill="#cde"/>`,
        ];
    return png(
      svg({ width: 600, height: 600 }, "#f2f2f2", [
        `<g transform="${place}"><path d="${isShirt ? shirt : car}" fill="${fill}" stroke="#444" stroke-width="3"/>`,
        ...more,
        "</g>",
      ]),
    );
  });
}

/** One direction, other colours. */
async function gradients(random: Random, count: number): Promise<Buffer[]> {
  const [x, y] = pick(random, [
    [1, 0],
    [0, 1],
    [1, 1],
  ]);
  const first = whole(random, 0, 359);
  const [span, light, dark] = [whole(random, 20, 90), whole(random, 65, 90), whole(random, 15, 45)];
  return times(count, (at) => {
    const hue = (first + (360 * at) / count) % 360;
    const stops = `<stop offset="0" stop-color="hsl(${hue},80%,${light}%)"/><stop offset="1" stop-color="hsl(${hue + span},80%,${dark}%)"/>`;
    return png(
      svg({ width: 640, height: 640 }, "#fff", [
        `<defs><linearGradient id="g" x1="0" y1="0" x2="${x}" y2="${y}">${stops}</linearGradient></defs>`,
        `<rect width="640" height="640" fill="url(#g)"/>`,
      ]),
    );
  });
}

/** One phone wallpaper, plain or drawn, with a different icon in its centre. */
async function wallpaperIcons(random: Random, count: number): Promise<Buffer[]> {
  const size = { width: 540, height: 960 };
  const dark = random() < 0.5;
  const hills = dark
    ? []
    : [
        `<circle cx="400" cy="180" r="70" fill="#ffd27f"/>`,
        `<path d="M0 700Q140 560 280 690T540 640V960H0Z" fill="${colour(random, 30)}"/>`,
        `<path d="M0 820Q200 720 540 830V960H0Z" fill="${colour(random, 20)}"/>`,
      ];
  const ground = dark ? "#000000" : colour(random, 60);
  const ink = dark ? "#eeeeee" : "#ffffff";
  return times(count, () => {
    const sides = whole(random, 3, 9);
    const turn = between(random, 0, 6);
    const inner = between(random, 25, 50);
    const points = Array.from({ length: 2 * sides }, (_, at) => {
      const [angle, radius] = [turn + (Math.PI * at) / sides, at % 2 === 0 ? 75 : inner];
      return `${270 + radius * Math.cos(angle)},${440 + radius * Math.sin(angle)}`;
    });
    return png(svg(size, ground, [...hills, `<polygon points="${points.join(" ")}" fill="${ink}"/>`]));
  });
}

/** One program's axes and colours, other data. */
async function plots(random: Random, count: number): Promise<Buffer[]> {
  const size = { width: 800, height: 500 };
  const [ink, bars] = [colour(random, 45), random() < 0.5];
  const labels = [words(random, 1), words(random, 1)];
  return times(count, () => {
    const grid = Array.from(
      { length: 5 },
      (_, at) => `<line x1="80" x2="770" y1="${60 + 90 * at}" y2="${60 + 90 * at}" stroke="#ddd"/>`,
    );
    const values = Array.from({ length: 10 }, () => between(random, 20, 340));
    const data = bars
      ? values.map(
          (value, at) =>
            `<rect x="${95 + 68 * at}" y="${420 - value}" width="46" height="${value}" fill="${ink}"/>`,
        )
      : [
          `<polyline points="${values.map((value, at) => `${95 + 73 * at},${420 - value}`).join(" ")}" fill="none" stroke="${ink}" stroke-width="3"/>`,
        ];
    return png(
      svg(size, "#fff", [
        ...grid,
        ...data,
        `<path d="M80 40V420H770" fill="none" stroke="#000" stroke-width="2"/>`,
        text({ x: 400, y: 470, size: 22, "text-anchor": "middle", text: labels[0] ?? "" }),
        text({ x: 90, y: 36, size: 22, text: labels[1] ?? "" }),
      ]),
    );
  });
}

/** All of one size; the modules are random, like those of a real code. */
async function qrCodes(random: Random, count: number): Promise<Buffer[]> {
  const modules = pick(random, [25, 29, 33]);
  const cell = Math.floor(600 / (modules + 8));
  const side = cell * (modules + 8);
  const finder = (x: number, y: number) =>
    `<rect x="${x}" y="${y}" width="${9 * cell}" height="${9 * cell}" fill="#fff"/>` +
    `<rect x="${x + cell}" y="${y + cell}" width="${7 * cell}" height="${7 * cell}"/>` +
    `<rect x="${x + 2 * cell}" y="${y + 2 * cell}" width="${5 * cell}" height="${5 * cell}" fill="#fff"/>` +
    `<rect x="${x + 3 * cell}" y="${y + 3 * cell}" width="${3 * cell}" height="${3 * cell}"/>`;
  const far = (modules + 4 - 8) * cell;
  return times(count, () => {
    const dots: string[] = [];
    for (let at = 0; at < modules * modules; at++) {
      if (random() < 0.5) continue;
      const [x, y] = [4 + (at % modules), 4 + Math.floor(at / modules)];
      dots.push(`<rect x="${x * cell}" y="${y * cell}" width="${cell}" height="${cell}"/>`);
    }
    const finders = [finder(3 * cell, 3 * cell), finder(far, 3 * cell), finder(3 * cell, far)];
    return png(svg({ width: side, height: side }, "#fff", [...dots, ...finders]));
  });
}

/** One board, other positions. */
async function chessBoards(random: Random, count: number): Promise<Buffer[]> {
  const [light, dark] = pick(random, [
    ["#f0d9b5", "#b58863"],
    ["#eeeed2", "#769656"],
    ["#dee3e6", "#8ca2ad"],
  ]);
  const squares = Array.from({ length: 64 }, (_, at) => {
    const [x, y] = [at % 8, at >> 3];
    return `<rect x="${80 * x}" y="${80 * y}" width="80" height="80" fill="${(x + y) % 2 === 0 ? light : dark}"/>`;
  });
  return times(count, () => {
    const occupied = shuffled(
      random,
      Array.from({ length: 64 }, (_, at) => at),
    ).slice(0, whole(random, 10, 26));
    const men = occupied.map((at) => {
      const [x, y] = [80 * (at % 8) + 40, 80 * (at >> 3) + 66];
      const [fill, stroke] = random() < 0.5 ? ["#fff", "#000"] : ["#111", "#eee"];
      const body = pick(random, [
        "M-14 0H14L8-30H-8Z",
        "M-18 0H18L12-20L18-48L0-34L-18-48L-12-20Z",
        "M-16 0H16V-40H8V-32H-8V-40H-16Z",
      ]);
      return `<path transform="translate(${x} ${y})" d="${body}" fill="${fill}" stroke="${stroke}" stroke-width="2"/>`;
    });
    return png(svg({ width: 640, height: 640 }, "#fff", [...squares, ...men]));
  });
}
