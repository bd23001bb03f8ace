import { type Signal, useSignal } from "@preact/signals";
import { select } from "d3-selection";
import { type D3ZoomEvent, type ZoomBehavior, zoom, zoomIdentity } from "d3-zoom";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Position } from "../../../core/types.ts";
import { visibleText } from "../../../core/unprintable-characters.ts";
import { showPicture } from "../address.ts";
import { thumbnailOf } from "../api.ts";
import { texts } from "../texts/texts.ts";
import { Camera } from "./camera.ts";
import { createDots } from "./dots.ts";
import { drawMosaic } from "./draw-mosaic.ts";
import type { MapData } from "./map-data.ts";
import { cellAt, type Mosaic, mosaicOf } from "./mosaic.ts";
import { PictureCache } from "./picture-cache.ts";
import { thinned } from "./region.ts";

const ZOOMS: [number, number] = [0.7, 5000];
const STEP_PX = 80;
const STEP_ZOOM = 1.5;
/** A pointer that moves no further than this between down and up clicks. */
const CLICK_PX = 4;
/** A dot is meant by a pointer this near to it. */
const REACH_PX = 14;
/** The mosaic is made again so long after the last change. */
const SETTLED_MS = 90;

interface StageProps {
  readonly map: MapData;
  readonly camera: Signal<Camera | undefined>;
  /** The middle and the zoom to begin with. */
  readonly start: { readonly centre: Position; readonly zoom: number } | undefined;
  /** Called when the map has come to rest. */
  readonly onRest: (camera: Camera) => void;
  readonly isMarking: boolean;
  readonly region: readonly Position[] | undefined;
  readonly onMarked: (corners: readonly Position[]) => void;
  readonly pins: readonly { readonly words: string; readonly position: Position }[];
  readonly selected: string | undefined;
  readonly onSelect: (words: string) => void;
}

