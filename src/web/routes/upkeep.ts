import { type Context, Hono } from "hono";
import * as z from "zod";
import { pluralize, UsageError, visibleText } from "../../core/index.ts";
import type { Finding, ModelState } from "../answers.ts";
import type { Env } from "../gate.ts";
import { bodyOf, typed } from "../parsed-request.ts";
import { type Translate, translatorOf } from "../sentences/translate.ts";
import { mayEditLibrary, type Upkeep, viewOf, type WebContext } from "../web-context.ts";

const folderSchema = z.object({ path: typed(4096) });
const modelSchema = z.object({ id: z.string().min(1).max(200), variant: z.string().max(100).optional() });
const useSchema = z.object({ model: z.string().min(1).max(300) });

/** What looks after the library as a whole: folders, models, the examination. */
export function upkeepRoutes(web: WebContext): Hono<Env> {
  const routes = new Hono<Env>();
  const { upkeep } = web;
  if (upkeep) {
    routes
      .get("/api/models", async (context) =>
        context.json<readonly ModelState[]>(await models(web, upkeep, translatorOf(context))),
      )
      .get("/api/doctor", async (context) => {
        const findings: Finding[] = [];
        const translate = translatorOf(context);
        for await (const { name, state, detail } of upkeep.diagnose())
          findings.push({ name: translate(name), state, detail: translate(visibleText(detail)) });
        return context.json<readonly Finding[]>(findings);
      });
    if (mayEditLibrary(web)) addModelRoutes(routes, web, upkeep);
  }
  if (mayEditLibrary(web)) addFolderRoutes(routes, web);
  return routes;
}

const done = (context: Context<Env>) => context.body(null, 204);

function addModelRoutes(routes: Hono<Env>, { library, work }: WebContext, upkeep: Upkeep): void {
  routes
    .post("/api/models/pull", async (context) => {
      const { id, variant } = await bodyOf(context, modelSchema);
      const subject = variant === undefined ? id : `${id}:${variant}`;
      await work.start({ kind: "pulling", subject }, (job) => upkeep.pull(id, variant, job));
      return done(context);
    })
    .post("/api/models/use", async (context) => {
      const { model } = await bodyOf(context, useSchema);
      await work.start({ kind: "switching", subject: model }, async (job) => {
        const { switched, unreachable } = await library.useModel(model, job);
        if (!switched && !job.signal.aborted)
          throw new UsageError(
            `The library keeps its model, since of ${pluralize(unreachable, "picture")} the files cannot be read now. Make them reachable first.`,
          );
      });
      return done(context);
    });
}

function addFolderRoutes(routes: Hono<Env>, { library, work }: WebContext): void {
  routes
    .post("/api/folders/add", async (context) => {
      const { path } = await bodyOf(context, folderSchema);
      await work.start({ kind: "adding", subject: path }, (job) => library.add([path], job));
      return done(context);
    })
    .post("/api/folders/scan", async (context) => {
      await work.start({ kind: "adding", subject: "" }, (job) => library.add([], job));
      return done(context);
    })
    .post("/api/folders/watch", async (context) => {
      if (work.list().some(({ kind, end }) => kind === "watching" && end === undefined)) return done(context);
      await work.start({ kind: "watching", subject: "" }, ({ onProgress, signal }) => {
        onProgress({ stage: "watching", done: 0, total: null });
        return library.watch({ signal, onProgress, onReport: () => undefined, onError: work.reportDefect });
      });
      return done(context);
    })
    .post("/api/folders/remove", async (context) => {
      const { path } = await bodyOf(context, folderSchema);
      const roots = await library.roots();
      if (!roots.some((root) => root.path === path))
        throw new UsageError("This folder is not in the library.");
      await library.remove({ paths: [path] });
      return done(context);
    });
}

async function models(web: WebContext, upkeep: Upkeep, translate: Translate): Promise<ModelState[]> {
  const used = (await (await viewOf(web)).missingEmbeddings()).model;
  return (await upkeep.models()).map(({ id, name, description, licence, dimensions, variants }) => ({
    id,
    name,
    description: translate(description),
    licence: translate(licence),
    isReader: dimensions === null,
    variants: variants.map((variant, at) => {
      const model = at === 0 ? id : `${id}:${variant.name}`;
      const fidelity = translate(variant.fidelity);
      return {
        ...variant,
        fidelity,
        model,
        isInUse: used === model || (at === 0 && used === `${id}:${variant.name}`),
      };
    }),
  }));
}
