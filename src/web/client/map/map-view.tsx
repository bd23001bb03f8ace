import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Position } from "../../../core/types.ts";
import { visibleText } from "../../../core/unprintable-characters.ts";
import type { Working } from "../../answers.ts";
import { address, change } from "../address.ts";
import { reasonOf } from "../api.ts";
import { texts } from "../texts/texts.ts";
import { typedIn } from "../typed-in.ts";
import type { Camera } from "./camera.ts";
import { loadMap, type MapData } from "./map-data.ts";
import { MarkedRegion } from "./marked-region.tsx";
import { Nearby } from "./nearby.tsx";
import { addPin, type PinState, pinnedWords, pins, placePins, positionOf, removePin } from "./pins.ts";
import { cornersOf, regionText } from "./region.ts";
import { Stage } from "./stage.tsx";

const LISTED = 24;
/** A pin by which less of the weight of its matches lies is one place of many. */
const SCATTERED = 0.35;

/** All pictures on one plane, what is alike near each other, and words pinned where they belong. */
export function MapView() {
  const map = useSignal<MapData | undefined>(undefined);
  const progress = useSignal<Working | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);

  useEffect(() => {
    const stop = new AbortController();
    loadMap(stop.signal, (now) => (progress.value = now)).then(
      (loaded) => (map.value = loaded),
      (error: unknown) => {
        if (!stop.signal.aborted) problem.value = reasonOf(error);
      },
    );
    return () => stop.abort();
  }, []);

  if (problem.value !== undefined) return <p role="alert">{problem.value}</p>;
  if (!map.value)
    return (
      <p class="summary" aria-live="polite">
        {texts.map.working(
          progress.value?.stage ?? null,
          progress.value?.done ?? 0,
          progress.value?.total ?? null,
        )}
      </p>
    );
  if (map.value.count === 0) return <p class="summary">{texts.find.emptyLibrary}</p>;
  return <Loaded map={map.value} />;
}

function Loaded({ map }: { readonly map: MapData }) {
  const camera = useSignal<Camera | undefined>(undefined);
  const middle = useSignal<Camera | undefined>(undefined);
  const isMarking = useSignal(false);
  const selected = useSignal<string | undefined>(undefined);
  const start = useRef(startOf(address.peek().params.get("at")));
  const words = pinnedWords();
  useEffect(() => placePins(words, map.version), [words.join("\n"), map]);

  const region = address.value.params.get("region");
  const corners = cornersOf(region, map.version);
  const shown =
    selected.value !== undefined && words.includes(selected.value) ? selected.value : words.at(-1);
  const pinned = words.flatMap((each) => {
    const position = positionOf(each);
    return position ? [{ words: each, position }] : [];
  });
  const near = useComputed(() => middle.value && nearest(map, middle.value));

  return (
    <div class="map">
      <div class="map-tools">
        <PinBox onPin={(typed) => (selected.value = typed)} />
        <button
          type="button"
          aria-pressed={isMarking.value}
          onClick={() => (isMarking.value = !isMarking.value)}
        >
          {texts.map.mark}
        </button>
        <Pinned words={words} selected={shown} onSelect={(each) => (selected.value = each)} />
      </div>
      <Stage
        map={map}
        camera={camera}
        start={start.current}
        onRest={(now) => {
          middle.value = now;
          change((params) => params.set("at", String(now)), { replaces: true });
        }}
        isMarking={isMarking.value}
        region={corners}
        onMarked={(marked) => {
          isMarking.value = false;
          change((params) => params.set("region", regionText(map.version, marked)));
        }}
        pins={pinned}
        selected={shown}
        onSelect={(each) => (selected.value = each)}
      />
      <aside class="map-side">
        {region !== null ? (
          <MarkedRegion region={region} />
        ) : shown !== undefined && positionOf(shown) ? (
          <NearPin map={map} words={shown} />
        ) : (
          near.value && <Nearby heading={texts.map.inView(near.value.inView)} ids={near.value.ids} />
        )}
        <p class="note">{texts.page.by(map.model)}</p>
      </aside>
    </div>
  );
}

