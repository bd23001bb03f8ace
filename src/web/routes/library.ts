import { createHash } from "node:crypto";
import { Hono } from "hono";
import {
  describeNotRead,
  isInside,
  isoInstant,
  type LibraryView,
  type RootStatus,
  visibleText,
} from "../../core/index.ts";
import type { Abilities, FailedFile, FolderNode, LibraryState, Pulse, RootState, Work } from "../answers.ts";
import { FolderTree } from "../folder-tree.ts";
import type { Env } from "../gate.ts";
import { type Translate, translatorOf } from "../sentences/translate.ts";
import { mayEditLibrary, viewOf, type WebContext } from "../web-context.ts";

const MAX_FAILURES = 1000;

export function libraryRoutes(web: WebContext): Hono<Env> {
  const { library, version, mayEdit, reveal } = web;
  const folders = new FolderTree(web);
  const routes = new Hono<Env>()
    .get("/api/abilities", (context) =>
      context.json<Abilities>({
        version,
        mayEdit,
        mayEditLibrary: mayEditLibrary(web),
        mayMove: web.mayMove,
        canReveal: reveal !== undefined,
      }),
    )
    .get("/api/pulse", async (context) =>
      context.json<Pulse>({
        revision: digestOf(await library.revision()),
        work: web.work.list().map((work) => inLanguage(work, translatorOf(context))),
      }),
    )
    .get("/api/folders", async (context) => context.json<readonly FolderNode[]>(await folders.read()))
    .get("/api/library", async (context) => {
      const view = await viewOf(web);
      return context.json<LibraryState>(await libraryState(view, translatorOf(context)));
    })
    .get("/api/failures", async (context) => {
      const shown = await web.visible.placementFolders(library);
      const isShown = (origin: string) => shown.some((folder) => isInside(origin, folder));
      const failures = await library.failures(MAX_FAILURES, isShown);
      const translate = translatorOf(context);
      return context.json<FailedFile[]>(
        failures.map(({ origin, code, reason }) => ({
          origin,
          code,
          reason: translate(visibleText(reason)),
        })),
      );
    });
  if (web.mayEdit || web.mayMove)
    routes.post("/api/work/:id/stop", (context) => {
      web.work.stop(Number(context.req.param("id")));
      return context.body(null, 204);
    });
  return routes;
}

const inLanguage = (work: Work, translate: Translate): Work => ({
  ...work,
  problem: work.problem && translate(work.problem),
  refused: work.refused?.map(({ path, reason }) => ({ path, reason: translate(reason) })),
});

async function libraryState(view: LibraryView, translate: Translate): Promise<LibraryState> {
  const status = await view.status();
  const { disk, index } = status;
  return {
    directory: status.directory,
    model: status.model,
    pictures: status.images,
    places: status.placements,
    withoutVector: status.unembedded,
    failed: status.failed,
    text: status.text,
    index: index.kind,
    diskBytes: disk.catalog + disk.index + disk.models,
    roots: status.roots.map((root) => rootState(root, translate)),
    guilds: status.guilds.map(({ guildId, channels, images }) => ({ guildId, channels, pictures: images })),
  };
}

/** The revision names folders, of which not all may be shown. */
const digestOf = (text: string) => createHash("sha256").update(text).digest("base64url");

function rootState(root: RootStatus, translate: Translate): RootState {
  const leftOut = describeNotRead([root]);
  return {
    path: root.path,
    online: root.state === "online",
    pictures: root.images,
    failed: root.failed,
    scannedAt: root.lastScanAt === null ? null : isoInstant(root.lastScanAt),
    leftOut: leftOut && translate(leftOut),
  };
}
