import type { ComponentChild, ComponentChildren } from "preact";

interface FoldedProps<Item> {
  readonly items: readonly Item[];
  /** Of a longer list, how many stay in sight. */
  readonly shown: number;
  readonly children: (items: readonly Item[]) => ComponentChildren;
  /** Says how many are folded away. */
  readonly summary: (count: number) => ComponentChild;
}

/** The beginning of a list, and the rest of it folded away. */
export function Folded<Item>({ items, shown, children, summary }: FoldedProps<Item>) {
  const rest = items.slice(shown);
  return (
    <>
      {shown > 0 && children(items.slice(0, shown))}
      {rest.length > 0 && (
        <details class="folded">
          <summary>{summary(rest.length)}</summary>
          {children(rest)}
        </details>
      )}
    </>
  );
}
