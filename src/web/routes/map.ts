import { setImmediate as nextTurn } from "node:timers/promises";
import { Hono } from "hono";
import * as z from "zod";
import { type PictureMap, UsageError } from "../../core/index.ts";
import { cardOf, hitCardOf } from "../../shared/card-of.ts";
import type { Card } from "../../shared/cards.ts";
import type { MapState, Pin, Tagged } from "../answers.ts";
import type { Env } from "../gate.ts";
import { bodyOf, typed } from "../parsed-request.ts";
import type { PictureGroups } from "../picture-groups.ts";
import { viewOf, type WebContext } from "../web-context.ts";

const ID_BYTES = 32;
/** A few milliseconds. */
const PACKED_AT_ONCE = 5000;
const MAX_CARDS = 100;
const MAX_WORDS = 1000;

const tagSchema = z.object({ region: z.string().max(20_000), tag: typed(200) });

export function mapRoutes(web: WebContext, groups: PictureGroups): Hono<Env> {
  const points = new PointBytes();
  const routes = new Hono<Env>()
    .get("/api/map", async (context) => {
      const state = await groups.map.state(null);
      if (state.state === "working") return context.json<MapState>(state);
      const { version, ids } = state.answer;
      const model = await (await viewOf(web)).model();
      return context.json<MapState>({ state: "done", version, model, pictures: ids.length });
    })
    .get("/api/map/points", async (context) => {
      const bytes = await points.of(await groups.map.answer(null));
      return context.body(bytes, 200, {
        "content-type": "application/octet-stream",
        "cache-control": "no-store",
      });
    })
    .get("/api/map/pin", async (context) => {
      const words = (context.req.query("q") ?? "").trim();
      if (words === "" || words.length > MAX_WORDS) throw new UsageError("Give the words to pin.");
      const view = await viewOf(web);
      const map = await groups.map.answer(null);
      const { match, position, share, hits } = await view.pin(map, words, context.req.raw.signal);
      return context.json<Pin>({ match, position, share, hits: hits.map((hit) => hitCardOf(hit, true)) });
    })
    .get("/api/cards", async (context) => {
      const ids = context.req.queries("id") ?? [];
      if (ids.length > MAX_CARDS) throw new UsageError(`Ask for ${MAX_CARDS} pictures at most.`);
      const view = await viewOf(web);
      return context.json<Card[]>((await view.images(ids)).map(cardOf));
    });
  if (web.mayEdit)
    routes.post("/api/map/tags", async (context) => {
      const { region, tag } = await bodyOf(context, tagSchema);
      const { scope } = await viewOf(web);
      const { images, ...edit } = await web.library.tags.putAll(await groups.inRegion(region), tag, scope);
      return context.json<Tagged>({ tag: edit.tag, pictures: images });
    });
  return routes;
}

/** Of a map, made once for each state of it. */
class PointBytes {
  #map: PictureMap | undefined;
  #bytes: Promise<Uint8Array<ArrayBuffer>> = Promise.resolve(new Uint8Array());

  of(map: PictureMap): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#map !== map) {
      this.#map = map;
      this.#bytes = packed(map);
    }
    return this.#bytes;
  }
}

/** x and y of every picture as float32, then their ids, 32 bytes each. */
async function packed({ ids, positions }: PictureMap): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(positions.byteLength + ids.length * ID_BYTES);
  const buffer = Buffer.from(bytes.buffer);
  for (const [at, id] of ids.entries()) {
    buffer.writeFloatLE(positions[2 * at] ?? 0, 8 * at);
    buffer.writeFloatLE(positions[2 * at + 1] ?? 0, 8 * at + 4);
    buffer.write(id, positions.byteLength + at * ID_BYTES, "hex");
    if (at % PACKED_AT_ONCE === PACKED_AT_ONCE - 1) await nextTurn();
  }
  return bytes;
}
