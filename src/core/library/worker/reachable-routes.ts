import { hostname } from "node:os";
import type { Route, WorkQueue } from "../../ports.ts";
import type { EmbeddingSpace } from "../../types.ts";
import { DISCORD_ROUTE, embeddingIn, READING } from "../../work-routes.ts";
import type { LibraryContext } from "../library-context.ts";
import { isMounted } from "./is-mounted.ts";
import type { WantedModels } from "./wanted-models.ts";

/**
 * The routes of jobs that can be done here: whose originals can be reached, for reading text and embedding in other
 * spaces too where what that takes is installed.
 * @returns with notes, a sentence for each thing that is in the way
 */
export async function reachableRoutes(
  { volumes }: Pick<LibraryContext, "volumes">,
  queue: Pick<WorkQueue, "wantedModels">,
  {
    posts,
    readsText,
    wanted,
  }: { readonly posts: boolean; readonly readsText: boolean; readonly wanted: WantedModels },
): Promise<{ routes: Route[]; notes: string[] }> {
  const base: Route[] = posts ? [DISCORD_ROUTE] : [`host.${hostname()}`];
  const notes: string[] = [];
  // A volume that is not mounted now leads nowhere: its files are not gone.
  for (const { volume, path } of (posts ? undefined : await volumes?.volumesHere()) ?? []) {
    if (await isMounted(path)) base.push(`volume.${volume}`);
    else
      notes.push(`${path} cannot be reached or is empty, so nothing of the volume ${volume} is done here.`);
  }
  const spaces: EmbeddingSpace[] = [];
  for (const { model, space } of await queue.wantedModels()) {
    if (await wanted.open({ model, space })) spaces.push(space);
    else notes.push(`${model} is not installed here as it is elsewhere: glimpse models pull ${model}.`);
  }
  const after = (suffix: string) => base.map((route) => route + suffix);
  const embedding = spaces.flatMap((space) => after(embeddingIn(space)));
  return { routes: [...base, ...embedding, ...(readsText ? after(READING) : [])], notes };
}
