import { type ComponentChild, toChildArray } from "preact";
import { balancedColumns } from "./balanced-columns.ts";

interface PictureGridProps {
  readonly children: readonly ComponentChild[];
  /** For screen readers. */
  readonly label?: string | undefined;
}

/** Pictures with captions, in as many columns as fit and fill the last row best: components.css chooses among `--of-…` by width. */
export function PictureGrid({ children, label }: PictureGridProps) {
  const items = toChildArray(children);
  const columns = COLUMNS.map((most) => [`--of-${most}`, balancedColumns(items.length, most)]);
  return (
    <ul class="picture-grid" aria-label={label} style={Object.fromEntries(columns)}>
      {items.map((item, at) => (
        <li key={at}>{item}</li>
      ))}
    </ul>
  );
}

const COLUMNS = [2, 3, 4, 5, 6];