/** The plane itself: moved and zoomed by pointer, wheel, touch and keys. */
export function Stage(props: StageProps) {
  const { map, camera, isMarking, region, pins } = props;
  const frame = useRef<HTMLDivElement>(null);
  const dotCanvas = useRef<HTMLCanvasElement>(null);
  const pictureCanvas = useRef<HTMLCanvasElement>(null);
  const hovered = useSignal<{ readonly id: string; readonly at: Position } | undefined>(undefined);
  const drawn = useRef<Position[]>([]);
  /** Where the pointer went down, for as long as what follows may be a click. */
  const pressed = useRef<Position | undefined>(undefined);
  const mosaic = useRef<Mosaic>({ side: 1, cells: [] });
  const latest = useRef(props);
  latest.current = props;
  const painter = useMemo(() => new Painter(), []);
  const behaviour = useRef<ZoomBehavior<HTMLDivElement, unknown>>(undefined);

  useEffect(() => {
    const element = frame.current;
    const [dotsOn, picturesOn] = [dotCanvas.current, pictureCanvas.current];
    const context = picturesOn?.getContext("2d");
    if (!element || !dotsOn || !picturesOn || !context) return undefined;
    const dots = createDots(dotsOn, map.positions);
    const pictures = new PictureCache(() => painter.request());
    let colours = coloursOf(element);

    painter.paint = () => {
      const now = camera.peek();
      if (!now) return;
      const size = dotSize(map.count, now);
      dots.draw(now, { size, color: colours.dot });
      const ratio = picturesOn.width / now.width;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, now.width, now.height);
      drawMosaic(context, map, mosaic.current, { camera: now, pictures, ground: colours.ground });
      const marked =
        drawn.current.length > 0
          ? drawn.current
          : latest.current.region?.map((corner) => now.toScreen(corner));
      if (marked) drawRegion(context, marked, colours.accent);
    };

    let settling: ReturnType<typeof setTimeout> | undefined;
    const settle = () => {
      clearTimeout(settling);
      settling = setTimeout(() => {
        const now = camera.peek();
        if (!now) return;
        mosaic.current = mosaicOf(map, now);
        pictures.want(byDistance(mosaic.current, now).map(({ at }) => map.idAt(at)));
        painter.request();
        latest.current.onRest(now);
      }, SETTLED_MS);
    };

    const onZoom = ({ transform }: D3ZoomEvent<HTMLDivElement, unknown>) => {
      const { clientWidth, clientHeight } = element;
      camera.value = new Camera(transform, clientWidth, clientHeight);
      hovered.value = undefined;
      painter.request();
      settle();
    };
    const zooming = zoom<HTMLDivElement, unknown>()
      .scaleExtent(ZOOMS)
      .filter((event: MouseEvent) => {
        if (event.type === "wheel") return true;
        return !latest.current.isMarking && !event.ctrlKey && event.button === 0 && !isControl(event.target);
      })
      .on("zoom", onZoom);
    behaviour.current = zooming;
    const selection = select(element).call(zooming).on("dblclick.zoom", null);

    const onResize = () => {
      const { clientWidth: width, clientHeight: height } = element;
      const ratio = devicePixelRatio;
      for (const canvas of [dotsOn, picturesOn]) {
        canvas.width = Math.round(width * ratio);
        canvas.height = Math.round(height * ratio);
      }
      const before = camera.peek();
      const blank = new Camera(zoomIdentity, width, height);
      const { start } = latest.current;
      const next = before
        ? blank.at(before.centre, before.transform.k)
        : start
          ? blank.at(start.centre, start.zoom)
          : zoomIdentity;
      selection.call(zooming.transform, next);
    };
    const observer = new ResizeObserver(onResize);
    observer.observe(element);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const onScheme = () => {
      colours = coloursOf(element);
      painter.request();
    };
    dark.addEventListener("change", onScheme);
    return () => {
      observer.disconnect();
      dark.removeEventListener("change", onScheme);
      clearTimeout(settling);
      selection.on(".zoom", null);
      painter.paint = () => undefined;
      camera.value = undefined;
    };
  }, [map]);

  useEffect(() => painter.request(), [region]);

  const goBy = (change: "in" | "out" | "whole" | Position) => {
    const element = frame.current;
    const zooming = behaviour.current;
    if (!element || !zooming) return;
    const selection = select(element);
    if (change === "in") selection.call(zooming.scaleBy, STEP_ZOOM);
    else if (change === "out") selection.call(zooming.scaleBy, 1 / STEP_ZOOM);
    else if (change === "whole") selection.call(zooming.transform, zoomIdentity);
    else {
      const { k } = camera.peek()?.transform ?? zoomIdentity;
      selection.call(zooming.translateBy, change.x / k, change.y / k);
    }
  };

  const pictureAt = (point: Position): string | undefined => {
    const now = camera.peek();
    if (!now) return undefined;
    const { x, y } = now.toPlane(point);
    const cell = cellAt(mosaic.current, x, y);
    if (cell) return map.idAt(cell.at);
    const [nearest] = map.index
      .within(x, y, REACH_PX / now.scale)
      .map((at) => ({
        at,
        far: Math.hypot((map.positions[2 * at] ?? 0) - x, (map.positions[2 * at + 1] ?? 0) - y),
      }))
      .sort((a, b) => a.far - b.far);
    return nearest && map.idAt(nearest.at);
  };

  const onPointerDown = (event: PointerEvent) => {
    pressed.current = isMarking ? undefined : positionOf(event);
    if (!isMarking || isControl(event.target) || !(event.currentTarget instanceof Element)) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drawn.current = [positionOf(event)];
  };
  const onPointerMove = (event: PointerEvent) => {
    if (isDrag(pressed.current, positionOf(event))) pressed.current = undefined;
    if (drawn.current.length > 0) {
      drawn.current.push(positionOf(event));
      painter.request();
      return;
    }
    if (event.pointerType !== "mouse" || event.buttons > 0 || isControl(event.target)) return;
    const point = positionOf(event);
    const now = camera.peek();
    // A picture that is drawn needs no preview.
    const plane = now?.toPlane(point);
    const id = plane && !cellAt(mosaic.current, plane.x, plane.y) ? pictureAt(point) : undefined;
    hovered.value = id === undefined ? undefined : { id, at: point };
  };
  const onPointerUp = () => {
    const now = camera.peek();
    const corners = thinned(drawn.current).map((point) => now?.toPlane(point) ?? point);
    drawn.current = [];
    painter.request();
    if (corners.length >= 3) props.onMarked(corners);
  };

  const now = camera.value;
  return (
    <div
      ref={frame}
      class={isMarking ? "stage-of-map marking" : "stage-of-map"}
      role="application"
      aria-label={texts.map.label(map.count)}
      aria-describedby="map-keys"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is moved by keys
      tabIndex={0}
      onKeyDown={(event) => {
        const change = KEYS[event.key];
        if (change === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
        if (isControl(event.target)) return;
        event.preventDefault();
        goBy(change);
      }}
      onClick={(event) => {
        // A click follows every drag and every lasso, too.
        if (pressed.current === undefined || isControl(event.target)) return;
        const id = pictureAt(positionOf(event));
        if (id !== undefined) showPicture(id);
      }}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={() => (drawn.current = [])}
      onPointerLeave={() => (hovered.value = undefined)}
    >
      <canvas ref={dotCanvas} />
      <canvas ref={pictureCanvas} />
      {now &&
        pins.map(({ words, position }) => {
          const { x, y } = now.toScreen(position);
          return (
            <button
              key={words}
              type="button"
              class={words === props.selected ? "pin selected" : "pin"}
              style={{ transform: `translate(${x}px, ${y}px)` }}
              aria-pressed={words === props.selected}
              onClick={() => props.onSelect(words)}
            >
              <span>
                <bdi>{visibleText(words)}</bdi>
              </span>
            </button>
          );
        })}
      {hovered.value && (
        <img
          class="preview"
          src={thumbnailOf(hovered.value.id)}
          alt=""
          style={{ transform: `translate(${hovered.value.at.x}px, ${hovered.value.at.y}px)` }}
        />
      )}
      <div class="zoom-buttons">
        <button type="button" aria-label={texts.map.zoomIn} onClick={() => goBy("in")}>
          +
        </button>
        <button type="button" aria-label={texts.map.zoomOut} onClick={() => goBy("out")}>
          −
        </button>
        <button type="button" aria-label={texts.map.whole} onClick={() => goBy("whole")}>
          ⤢
        </button>
      </div>
      <p id="map-keys" class="hidden">
        {texts.map.keys}
      </p>
    </div>
  );
}

