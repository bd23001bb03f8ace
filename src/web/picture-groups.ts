import {
  type Cluster,
  type ImageId,
  NotFoundError,
  type PictureMap,
  type Position,
  UsageError,
} from "../core/index.ts";
import { LongAnswer } from "./long-answer.ts";
import type { Question } from "./question.ts";
import { viewOf, type WebContext } from "./web-context.ts";

/** What the page groups pictures by: their themes, and where they lie on the map. */
export class PictureGroups {
  readonly themes: LongAnswer<null, readonly Cluster[]>;
  readonly map: LongAnswer<null, PictureMap>;
  readonly #web: WebContext;

  constructor(web: WebContext) {
    this.#web = web;
    this.themes = new LongAnswer(web, (view, _, work) => view.clusters(work));
    this.map = new LongAnswer(web, (view, _, work) => view.map(work));
  }

  /** The images that a question is narrowed to; undefined where it names no group. @throws UsageError, NotFoundError */
  async imagesOf({ theme, region }: Pick<Question, "theme" | "region">): Promise<ImageId[] | undefined> {
    const themed = theme === undefined ? undefined : await this.#inTheme(theme);
    if (region === undefined) return themed;
    const inRegion = await this.inRegion(region);
    if (!themed) return inRegion;
    const wanted = new Set(themed);
    return inRegion.filter((id) => wanted.has(id));
  }

  /** @throws UsageError for a region that is none, or of a map that was laid out again since */
  async inRegion(region: string): Promise<ImageId[]> {
    const { version, polygon } = regionOf(region);
    const map = await this.map.answer(null);
    if (map.version !== version)
      throw new UsageError("The map was laid out again since this region was marked. Mark it again.");
    return (await viewOf(this.#web)).inRegion(map, polygon);
  }

  /** A theme is named by any of its pictures, so that an address leads to it even when the themes have changed a little. */
  async #inTheme(picture: string): Promise<ImageId[]> {
    for (const { ids } of await this.themes.answer(null)) if (ids.includes(picture)) return [...ids];
    throw new NotFoundError(
      "The picture that this theme is named by is not among those that are shown here.",
    );
  }
}

const MOST_CORNERS = 500;
const NOT_USABLE = "The address is not usable: region (give the map's version, then x,y of each corner).";

/** `7:0.12,-0.5;0.3,-0.5;0.3,0.1` */
function regionOf(text: string): { version: string; polygon: Position[] } {
  const [version = "", corners = ""] = text.split(":");
  const polygon = corners.split(";").map((corner) => {
    const [x = Number.NaN, y = Number.NaN, ...more] = corner.split(",").map(Number);
    if (!Number.isFinite(x) || !Number.isFinite(y) || more.length > 0) throw new UsageError(NOT_USABLE);
    return { x, y };
  });
  if (polygon.length < 3 || polygon.length > MOST_CORNERS) throw new UsageError(NOT_USABLE);
  return { version, polygon };
}
