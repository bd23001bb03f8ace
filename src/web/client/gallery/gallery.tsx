import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { HitCard } from "../../../shared/cards.ts";
import { address, shownOf, showPicture } from "../address.ts";
import { isTyping } from "../find/search-box.tsx";
import { clearSelection, toggleSelected } from "../selection/selection.ts";
import { justify, type Row } from "./justify.ts";
import { Tile } from "./tile.tsx";

import "./gallery.css";

const GAP = 6;
/** Beyond the screen above and below, rows are there already when they scroll into it. */
const MARGIN_PX = 900;
/** Rows are chosen again after this much of scrolling, not at each of its steps. */
const STEP_PX = 300;
/** The next page is requested this long before the end is seen. */
const AHEAD_PX = 2500;

interface GalleryProps {
  readonly cards: readonly HitCard[];
  readonly onEnd?: (() => void) | undefined;
  /** The cards answer the question before this one: the keys wait. */
  readonly isOutdated: boolean;
}

/** A justified grid of any length: only the rows near the screen are in the document. */
export function Gallery({ cards, onEnd, isOutdated }: GalleryProps) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useSignal(0);
  const scroll = useSignal({ top: 0, height: 0 });
  const current = useSignal(-1);
  /** The picture whose tile gets the focus as soon as it is in the document. */
  const focusNext = useRef<string | undefined>(undefined);

  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const measure = () => {
      const { top } = element.getBoundingClientRect();
      const now = { top: Math.floor(Math.max(0, -top) / STEP_PX) * STEP_PX, height: innerHeight };
      const before = scroll.peek();
      if (now.top !== before.top || now.height !== before.height) scroll.value = now;
      width.value = element.clientWidth;
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    addEventListener("scroll", measure, { passive: true });
    addEventListener("resize", measure);
    measure();
    return () => {
      observer.disconnect();
      removeEventListener("scroll", measure);
      removeEventListener("resize", measure);
    };
  }, []);

  const columnWidth = width.value;
  const rows = useMemo(
    () =>
      columnWidth > 0 ? justify(cards, { width: columnWidth, height: rowHeight(columnWidth), gap: GAP }) : [],
    [cards, columnWidth],
  );
  const last = rows.at(-1);
  const height = last ? last.top + last.height : 0;
  const { top, height: screen } = scroll.value;
  const visible = between(rows, top - MARGIN_PX, top + screen + MARGIN_PX);

  const isNearEnd = columnWidth > 0 && height - (top + screen) < AHEAD_PX;
  // Again after each page, for as long as the end is near.
  useEffect(() => {
    if (isNearEnd) onEnd?.();
  }, [isNearEnd, cards.length, onEnd]);

  const select = (index: number) => {
    current.value = Math.max(0, Math.min(cards.length - 1, index));
    focusNext.current = cards[current.value]?.id;
    const row = rows.findLast(({ first }) => first <= current.value);
    const element = frame.current;
    if (!row || !element) return;
    const start = element.getBoundingClientRect().top + scrollY + row.top;
    const isVisible = start > scrollY + 60 && start + row.height < scrollY + innerHeight;
    if (!isVisible) scrollTo({ top: start - innerHeight / 3 });
  };

  // Before what it acts on is seen.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event.target) || event.metaKey || event.ctrlKey || event.altKey) return;
      if (isOutdated || shownOf(address.peek()) !== null || cards.length === 0) return;
      const card = cards[current.value];
      if (event.key === "j") select(current.value + 1);
      else if (event.key === "k") select(current.value - 1);
      // What has the focus does by itself what Enter does to it.
      else if (event.key === "Enter" && card && event.target === document.body) showPicture(card.id);
      else if (event.key === "x" && card) toggleSelected(card.id);
      else if (event.key === "Escape") {
        current.value = -1;
        clearSelection();
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [cards, rows, isOutdated]);

  // The light box is closed: back to the picture that it showed last.
  const shown = shownOf(address.value);
  const shownBefore = useRef<string | null>(null);
  useEffect(() => {
    const index = shown === null ? cards.findIndex(({ id }) => id === shownBefore.current) : -1;
    shownBefore.current = shown;
    if (index >= 0) select(index);
  }, [shown]);

  useEffect(() => {
    const link = frame.current?.querySelector<HTMLElement>(`a[data-id="${focusNext.current}"]`);
    if (!link) return;
    focusNext.current = undefined;
    link.focus({ preventScroll: true });
  });

  const onFocusIn = ({ target }: FocusEvent) => {
    if (!(target instanceof HTMLElement) || !target.matches(":focus-visible")) return;
    const id = target.closest("li")?.querySelector("a")?.dataset.id;
    const index = cards.findIndex((card) => card.id === id);
    if (index >= 0) current.value = index;
  };

  return (
    <div class="gallery" ref={frame} onFocusIn={onFocusIn} style={{ height: `${height}px` }}>
      <ul>{visible.flatMap((row) => tilesOf(row, cards, current.value))}</ul>
    </div>
  );
}

const rowHeight = (width: number) => (width < 600 ? 150 : width < 1200 ? 200 : 240);

function tilesOf(row: Row, cards: readonly HitCard[], current: number) {
  let left = 0;
  return row.widths.map((width, at) => {
    const index = row.first + at;
    const card = cards[index];
    const start = left;
    left += width + GAP;
    if (!card) return null;
    return (
      <Tile
        key={card.id}
        card={card}
        box={{ left: start, top: row.top, width, height: row.height }}
        isCurrent={index === current}
        total={cards.length}
      />
    );
  });
}

/** Rows that reach into a stretch of the page; they lie in order. */
function between(rows: readonly Row[], from: number, to: number): readonly Row[] {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle];
    if (row && row.top + row.height < from) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (end < rows.length && (rows[end]?.top ?? to) < to) end += 1;
  return rows.slice(low, end);
}