/** Paints once per frame, however often it is asked to. */
class Painter {
  paint: () => void = () => undefined;
  #isDue = false;

  request(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.paint();
    });
  }
}

const KEYS: Readonly<Record<string, "in" | "out" | "whole" | Position>> = {
  "+": "in",
  "=": "in",
  "-": "out",
  "0": "whole",
  ArrowLeft: { x: STEP_PX, y: 0 },
  ArrowRight: { x: -STEP_PX, y: 0 },
  ArrowUp: { x: 0, y: STEP_PX },
  ArrowDown: { x: 0, y: -STEP_PX },
};

const isDrag = (from: Position | undefined, { x, y }: Position): boolean =>
  from !== undefined && Math.hypot(x - from.x, y - from.y) > CLICK_PX;

const isControl = (target: EventTarget | null) =>
  target instanceof Element && target.closest("button") !== null;

function positionOf(event: MouseEvent): Position {
  const { left, top } =
    event.currentTarget instanceof Element
      ? event.currentTarget.getBoundingClientRect()
      : { left: 0, top: 0 };
  return { x: event.clientX - left, y: event.clientY - top };
}

/** Few pictures have large dots; they grow a little while one zooms in. */
function dotSize(count: number, { width, height, transform }: Camera): number {
  const room = Math.sqrt((width * height) / Math.max(1, count));
  const size = Math.min(9, Math.max(2.2, room * 0.16));
  return Math.min(12, size * (1 + 0.35 * Math.max(0, Math.log2(transform.k))));
}

const byDistance = ({ cells }: Mosaic, { centre }: Camera) =>
  cells.toSorted(
    (a, b) => Math.hypot(a.x - centre.x, a.y - centre.y) - Math.hypot(b.x - centre.x, b.y - centre.y),
  );

function drawRegion(context: CanvasRenderingContext2D, corners: readonly Position[], colour: string): void {
  context.beginPath();
  for (const { x, y } of corners) context.lineTo(x, y);
  context.closePath();
  context.globalAlpha = 0.14;
  context.fillStyle = colour;
  context.fill();
  context.globalAlpha = 1;
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.stroke();
}

interface Colours {
  readonly dot: readonly [number, number, number, number];
  readonly accent: string;
  readonly ground: string;
}

/** Of the style sheet, as the present scheme has them. */
function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element);
  const [red = 0, green = 0, blue = 0] = (style.color.match(/[\d.]+/g) ?? []).map(
    (part) => Number(part) / 255,
  );
  return { dot: [red, green, blue, 0.75], accent: style.outlineColor, ground: style.backgroundColor };
}
