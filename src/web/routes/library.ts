import { Hono } from "hono";
import {
  describeNotRead,
  isInside,
  isoInstant,
  type LibraryView,
  type RootStatus,
  visibleText,
} from "../../core/index.ts";
import type { Abilities, FailedFile, FolderNode, LibraryState, RootState, TagCount } from "../answers.ts";
import { FolderTree } from "../folder-tree.ts";
import type { Env } from "../gate.ts";
import { viewOf, type WebContext } from "../web-context.ts";

const MAX_FAILURES = 1000;

export function libraryRoutes(web: WebContext): Hono<Env> {
  const { library, version, mayEdit, reveal } = web;
  const folders = new FolderTree(web);
  return new Hono<Env>()
    .get("/api/abilities", (context) =>
      context.json<Abilities>({ version, mayEdit, canReveal: reveal !== undefined }),
    )
    .get("/api/folders", async (context) => context.json<readonly FolderNode[]>(await folders.read()))
    .get("/api/tags", async (context) => context.json<TagCount[]>(await tagCounts(await viewOf(web))))
    .get("/api/library", async (context) => {
      const view = await viewOf(web);
      return context.json<LibraryState>(await libraryState(view));
    })
    .get("/api/failures", async (context) => {
      const shown = await web.visible.placementFolders(library);
      const isShown = (origin: string) => shown.some((folder) => isInside(origin, folder));
      const failures = await library.failures(MAX_FAILURES, isShown);
      return context.json<FailedFile[]>(
        failures.map(({ origin, reason }) => ({ origin, reason: visibleText(reason) })),
      );
    });
}

async function tagCounts(view: LibraryView): Promise<TagCount[]> {
  const tags = await view.tags();
  return tags
    .map(({ tag, byPerson, byModel }) => ({ tag, pictures: byPerson + byModel }))
    .sort((a, b) => b.pictures - a.pictures);
}

async function libraryState(view: LibraryView): Promise<LibraryState> {
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
    roots: status.roots.map(rootState),
    guilds: status.guilds.map(({ guildId, channels, images }) => ({ guildId, channels, pictures: images })),
  };
}

const rootState = (root: RootStatus): RootState => ({
  path: root.path,
  online: root.state === "online",
  pictures: root.images,
  failed: root.failed,
  scannedAt: root.lastScanAt === null ? null : isoInstant(root.lastScanAt),
  leftOut: describeNotRead([root]),
});
