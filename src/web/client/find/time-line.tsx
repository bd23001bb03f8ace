import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { MonthCount } from "../../answers.ts";
import { address, ask, questionOf } from "../address.ts";
import { get } from "../api.ts";
import { formatMonth, formatNumber, texts } from "../texts/texts.ts";
import { type Bar, barsOf } from "./time-bars.ts";

const DATES = ["since", "until"];

/** How many pictures are of each month; dragging over some of them asks for those. The fields below do the same by keyboard. */
export function TimeLine() {
  const bars = useSignal<readonly Bar[]>([]);
  const dragged = useSignal<{ readonly from: number; readonly to: number } | undefined>(undefined);
  const frame = useRef<HTMLDivElement>(null);
  const { params } = address.value;
  const others = questionOf({
    ...address.value,
    params: new URLSearchParams([...params].filter(([name]) => !DATES.includes(name))),
  });
  useEffect(() => {
    const stop = new AbortController();
    get<readonly MonthCount[]>(`/api/months?${others}`, stop.signal).then(
      (months) => (bars.value = barsOf(months)),
      () => undefined,
    );
    return () => stop.abort();
  }, [others]);

  const all = bars.value;
  const [first, last] = [all[0], all.at(-1)];
  // Of a single month there is nothing to choose.
  if (!first || !last || first === last) return null;
  const most = Math.max(...all.map(({ pictures }) => pictures));
  const barAt = ({ clientX }: PointerEvent): number => {
    const box = frame.current?.getBoundingClientRect();
    if (!box || box.width === 0) return 0;
    const at = Math.floor(((clientX - box.left) / box.width) * all.length);
    return Math.min(all.length - 1, Math.max(0, at));
  };
  const range = dragged.value;
  const isChosen = (at: number): boolean =>
    range !== undefined && at >= Math.min(range.from, range.to) && at <= Math.max(range.from, range.to);
  const [from, to] = range ? [all[Math.min(range.from, range.to)], all[Math.max(range.from, range.to)]] : [];
  return (
    <div class="time-line" aria-hidden="true">
      <div
        ref={frame}
        class="bars"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          dragged.value = { from: barAt(event), to: barAt(event) };
        }}
        onPointerMove={(event) => {
          if (dragged.value) dragged.value = { ...dragged.value, to: barAt(event) };
        }}
        onPointerUp={() => {
          if (from && to)
            ask((next) => {
              next.set("since", from.since);
              next.set("until", to.until);
            });
          dragged.value = undefined;
        }}
        onPointerCancel={() => (dragged.value = undefined)}
      >
        {all.map((bar, at) => (
          <i
            key={bar.since}
            class={isChosen(at) ? "chosen" : undefined}
            title={`${nameOf(bar)}: ${formatNumber(bar.pictures)}`}
            style={{ height: `${bar.pictures === 0 ? 0 : Math.max(4, (100 * bar.pictures) / most)}%` }}
          />
        ))}
      </div>
      <p class="note ends">
        <span>{from ? nameOf(from) : nameOf(first)}</span>
        <span>{range ? "" : texts.filters.dragHint}</span>
        <span>{to ? nameOf(to) : nameOf(last)}</span>
      </p>
    </div>
  );
}

const nameOf = ({ since }: Bar) => (since.length === 4 ? since : formatMonth(since));
