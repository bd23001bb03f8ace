import { type Context, Hono } from "hono";
import {
  type ImageRecord,
  imageDate,
  isoDate,
  type LibraryView,
  mediaKind,
  NotFoundError,
  visibleText,
} from "../../core/index.ts";
import { cardOf, placeOf } from "../../shared/card-of.ts";
import type { PictureDetails } from "../answers.ts";
import type { Env } from "../gate.ts";
import { sendFilm } from "../send-film.ts";
import { viewOf, type WebContext } from "../web-context.ts";

/** For screens; beyond it the light box would only show what no screen has. */
const SCREEN = { longestSide: 2560, maxBytes: 6 * 2 ** 20 };
/** An id is the digest of the picture's bytes: what is shown under it never changes. */
const FOREVER = "private, max-age=31536000, immutable";

export function pictureRoutes(web: WebContext): Hono<Env> {
  const routes = new Hono<Env>()
    .get("/thumbnails/:id", async (context) => {
      const view = await viewOf(web);
      return picture(context, await view.thumbnail(idOf(context)), "image/webp", FOREVER);
    })
    .get("/pictures/:id", async (context) => {
      const view = await viewOf(web);
      const { bytes, mimeType, from } = await view.render(idOf(context), SCREEN);
      return picture(context, bytes, mimeType, from === "original" ? FOREVER : "no-store");
    })
    .get("/films/:id", async (context) => {
      const view = await viewOf(web);
      return sendFilm(context, await view.filmFile(idOf(context)));
    })
    .get("/api/pictures/:id", async (context) => {
      const view = await viewOf(web);
      return context.json<PictureDetails>(await details(view, idOf(context)));
    });
  const { reveal } = web;
  if (reveal)
    routes.post("/api/pictures/:id/reveal", async (context) => {
      const view = await viewOf(web);
      const image = await view.image(idOf(context));
      const file = image.placements.find((at) => at.kind === "file" && at.online);
      if (file?.kind !== "file") throw new NotFoundError("The file cannot be reached now.");
      await reveal(file.path);
      return context.body(null, 204);
    });
  return routes;
}

const idOf = (context: Context<Env>) => context.req.param("id") ?? "";

async function details(view: LibraryView, id: string): Promise<PictureDetails> {
  const image = await view.image(id);
  const [text] = await view.texts([image.id]);
  const date = imageDate(image);
  return {
    ...cardOf(image),
    isPlayable:
      image.placements.some((at) => at.kind === "file" && at.online) && mediaKind(image) === "video",
    date: date && { at: isoDate(date), source: date.source },
    facts: shownFacts(image),
    places: image.placements.map(placeOf),
    text: (text?.lines ?? []).map(({ text: line, box, angle }) => ({ text: visibleText(line), box, angle })),
  };
}

function shownFacts({ facts = {} }: ImageRecord): PictureDetails["facts"] {
  const { camera, lens, software, place, location, rating } = facts;
  const shown = (text: string | undefined) => text && visibleText(text);
  return {
    ...{ camera: shown(camera), lens: shown(lens), software: shown(software), place: shown(place?.name) },
    ...{ location, rating },
  };
}

const picture = (context: Context<Env>, bytes: Uint8Array, type: string, cacheControl: string) =>
  context.body(new Uint8Array(bytes), 200, { "content-type": type, "cache-control": cacheControl });
