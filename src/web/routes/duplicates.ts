import { dirname } from "node:path";
import { type Context, Hono } from "hono";
import * as z from "zod";
import {
  type DuplicateGroup,
  type DuplicatesRequest,
  isInside,
  isoInstant,
  NotFoundError,
  UsageError,
} from "../../core/index.ts";
import { cardOf, groupCardOf } from "../../shared/card-of.ts";
import type { GroupCard } from "../../shared/cards.ts";
import { keptPath, sparePaths, verifiedSpares } from "../../shared/spare-paths.ts";
import type {
  DuplicatesPage,
  DuplicateTotals,
  GivenVerdict,
  Move,
  PairVerdict,
  VerdictsPage,
} from "../answers.ts";
import type { Env } from "../gate.ts";
import { LongAnswer } from "../long-answer.ts";
import { bodyOf, queryOf, typed } from "../parsed-request.ts";
import { type Translate, translatorOf } from "../sentences/translate.ts";
import { nulList, pathList, posixScript, powerShellScript } from "../spare-lists.ts";
import { viewOf, type WebContext } from "../web-context.ts";

const choiceSchema = z.object({
  kind: z.enum(["exact", "same", "variant", "similar"]).default("same"),
  keep: z.enum(["largest", "oldest", "newest"]).optional(),
  keepin: z.string().max(4096).optional(),
});

const VERDICTS_AT_ONCE = 100;

