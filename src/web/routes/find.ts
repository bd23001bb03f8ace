import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { UsageError, visibleText } from "../../core/index.ts";
import { hitCardOf } from "../../shared/card-of.ts";
import type { Example, FindPage } from "../answers.ts";
import type { Env } from "../gate.ts";
import type { PictureGroups } from "../picture-groups.ts";
import { narrowed, type Question, questionSchema, requestOf } from "../question.ts";
import { viewOf, type WebContext } from "../web-context.ts";

const MAX_EXAMPLE_BYTES = 200 * 2 ** 20;

export function findRoutes(web: WebContext, groups: PictureGroups): Hono<Env> {
  const { library, examples } = web;
  return new Hono<Env>()
    .get("/api/find", async (context) => {
      const question = questionOf(context.req.queries());
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
        notes: answer.notes.map(visibleText),
      });
    })
    .post("/api/examples", bodyLimit({ maxSize: MAX_EXAMPLE_BYTES, onError: tooLarge }), async (context) => {
      const view = await viewOf(web);
      const bytes = new Uint8Array(await context.req.arrayBuffer());
      const image = await view.embedImage({ bytes }, context.req.raw.signal);
      const known = image.id === undefined ? [] : await view.images([image.id]);
      return context.json<Example>({ name: examples.add(image), id: known[0]?.id });
    });
}

/** @throws UsageError that names what is wrong */
function questionOf(queries: Record<string, string[]>): Question {
  const single = (name: string, values: string[]) => (LISTS.has(name) ? values : values.at(-1));
  const given = Object.fromEntries(
    Object.entries(queries).map(([name, values]) => [name, single(name, values)]),
  );
  const parsed = questionSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(`The address is not usable: ${issue?.path.join(".")} (${issue?.message}).`);
}

const LISTS = new Set(["and", "not", "like", "unlike", "in", "tag", "nottag"]);

const tooLarge = () =>
  Response.json(
    { error: `A dropped picture may have ${MAX_EXAMPLE_BYTES / 2 ** 20} MiB at most.` },
    { status: 413 },
  );
