import { type Context, Hono } from "hono";
import * as z from "zod";
import { type DuplicateGroup, type DuplicatesRequest, isInside, UsageError } from "../../core/index.ts";
import { groupCardOf } from "../../shared/card-of.ts";
import { sparePaths } from "../../shared/spare-paths.ts";
import type { DuplicatesPage } from "../answers.ts";
import type { Env } from "../gate.ts";
import { LongAnswer } from "../long-answer.ts";
import { posixScript, powerShellScript } from "../trash-script.ts";
import type { WebContext } from "../web-context.ts";

const choiceSchema = z.object({
  kind: z.enum(["exact", "same", "variant", "similar"]).default("same"),
  keep: z.enum(["largest", "oldest", "newest"]).optional(),
  keepin: z.string().max(4096).optional(),
});

const pageSchema = z.object({
  from: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

type Choice = Pick<DuplicatesRequest, "kind" | "keep" | "keepIn">;

const verdictSchema = z.object({
  a: z.string().max(64),
  b: z.string().max(64),
  /** null: what was said of the pair is taken back. */
  verdict: z.enum(["same", "different"]).nullable(),
});

export function duplicateRoutes(web: WebContext): Hono<Env> {
  const search = new LongAnswer<Choice, readonly DuplicateGroup[]>(web, (view, choice, work) =>
    view.duplicates({ ...choice, ...work }),
  );
  const spares = async (context: Context<Env>) =>
    (await search.answer(await choiceOf(web, context))).flatMap(sparePaths);
  const routes = new Hono<Env>()
    .get("/api/duplicates", async (context) => {
      const { from, limit } = parsed(pageSchema, context);
      const state = await search.state(await choiceOf(web, context));
      if ("working" in state) return context.json<DuplicatesPage>({ state: "working", ...state.working });
      const groups = state.answer;
      return context.json<DuplicatesPage>({
        state: "done",
        total: groups.length,
        spareFiles: groups.reduce((sum, group) => sum + sparePaths(group).length, 0),
        reclaimableBytes: groups.reduce((sum, group) => sum + group.reclaimableBytes, 0),
        groups: groups.slice(from, from + limit).map(groupCardOf),
      });
    })
    .get("/api/duplicates/spare.txt", async (context) => {
      const paths = await spares(context);
      return download(context, "spare-files.txt", paths.map((path) => `${path}\n`).join(""));
    })
    .get("/api/duplicates/trash.sh", async (context) => {
      const paths = await spares(context);
      return download(context, "trash-spare-files.sh", posixScript(paths));
    })
    .get("/api/duplicates/trash.ps1", async (context) => {
      const paths = await spares(context);
      return download(context, "trash-spare-files.ps1", powerShellScript(paths));
    });
  if (web.mayEdit)
    routes.post("/api/verdicts", async (context) => {
      const body: unknown = await context.req.json().catch(() => undefined);
      const { data, error } = verdictSchema.safeParse(body);
      if (!data) throw new UsageError(`The verdict is not usable: ${error.issues[0]?.message}.`);
      const { a, b, verdict } = data;
      if (verdict === null) await web.library.withdrawVerdict(a, b);
      else await web.library.verdict(a, b, verdict);
      return context.body(null, 204);
    });
  return routes;
}

/** A typing error in the folder would keep another copy than the one that was meant. @throws UsageError */
async function choiceOf({ library, visible }: WebContext, context: Context<Env>): Promise<Choice> {
  const { kind, keep, keepin } = parsed(choiceSchema, context);
  if (keepin === undefined) return { kind, keep };
  const folders = await visible.placementFolders(library);
  if (!folders.some((folder) => isInside(keepin, folder)))
    throw new UsageError("The folder to keep copies in is not among those that are shown here.");
  return { kind, keep, keepIn: keepin };
}

function parsed<Schema extends z.ZodType>(schema: Schema, context: Context<Env>): z.output<Schema> {
  const { data, error } = schema.safeParse(context.req.query());
  if (data !== undefined) return data;
  const [issue] = error?.issues ?? [];
  throw new UsageError(`The address is not usable: ${issue?.path.join(".")} (${issue?.message}).`);
}

function download(context: Context<Env>, name: string, text: string) {
  return context.body(text, 200, {
    "content-type": "text/plain; charset=utf-8",
    "content-disposition": `attachment; filename="${name}"`,
    "cache-control": "no-store",
  });
}