const pageSchema = z.object({
  from: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

const groupsSchema = pageSchema.extend({
  /** Only groups that hold one of these pictures; the totals stay those of all. */
  of: z
    .string()
    .max(8192)
    .transform((ids) => new Set(ids.split(",")))
    .optional(),
});

type Choice = Pick<DuplicatesRequest, "kind" | "keep" | "keepIn">;

interface Found {
  readonly groups: readonly DuplicateGroup[];
  readonly totals: DuplicateTotals;
}

/** The totals are of all groups, and every page of them says them. */
const foundOf = (groups: readonly DuplicateGroup[]): Found => ({
  groups,
  totals: {
    total: groups.length,
    spareFiles: groups.reduce((sum, group) => sum + sparePaths(group).length, 0),
    reclaimableBytes: groups.reduce((sum, group) => sum + group.reclaimableBytes, 0),
  },
});

const verdictSchema = z.object({
  a: z.string().max(64),
  b: z.string().max(64),
  /** null: what was said last is taken back, and what was said before stands again. */
  verdict: z.enum(["same", "variant", "different"]).nullable(),
});

export function duplicateRoutes(web: WebContext): Hono<Env> {
  const search = new LongAnswer<Choice, Found>(web, async (view, choice, work) =>
    foundOf(await view.duplicates({ ...choice, ...work })),
  );
  const groupsOf = async (context: Context<Env>) =>
    (await search.answer(await choiceOf(web, context))).groups;
  const spares = async (context: Context<Env>) => (await verifiedSpares(await groupsOf(context))).paths;
  const routes = new Hono<Env>()
    .get("/api/duplicates", async (context) => {
      const { from, limit, of } = queryOf(context, groupsSchema);
      const state = await search.state(await choiceOf(web, context));
      if (state.state === "working") return context.json<DuplicatesPage>(state);
      const { groups, totals } = state.answer;
      const wanted = of
        ? groups.filter(({ keeper, members }) =>
            [keeper, ...members.map(({ image }) => image)].some(({ id }) => of.has(id)),
          )
        : groups;
      const shown = wanted.slice(from, from + limit).map(groupCardOf);
      return context.json<DuplicatesPage>({
        state: "done",
        model: await (await viewOf(web)).model(),
        ...totals,
        groups: await Promise.all(
          shown.map((group) => withVerdicts(web, inLanguage(group, translatorOf(context)))),
        ),
      });
    })
    .get("/api/verdicts", async (context) => {
      const { limit } = queryOf(context, pageSchema);
      return context.json<VerdictsPage>(await latestVerdicts(web, limit));
    })
    .get("/api/duplicates/spare.txt", async (context) => {
      const paths = await spares(context);
      return download(context, "spare-files.txt", pathList(paths));
    })
    .get("/api/duplicates/spare0.txt", async (context) => {
      const paths = await spares(context);
      return download(context, "spare-files-0.txt", nulList(paths));
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
      const { a, b, verdict } = await bodyOf(context, verdictSchema);
      const view = await viewOf(web);
      const [first, second] = [(await view.image(a)).id, (await view.image(b)).id];
      const { verdicts } = web.library;
      if (verdict === null) await verdicts.takeBack(first, second);
      else await verdicts.put(first, second, verdict);
      return context.json<PairVerdict>({ verdict: (await verdicts.of(first, second)) ?? null });
    });
  if (web.mayMove) addMoveRoutes(routes, web, groupsOf);
  return routes;
}

const inLanguage = (group: GroupCard, translate: Translate): GroupCard => ({
  ...group,
  why: translate(group.why),
  others: group.others.map((other) => ({ ...other, reason: translate(other.reason) })),
});

async function withVerdicts({ library }: WebContext, group: GroupCard): Promise<GroupCard> {
  const given = await library.verdicts.on(group.keeper.id);
  if (given.length === 0) return group;
  const said = new Map(given.flatMap(({ a, b, verdict }) => [a, b].map((id) => [id, verdict] as const)));
  return { ...group, others: group.others.map((other) => ({ ...other, said: said.get(other.id) })) };
}

/** Also of pairs that are in no group, since they are different or are copies of no other. */
async function latestVerdicts(web: WebContext, limit: number): Promise<VerdictsPage> {
  const view = await viewOf(web);
  const given = (await web.library.verdicts.list()).reverse();
  const shown: GivenVerdict[] = [];
  for (let start = 0; start < given.length && shown.length <= limit; start += VERDICTS_AT_ONCE) {
    const some = given.slice(start, start + VERDICTS_AT_ONCE);
    const images = await view.images([...new Set(some.flatMap(({ a, b }) => [a, b]))]);
    const cards = new Map(images.map((image) => [image.id, cardOf(image)]));
    for (const { a, b, verdict, at } of some) {
      const [first, second] = [cards.get(a), cards.get(b)];
      if (first && second) shown.push({ verdict, at: isoInstant(at) ?? "", pair: [first, second] });
    }
  }
  return { verdicts: shown.slice(0, limit), hasMore: shown.length > limit };
}

/** Which groups' files: of these keepers, or of all. */
const moveSchema = z.object({
  to: typed(4096),
  keepers: z.array(z.string().max(64)).min(1).max(10_000).optional(),
});

function addMoveRoutes(
  routes: Hono<Env>,
  { library, visible, work }: WebContext,
  groupsOf: (context: Context<Env>) => Promise<readonly DuplicateGroup[]>,
): void {
  /** Of files in the folders that are shown. */
  const movesHere = async () => {
    const folders = await visible.placementFolders(library);
    const isShown = (path: string) => folders.some((folder) => isInside(path, folder));
    return (await library.moves.list()).filter(({ files }) => files.every(({ from }) => isShown(from)));
  };
  routes
    .get("/api/moves", async (context) => {
      const moves = await movesHere();
      return context.json<readonly Move[]>(
        moves.map(({ batch, at, files }) => ({
          batch,
          at: isoInstant(at) ?? "",
          files: files.length,
          folder: commonFolder(files.map(({ to }) => to)),
        })),
      );
    })
    .post("/api/moves", async (context) => {
      const { to, keepers } = await bodyOf(context, moveSchema);
      const groups = await groupsOf(context);
      const chosen = keepers ? groups.filter(({ keeper }) => keepers.includes(keeper.id)) : groups;
      const files = chosen.flatMap((group) =>
        sparePaths(group).map((path) => ({ path, kept: keptPath(group) })),
      );
      if (files.length === 0) throw new UsageError("There is no file that could go.");
      await work.start({ kind: "moving", subject: to }, (job) => library.moves.make(files, to, job));
      return context.body(null, 204);
    })
    .post("/api/moves/:batch/undo", async (context) => {
      const batch = context.req.param("batch");
      if (!(await movesHere()).some((move) => move.batch === batch))
        throw new NotFoundError("This move is not known, or was undone.");
      await work.start({ kind: "returning", subject: "" }, (job) => library.moves.undo(batch, job));
      return context.body(null, 204);
    });
}

function commonFolder(paths: readonly string[]): string {
  const [first = "", ...others] = paths.map((path) => dirname(path));
  let folder = first;
  while (others.some((other) => !isInside(other, folder)) && dirname(folder) !== folder)
    folder = dirname(folder);
  return folder;
}

/** A typing error in the folder would keep another copy than the one that was meant. @throws UsageError */
async function choiceOf({ library, visible }: WebContext, context: Context<Env>): Promise<Choice> {
  const { kind, keep, keepin } = queryOf(context, choiceSchema);
  if (keepin === undefined) return { kind, keep };
  const folders = await visible.placementFolders(library);
  if (!folders.some((folder) => isInside(keepin, folder)))
    throw new UsageError("The folder to keep copies in is not among those that are shown here.");
  return { kind, keep, keepIn: [keepin] };
}

function download(context: Context<Env>, name: string, text: string) {
  return context.body(text, 200, {
    "content-type": "text/plain; charset=utf-8",
    "content-disposition": `attachment; filename="${name}"`,
    "cache-control": "no-store",
  });
}
