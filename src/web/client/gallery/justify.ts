/** One row of a gallery: its pictures have one height, and fill the width together. */
export interface Row {
  readonly first: number;
  readonly top: number;
  readonly height: number;
  readonly widths: readonly number[];
}

export interface JustifyOptions {
  readonly width: number;
  /** Height that rows are near. */
  readonly height: number;
  readonly gap: number;
}

/** Panoramas and strips are shown within a frame of these proportions, so that one fills no screen. */
const [NARROWEST, WIDEST] = [0.4, 3];

const ratioOf = ({ width, height }: { readonly width: number; readonly height: number }) =>
  Math.min(WIDEST, Math.max(NARROWEST, width / height));

/** Rows in order; the last one keeps the height of the others instead of filling the width. */
export function justify(
  pictures: readonly { readonly width: number; readonly height: number }[],
  { width, height, gap }: JustifyOptions,
): Row[] {
  const rows: Row[] = [];
  let [first, top, ratios] = [0, 0, [] as number[]];
  const push = (rowHeight: number) => {
    rows.push({ first, top, height: rowHeight, widths: ratios.map((ratio) => ratio * rowHeight) });
    first += ratios.length;
    top += rowHeight + gap;
    ratios = [];
  };
  for (const picture of pictures) {
    ratios.push(ratioOf(picture));
    const total = ratios.reduce((sum, ratio) => sum + ratio, 0);
    const filling = (width - gap * (ratios.length - 1)) / total;
    if (filling <= height) push(filling);
  }
  if (ratios.length > 0) push(height);
  return rows;
}
