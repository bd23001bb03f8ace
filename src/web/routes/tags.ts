import { type Context, Hono } from "hono";
import * as z from "zod";
import { NotFoundError, sameTags, UsageError, type VocabularyTag } from "../../core/index.ts";
import { cardOf } from "../../shared/card-of.ts";
import type { Label, LabelQuality, PreviousTagState, ReviewCard, TagCount } from "../answers.ts";
import type { Env } from "../gate.ts";
import { bodyOf, queryOf, typed } from "../parsed-request.ts";
import { mayEditLibrary, viewOf, type WebContext } from "../web-context.ts";

const MAX_REVIEW = 200;

const tagName = typed(200);

const reviewSchema = z.object({
  tag: tagName,
  limit: z.coerce.number().int().min(1).max(MAX_REVIEW).default(40),
});

const saidSchema = z.object({
  by: z.enum(["person", "rejected", "file", "model"]),
  score: z.number().min(0).max(1),
});

/** `said` is a person's word, or what was said before it: null for nothing. */
const judgementSchema = z.object({ id: z.string().max(64), tag: tagName, said: saidSchema.nullable() });

const labelSchema = z.object({
  tag: tagName,
  prompts: z.array(z.string().max(500)).max(50).optional(),
  threshold: z.number().min(0).max(1).nullable().default(null),
});

export function tagRoutes(web: WebContext): Hono<Env> {
  const routes = new Hono<Env>()
    .get("/api/tags", async (context) => {
      const tags = await (await viewOf(web)).tags();
      return context.json<TagCount[]>(
        tags.map(({ tag, byPerson, byFile, byModel }) => ({ tag, pictures: byPerson + byFile + byModel })),
      );
    })
    .get("/api/labels", async (context) => context.json<Label[]>(await labels(web)))
    .get("/api/labels/quality", async (context) => context.json<LabelQuality[]>(await quality(web)))
    .get("/api/review", async (context) => {
      const { tag, limit } = queryOf(context, reviewSchema);
      const view = await viewOf(web);
      const unsure = await view.unsurePictures({ tag, limit, signal: context.req.raw.signal });
      return context.json<ReviewCard[]>(
        unsure.map(({ image, score, applies }) => ({ ...cardOf(image), score, applies })),
      );
    });
  if (web.mayEdit)
    routes.post("/api/judgements", async (context) => {
      const { id, tag, said } = await bodyOf(context, judgementSchema);
      const view = await viewOf(web);
      const image = await view.image(id);
      const before = await web.library.tags.setState(image.id, tag, said ?? undefined, view.scope);
      return context.json<PreviousTagState>(before ?? null);
    });
  if (mayEditLibrary(web)) addVocabularyRoutes(routes, web);
  return routes;
}

function addVocabularyRoutes(routes: Hono<Env>, web: WebContext): void {
  const { library } = web;
  /** Pictures are tagged by it while the page goes on. */
  const edit = async (
    context: Context<Env>,
    subject: string,
    change: Parameters<typeof library.tags.editVocabulary>[0],
  ) => {
    await web.work.start({ kind: "tagging", subject }, (work) => library.tags.editVocabulary(change, work));
    return context.body(null, 204);
  };
  routes
    .post("/api/labels", async (context) => {
      const label = labelOf(await bodyOf(context, labelSchema));
      const known = (await (await viewOf(web)).tags()).map(({ tag }) => tag);
      const [tag = label.tag] = sameTags(label.tag, known);
      return edit(context, tag, (tags) => {
        const there = named(tags, tag);
        // Its phrases and threshold would be lost.
        if (there) throw new UsageError(`There is a label “${there.tag}” already. Edit that one.`);
        return [...tags, { ...label, tag }];
      });
    })
    .post("/api/labels/change", async (context) => {
      const label = labelOf(await bodyOf(context, labelSchema));
      return edit(context, label.tag, (tags) => {
        const there = named(tags, label.tag);
        if (!there) throw new NotFoundError(`There is no label “${label.tag}” any more.`);
        return tags.with(tags.indexOf(there), { ...label, tag: there.tag });
      });
    })
    .post("/api/labels/rename", async (context) => {
      const { from, to } = await bodyOf(context, z.object({ from: tagName, to: tagName }));
      const tags = (await library.tags.vocabulary())?.tags ?? [];
      const [renamed, there] = [named(tags, from), named(tags, to)];
      // Of two labels that become one, the phrases of one would be lost.
      if (renamed && there && renamed !== there)
        throw new UsageError(
          `There is a label “${there.tag}” already. Choose another name, or delete one of the two.`,
        );
      await library.tags.rename(from, to);
      return edit(context, to, (all) => all);
    })
    .post("/api/labels/delete", async (context) => {
      const { tag } = await bodyOf(context, z.object({ tag: tagName }));
      await library.tags.delete(tag);
      return context.body(null, 204);
    })
    .post("/api/labels/suggested", async (context) => {
      const { tags } = await bodyOf(context, z.object({ tags: z.array(tagName).min(1).max(2000) }));
      const best = new Map(
        (await (await viewOf(web)).tagQuality()).tags.map(({ tag, bestThreshold }) => [tag, bestThreshold]),
      );
      const suggested = (tag: string) => (tags.includes(tag) ? best.get(tag) : undefined);
      if (!tags.some((tag) => typeof suggested(tag) === "number"))
        throw new UsageError("Too few pictures were judged to suggest a threshold.");
      return edit(context, tags.join(", "), (entries) =>
        entries.map((entry) => ({ ...entry, threshold: suggested(entry.tag) ?? entry.threshold })),
      );
    });
}

const labelOf = ({ tag, prompts, threshold }: z.output<typeof labelSchema>): VocabularyTag => ({
  tag,
  ...(prompts && prompts.length > 0 && { prompts }),
  ...(threshold !== null && { threshold }),
});

const named = (tags: readonly VocabularyTag[], tag: string) =>
  tags.find((each) => sameTags(tag, [each.tag]).length > 0);

async function labels(web: WebContext): Promise<Label[]> {
  const counts = await (await viewOf(web)).tags();
  const vocabulary = (await web.library.tags.vocabulary())?.tags ?? [];
  const countOf = new Map(counts.map((count) => [count.tag, count]));
  const named = vocabulary.map(({ tag, prompts, threshold }) => ({
    ...(countOf.get(tag) ?? { tag, byPerson: 0, byFile: 0, byModel: 0 }),
    vocabulary: { prompts, threshold: threshold ?? null },
  }));
  const known = new Set(vocabulary.map(({ tag }) => tag));
  return [...named, ...counts.filter(({ tag }) => !known.has(tag))];
}

async function quality(web: WebContext): Promise<LabelQuality[]> {
  const { tags } = await (await viewOf(web)).tagQuality();
  return tags.map(({ groundTruth, bestThreshold, ...rest }) => ({
    ...rest,
    right: groundTruth,
    suggested: bestThreshold,
  }));
}
