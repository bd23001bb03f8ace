import {
  amount,
  between,
  colour,
  type LookAlikes,
  pick,
  png,
  type Random,
  scanned,
  svg,
  text,
  times,
  whole,
  words,
} from "./drawing.ts";

const A4 = { width: 827, height: 1169 };

/** What is on paper or on slides. */
export const documents: readonly LookAlikes[] = [
  { name: "forms", draw: forms },
  { name: "receipts", draw: receipts },
  { name: "slides", draw: slides },
  { name: "pages of text", draw: pages },
  { name: "blank pages", draw: blankPages },
  { name: "sheet music", draw: sheetMusic },
];

/** One printed form, filled in differently, scanned. */
async function forms(random: Random, count: number): Promise<Buffer[]> {
  const labels = Array.from({ length: whole(random, 8, 12) }, () => words(random, 2));
  const title = words(random, 3);
  const rule = pick(random, ["#333", "#36a", "#a33"]);
  return times(count, () => {
    const rows = labels.flatMap((label, at) => {
      const y = 240 + at * 70;
      return [
        text({ x: 80, y, size: 20, text: label }),
        `<rect x="330" y="${y - 30}" width="420" height="44" fill="none" stroke="${rule}" stroke-width="2"/>`,
        text({
          x: 345,
          y,
          size: 24,
          fill: "#113",
          "font-style": "italic",
          text: words(random, whole(random, 1, 3)),
        }),
      ];
    });
    const head = [
      text({ x: 80, y: 110, size: 38, "font-weight": "bold", text: title }),
      `<line x1="80" y1="140" x2="750" y2="140" stroke="${rule}" stroke-width="4"/>`,
      text({ x: 560, y: 180, size: 18, text: `No. ${whole(random, 10_000, 99_999)}` }),
    ];
    return scanned(svg(A4, "#fff", [...head, ...rows]), random);
  });
}

/** Receipts of one shop. */
async function receipts(random: Random, count: number): Promise<Buffer[]> {
  const shop = words(random, 2).toUpperCase();
  const [width, lines] = [420, whole(random, 6, 9)];
  return times(count, () => {
    const size = { width, height: 330 + 40 * lines };
    const items = Array.from({ length: lines }, (_, at) => {
      const y = 190 + 40 * at;
      return [
        text({ x: 30, y, size: 22, "font-family": "monospace", text: words(random, 1) }),
        text({
          x: 390,
          y,
          size: 22,
          "font-family": "monospace",
          "text-anchor": "end",
          text: amount(random, 60),
        }),
      ];
    });
    const y = 230 + 40 * lines;
    const rest = [
      text({ x: 210, y: 60, size: 34, "font-weight": "bold", "text-anchor": "middle", text: shop }),
      text({
        x: 210,
        y: 110,
        size: 20,
        "text-anchor": "middle",
        text: `${whole(random, 1, 28)}.${whole(random, 1, 12)}.2024 ${whole(random, 8, 20)}:${whole(random, 10, 59)}`,
      }),
      `<line x1="30" y1="140" x2="390" y2="140" stroke="#000" stroke-dasharray="8 6"/>`,
      text({ x: 30, y, size: 28, "font-weight": "bold", text: "TOTAL" }),
      text({ x: 390, y, size: 28, "font-weight": "bold", "text-anchor": "end", text: amount(random, 300) }),
    ];
    return scanned(svg(size, "#f7f6f2", [...items.flat(), ...rest]), random);
  });
}

/** One deck: the same band and logo, different words. */
async function slides(random: Random, count: number): Promise<Buffer[]> {
  const size = { width: 1280, height: 720 };
  const [band, logo] = [colour(random, 35), colour(random, 60)];
  const company = words(random, 1);
  return times(count, (at) => {
    const bullets = Array.from({ length: whole(random, 3, 5) }, (_, line) =>
      text({ x: 130, y: 260 + 80 * line, size: 36, text: `• ${words(random, whole(random, 3, 5))}` }),
    );
    return png(
      svg(size, "#ffffff", [
        `<rect width="1280" height="120" fill="${band}"/><circle cx="1190" cy="60" r="36" fill="${logo}"/>`,
        text({ x: 60, y: 80, size: 50, fill: "#fff", text: words(random, 3) }),
        ...bullets,
        text({ x: 60, y: 690, size: 20, fill: "#777", text: company }),
        text({ x: 1200, y: 690, size: 20, fill: "#777", text: String(at + 1) }),
      ]),
    );
  });
}

/** Pages of one book. */
async function pages(random: Random, count: number): Promise<Buffer[]> {
  const size = pick(random, [22, 25]);
  const serif = pick(random, ["serif", "sans-serif"]);
  return times(count, (at) => {
    const lines = Array.from({ length: Math.floor(950 / (1.5 * size)) }, (_, line) =>
      text({
        x: 90,
        y: 110 + line * 1.5 * size,
        size,
        "font-family": serif,
        textLength: 640,
        text: words(random, 8),
      }),
    );
    const number = text({ x: 410, y: 1120, size: 18, text: String(at + 11) });
    return scanned(svg(A4, "#fdfcf8", [...lines, number]), random);
  });
}

/** Almost blank paper, scanned: grain and a speck somewhere, or one short line. */
async function blankPages(random: Random, count: number): Promise<Buffer[]> {
  const paper = pick(random, ["#ffffff", "#f6f3ea", "#efefef"]);
  return times(count, (at) => {
    const [x, y] = [whole(random, 100, 600), whole(random, 100, 1000)];
    const marks =
      at % 2 === 0
        ? [`<circle cx="${x}" cy="${y}" r="${whole(random, 3, 8)}" fill="#999"/>`]
        : [text({ x, y, size: 26, fill: "#222", text: words(random, 1) })];
    return scanned(svg(A4, paper, marks), random);
  });
}

async function sheetMusic(random: Random, count: number): Promise<Buffer[]> {
  const [staves, gap] = [whole(random, 5, 7), 11];
  return times(count, () => {
    const parts: string[] = [
      text({ x: 413, y: 80, size: 34, "text-anchor": "middle", text: words(random, 2) }),
    ];
    for (let staff = 0; staff < staves; staff++) {
      const top = 150 + staff * (980 / staves);
      for (let line = 0; line < 5; line++) {
        parts.push(
          `<line x1="60" x2="770" y1="${top + line * gap}" y2="${top + line * gap}" stroke="#000" stroke-width="1.5"/>`,
        );
      }
      for (let x = 110; x < 750; x += between(random, 24, 44)) {
        const y = top + (gap / 2) * whole(random, -1, 9);
        const stem = random() < 0.5 ? -38 : 38;
        parts.push(
          `<ellipse cx="${x}" cy="${y}" rx="7" ry="5" fill="${random() < 0.25 ? "none" : "#000"}" stroke="#000" stroke-width="2"/>`,
          `<line x1="${x + (stem < 0 ? 6 : -6)}" x2="${x + (stem < 0 ? 6 : -6)}" y1="${y}" y2="${y + stem}" stroke="#000" stroke-width="2"/>`,
        );
      }
    }
    return scanned(svg(A4, "#fff", parts), random);
  });
}
