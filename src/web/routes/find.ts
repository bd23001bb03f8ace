import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import * as z from "zod";
import { placeNotes, visibleText } from "../../core/index.ts";
import { hitCardOf } from "../../shared/card-of.ts";
import type { Example, Facets, Failed, FindPage, MonthCount, Tagged } from "../answers.ts";
import type { Env } from "../gate.ts";
import { bodyOf, read, typed } from "../parsed-request.ts";
import type { PictureGroups } from "../picture-groups.ts";
import { narrowed, type Question, questionSchema, requestOf } from "../question.ts";
import { translatorOf } from "../sentences/translate.ts";
import { TimeLine } from "../time-line.ts";
import { viewOf, type WebContext } from "../web-context.ts";

/** Of each kind. */
const MOST_FACETS = 20;
const MAX_EXAMPLE_BYTES = 200 * 2 ** 20;

export function findRoutes(web: WebContext, groups: PictureGroups): Hono<Env> {
  const { library, examples } = web;
  const months = new TimeLine(web, groups);
  const routes = new Hono<Env>()
    .get("/api/find", async (context) => {
      const question = questionOf(context);
      const view = await viewOf(web);
      const request = requestOf(question, examples);
      const scope = { ...(await narrowed(view, question)), ids: await groups.imagesOf(question) };
      const answer = await library.within(scope).find({
        ...request,
        // The example may lie outside the folder or time that is searched.
        exampleScope: view.scope,
        signal: context.req.raw.signal,
      });
      const isRanked = request.terms.length > 0;
      return context.json<FindPage>({
        hits: answer.hits.map((hit) => hitCardOf(hit, isRanked)),
        match: answer.match,
        nextCursor: answer.nextCursor,
        searched: answer.searched,
        model: answer.model,
        notes: [...(await placeNotes(question.place)), ...answer.notes]
          .map(visibleText)
          .map(translatorOf(context)),
      });
    })
    .get("/api/months", async (context) => {
      const question = questionOf(context);
      return context.json<readonly MonthCount[]>(await months.read({ ...question, since: "", until: "" }));
    })
    .get("/api/facets", async (context) => {
      const question = questionOf(context);
      const scope = {
        ...(await narrowed(await viewOf(web), question)),
        ids: await groups.imagesOf(question),
      };
      const { cameras, places } = await library.within(scope).factCounts();
      return context.json<Facets>({
        cameras: cameras.slice(0, MOST_FACETS),
        places: places.slice(0, MOST_FACETS),
      });
    })
    .post("/api/examples", bodyLimit({ maxSize: MAX_EXAMPLE_BYTES, onError: tooLarge }), async (context) => {
      const view = await viewOf(web);
      const bytes = new Uint8Array(await context.req.arrayBuffer());
      const image = await view.embedImage({ bytes }, context.req.raw.signal);
      const known = image.id === undefined ? [] : await view.images([image.id]);
      return context.json<Example>({ name: examples.add(image), id: known[0]?.id });
    });
  if (web.mayEdit)
    routes
      .post("/api/marks", async (context) => {
        const { question, ids, isRight } = await bodyOf(context, markSchema);
        for (const { id } of await visibleOf(web, ids))
          if (isRight === null) await library.marks.withdraw(question, id);
          else await library.marks.put(question, id, { isRight });
        return context.body(null, 204);
      })
      .post("/api/tagged", async (context) => {
        const { tag, ids } = await bodyOf(context, taggedSchema);
        const visible = await visibleOf(web, ids);
        const { images, ...edit } = await library.tags.putAll(
          visible.map(({ id }) => id),
          tag,
          (await viewOf(web)).scope,
        );
        return context.json<Tagged>({ tag: visibleText(edit.tag), pictures: images });
      });
  return routes;
}

const MAX_SELECTED = 5000;
const ids = z.array(z.string().max(64)).min(1).max(MAX_SELECTED);
/** `isRight` null takes back what was said. */
const markSchema = z.object({ question: typed(500), ids, isRight: z.boolean().nullable() });
const taggedSchema = z.object({ tag: typed(200), ids });

/** Whole ids of visible pictures; the others are passed over. */
const visibleOf = async (web: WebContext, some: readonly string[]) => (await viewOf(web)).images(some);

/** @throws UsageError that names what is wrong */
function questionOf(context: Context<Env>): Question {
  const single = (name: string, values: string[]) => (LISTS.has(name) ? values : values.at(-1));
  const given = Object.entries(context.req.queries()).map(([name, values]) => [name, single(name, values)]);
  return read(questionSchema, Object.fromEntries(given));
}

const LISTS = new Set(["and", "not", "like", "unlike", "in", "tag", "nottag", "format", "place"]);

const tooLarge = (context: Context) =>
  context.json<Failed>(
    {
      error: translatorOf(context)(`A dropped picture may have ${MAX_EXAMPLE_BYTES / 2 ** 20} MiB at most.`),
    },
    413,
  );