function PinBox({ onPin }: { readonly onPin: (words: string) => void }) {
  return (
    <form
      class="pin-box"
      onSubmit={(event) => {
        event.preventDefault();
        const typed = typedIn(event.currentTarget, "pin");
        if (typed === undefined) return;
        addPin(typed);
        onPin(typed);
        event.currentTarget.reset();
      }}
    >
      <input
        name="pin"
        type="search"
        required
        maxLength={1000}
        autocomplete="off"
        aria-label={texts.map.pinLabel}
        placeholder={texts.map.pinPlaceholder}
      />
      <button type="submit">{texts.map.pin}</button>
    </form>
  );
}

interface PinnedProps {
  readonly words: readonly string[];
  readonly selected: string | undefined;
  readonly onSelect: (words: string) => void;
}

/** A chip for each pin: where nothing fits, it says so. */
function Pinned({ words, selected, onSelect }: PinnedProps) {
  return (
    <ul class="chips" aria-live="polite">
      {words.map((each) => {
        const state = pins.value.get(each) ?? { state: "loading" };
        const note = noteOf(state);
        return (
          <li key={each} class={`chip pin-chip${note === undefined ? "" : " not"}`}>
            <button
              type="button"
              class="words"
              aria-pressed={each === selected}
              aria-busy={state.state === "loading"}
              onClick={() => onSelect(each)}
            >
              <bdi>{visibleText(each)}</bdi>
            </button>
            {state.state === "loading" && "…"}
            {note !== undefined && <small>{note}</small>}
            <button
              type="button"
              class="remove"
              aria-label={texts.filters.remove(visibleText(each))}
              onClick={() => removePin(each)}
            >
              ×
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** Why there is no pin, or what is to be said of it. */
function noteOf(state: PinState): string | undefined {
  if (state.state === "failed") return state.reason;
  if (state.state === "loading") return undefined;
  if (!state.pin.position) return texts.map.nothingFits;
  if (state.pin.match === "weak") return texts.map.weak;
  return state.pin.share < SCATTERED ? texts.map.scattered : undefined;
}

/** What is parked around a pin: its matches that lie there, then what else does. */
function NearPin({ map, words }: { readonly map: MapData; readonly words: string }) {
  const state = pins.value.get(words);
  const position = positionOf(words);
  if (state?.state !== "done" || !position) return null;
  const { pin } = state;
  const around = picturesAround(map, position).map((at) => map.idAt(at));
  const matches = pin.hits.map(({ id }) => id).filter((id) => around.includes(id));
  const ids = [...new Set([...matches, ...around])].slice(0, LISTED);
  const elsewhere = Math.round((1 - pin.share) * 100);
  return (
    <Nearby heading={texts.map.around(visibleText(words))} ids={ids}>
      {elsewhere > 0 && <p class="note">{texts.map.elsewhere(elsewhere)}</p>}
    </Nearby>
  );
}

/** Indexes of the pictures nearest to a position, nearest first. */
function picturesAround({ index, positions, count }: MapData, { x, y }: Position): number[] {
  for (let radius = 0.02; ; radius *= 2) {
    const found = index.within(x, y, radius);
    if (found.length < Math.min(2 * LISTED, count) && radius < 4) continue;
    const far = (at: number) => Math.hypot((positions[2 * at] ?? 0) - x, (positions[2 * at + 1] ?? 0) - y);
    return found.sort((a, b) => far(a) - far(b)).slice(0, 2 * LISTED);
  }
}

/** How many pictures are in view, and those nearest to its middle. */
function nearest(
  map: MapData,
  { bounds, centre }: Camera,
): { readonly inView: number; readonly ids: string[] } {
  const { left, bottom, right, top } = bounds;
  const isInView = (at: number) => {
    const [x = 0, y = 0] = map.positions.subarray(2 * at, 2 * at + 2);
    return x >= left && x <= right && y >= bottom && y <= top;
  };
  const near = picturesAround(map, centre).filter(isInView).slice(0, LISTED);
  return { inView: map.index.range(left, bottom, right, top).length, ids: near.map((at) => map.idAt(at)) };
}

function startOf(at: string | null): { centre: Position; zoom: number } | undefined {
  const [x, y, zoom] = (at ?? "").split(",").map(Number);
  if (x === undefined || y === undefined || zoom === undefined) return undefined;
  return Number.isFinite(x + y + zoom) && zoom > 0 ? { centre: { x, y }, zoom } : undefined;
}
