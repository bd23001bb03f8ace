import { z } from "zod";
import type { Write } from "../../support/around-catalog.ts";

/** What a process printed before it was killed: one line when a write begins and one when it is acknowledged. */
export const writeMessageSchema = z.union([
  z.object({
    begin: z.number(),
    name: z.string(),
    /** Placements added: the place and the image id. */
    put: z.array(z.tuple([z.string(), z.string()])),
    /** Places removed. */
    gone: z.array(z.string()),
    goneIds: z.array(z.string()),
    goneRoot: z.string().optional(),
    cursor: z.string().optional(),
  }),
  z.object({ end: z.number() }),
  z.object({ state: z.literal("ready") }),
]);

export type WriteMessage = z.infer<typeof writeMessageSchema>;

const placement = z.union([
  z.object({ kind: z.literal("file"), path: z.string() }).transform(({ path }) => path),
  z.object({ attachmentId: z.string() }).transform(({ attachmentId }) => `post ${attachmentId}`),
]);
const newImages = z.array(z.object({ placement, picture: z.object({ id: z.string() }) }));
const placements = z.array(z.object({ placement, id: z.string() }));
const selector = z.object({ attachmentIds: z.array(z.string()) });

/** The parts of a write whose loss would be noticed. */
export function describeWrite({
  name,
  args: [first, second],
}: Write): Omit<Extract<WriteMessage, { begin: number }>, "begin"> {
  const nothing = { name, put: [], gone: [], goneIds: [] };
  switch (name) {
    case "images.put":
      return {
        ...nothing,
        put: newImages.parse(first).map(({ placement, picture }) => [placement, picture.id]),
      };
    case "images.putPlacements":
      return { ...nothing, put: placements.parse(first).map(({ placement, id }) => [placement, id]) };
    case "files.remove":
      return { ...nothing, gone: z.array(z.string()).parse(first) };
    case "posts.remove":
      return { ...nothing, gone: selector.parse(first).attachmentIds.map((id) => `post ${id}`) };
    case "images.remove":
      return { ...nothing, goneIds: z.array(z.string()).parse(first) };
    case "files.removeRoot":
      return { ...nothing, goneRoot: z.string().parse(first) };
    case "state.set":
      return { ...nothing, cursor: `${z.string().parse(first)}=${z.string().optional().parse(second)}` };
    default:
      return nothing;
  }
}
