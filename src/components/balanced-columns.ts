/**
 * Of at most so many columns, the most whose last row is more than half full, else those that fill it best: six pictures are no
 * row of five and one alone.
 */
export function balancedColumns(count: number, most: number): number {
  if (count <= most) return Math.max(1, count);
  let best = { columns: most, fill: 0 };
  for (let columns = most; columns >= Math.max(2, most / 2); columns -= 1) {
    const fill = (count % columns || columns) / columns;
    if (fill > ENOUGH) return columns;
    if (fill > best.fill) best = { columns, fill };
  }
  return best.columns;
}

/** Of the last row. */
const ENOUGH = 0.5;
