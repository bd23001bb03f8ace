export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Plot {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly lines: readonly Line[];
}

const [WIDTH, HEIGHT] = [640, 400];
const LINE_HEIGHT = 16;
const FRAME = { left: 74, right: 168, top: 44, bottom: 56 };
/** The Okabe-Ito palette: distinguishable in print and for colour-blind readers. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];

/** A plot with logarithmic axes, as SVG. */
export function logPlot({ title, x, y, lines }: Plot): string {
  const points = lines.flatMap((line) => line.points);
  const across = axis(
    points.map(([value]) => value),
    FRAME.left,
    WIDTH - FRAME.right,
  );
  const up = axis(
    points.map(([, value]) => value),
    HEIGHT - FRAME.bottom,
    FRAME.top,
  );
  const grid = [
    ...across.ticks.map(
      (tick) =>
        `<path class="grid" d="M${across.at(tick)} ${FRAME.top}V${HEIGHT - FRAME.bottom}"/>` +
        text(across.at(tick), HEIGHT - FRAME.bottom + 18, short(tick), "middle"),
    ),
    ...up.ticks.map(
      (tick) =>
        `<path class="grid" d="M${FRAME.left} ${up.at(tick)}H${WIDTH - FRAME.right}"/>` +
        text(FRAME.left - 8, up.at(tick) + 4, short(tick), "end"),
    ),
  ];
  const names = apart(lines.map(({ points: own }) => up.at(own.at(-1)?.[1] ?? 1)));
  const drawn = lines.map((line, n) =>
    drawLine(line, COLOURS[n % COLOURS.length] ?? "black", {
      across: across.at,
      up: up.at,
      nameAt: names[n] ?? 0,
    }),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(title)}">`,
    "<style>text{font:13px system-ui,sans-serif;fill:#333}.grid{stroke:#ddd}</style>",
    `<rect width="100%" height="100%" fill="white"/>`,
    ...grid,
    ...drawn,
    text(FRAME.left, 24, title, "start", "font-weight:600"),
    text((FRAME.left + WIDTH - FRAME.right) / 2, HEIGHT - 14, x, "middle"),
    `<g transform="rotate(-90)">${text(-(FRAME.top + HEIGHT - FRAME.bottom) / 2, 18, y, "middle")}</g>`,
    "</svg>\n",
  ].join("\n");
}

/** Decades around the values, between two positions. */
function axis(values: readonly number[], from: number, to: number) {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  const ticks = Array.from({ length: high - low + 1 }, (_, n) => 10 ** (low + n));
  const at = (value: number) => Math.round(from + ((Math.log10(value) - low) / (high - low)) * (to - from));
  return { ticks, at };
}

/** Moves heights down until no two are closer than a line of text. */
function apart(heights: readonly number[]): number[] {
  const moved = [...heights];
  const order = [...heights.keys()].sort((a, b) => (heights[a] ?? 0) - (heights[b] ?? 0));
  for (const [n, index] of order.entries()) {
    const above = moved[order[n - 1] ?? -1] ?? Number.NEGATIVE_INFINITY;
    moved[index] = Math.max(moved[index] ?? 0, above + LINE_HEIGHT);
  }
  return moved;
}

function drawLine(
  { name, points }: Line,
  colour: string,
  place: { across: (value: number) => number; up: (value: number) => number; nameAt: number },
): string {
  const places = points.map(([x, y]) => [place.across(x), place.up(y)] as const);
  const [endX] = places.at(-1) ?? [0, 0];
  return (
    `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${places.map((at) => at.join()).join(" ")}"/>` +
    places.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="3.5" fill="${colour}"/>`).join("") +
    text(endX + 8, place.nameAt + 4, name, "start", `fill:${colour}`)
  );
}

const text = (x: number, y: number, words: string, anchor: string, style = "") =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}" style="${style}">${escaped(words)}</text>`;

const escaped = (words: string) => words.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

function short(value: number): string {
  if (value >= 1e6) return `${value / 1e6}M`;
  return value >= 1000 ? `${value / 1000}k` : String(Number(value.toPrecision(1)));
}
