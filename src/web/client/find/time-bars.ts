import type { MonthCount } from "../../answers.ts";

/** A month or a year of the time line. */
export interface Bar {
  /** As the question takes them: "2024-06", or "2024"; both are inclusive. */
  readonly since: string;
  readonly until: string;
  readonly pictures: number;
}

/** More would be too narrow to drag over. */
const MOST_BARS = 120;
const MONTHS = 12;

/** Months in a row, with those that have no picture; of long times years instead. */
export function barsOf(months: readonly MonthCount[]): Bar[] {
  const [first, last] = [months[0], months.at(-1)];
  if (!first || !last) return [];
  const size = indexOf(last.month) - indexOf(first.month) + 1 > MOST_BARS ? MONTHS : 1;
  const start = Math.floor(indexOf(first.month) / size);
  const count = Math.floor(indexOf(last.month) / size) - start + 1;
  const pictures = new Array<number>(count).fill(0);
  for (const month of months) {
    const at = Math.floor(indexOf(month.month) / size) - start;
    pictures[at] = (pictures[at] ?? 0) + month.pictures;
  }
  return pictures.map((sum, at) => {
    const name = nameOf((start + at) * size, size);
    return { since: name, until: name, pictures: sum };
  });
}

/** Months since the year 0. */
function indexOf(month: string): number {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return year * MONTHS + number - 1;
}

function nameOf(index: number, size: number): string {
  const year = String(Math.floor(index / MONTHS)).padStart(4, "0");
  return size === MONTHS ? year : `${year}-${String((index % MONTHS) + 1).padStart(2, "0")}`;
}
