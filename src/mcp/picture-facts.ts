import { basename } from "node:path";
import * as z from "zod";
import { dayOf, type ImageRecord, imageDate, type Placement } from "../core/index.ts";
import { shortId } from "../shared/format.ts";
import { jumpLink } from "../shared/placements.ts";
import { inQuotes, quoted, untrusted, untrustedName } from "./untrusted-text.ts";

const MAX_TAGS = 12;

/** What an assistant gets to know of a picture; the id is short and accepted everywhere. */
export const pictureFacts = z.object({
  id: z.string(),
  path: z.string(),
  size: z.string(),
  date: z.string(),
  tags: z.array(z.string()),
  caption: z.string().optional(),
  url: z.string().optional(),
  offline: z.boolean().optional(),
  /** Kinds of files beside it: raw, video, sidecar. */
  has: z.array(z.string()).optional(),
});

export type PictureFacts = z.infer<typeof pictureFacts>;

export function factsOf(image: ImageRecord): PictureFacts {
  const [placement] = image.placements;
  return {
    id: shortId(image.id),
    path: placement ? pathOf(placement) : "",
    size: `${image.width}x${image.height}`,
    date: dayOf(imageDate(image)),
    tags: image.tags.slice(0, MAX_TAGS).map(({ tag }) => untrustedName(tag, 60)),
    ...(placement?.kind === "discord" && discordFacts(placement)),
    ...(placement?.kind === "file" && !placement.online && { offline: true }),
    ...(placement?.kind === "file" &&
      placement.companions && { has: [...new Set(placement.companions.map(({ kind }) => kind))] }),
  };
}

/** All of the facts on one line. */
export function factsLine(facts: Omit<PictureFacts, "size"> & { readonly size?: string }): string {
  const parts = [
    facts.id,
    inQuotes(facts.path),
    ...(facts.size === undefined ? [] : [facts.size]),
    facts.date,
  ];
  if (facts.tags.length > 0) parts.push(`tags: ${facts.tags.join(", ")}`);
  if (facts.caption !== undefined) parts.push(`caption: ${quoted(facts.caption)}`);
  if (facts.url !== undefined) parts.push(facts.url);
  if (facts.offline) parts.push("offline");
  if (facts.has) parts.push(`with ${facts.has.join(", ")}`);
  return parts.join("  ");
}

export function nameOf(image: ImageRecord): string {
  const [placement] = image.placements;
  const name = placement?.kind === "discord" ? placement.filename : basename(placement?.path ?? "");
  return untrustedName(name, 80) || shortId(image.id);
}

/** Absolute path of a file; for a Discord post, ids that lead to it. */
export function pathOf(placement: Placement): string {
  if (placement.kind === "file") return untrustedName(placement.path, 400);
  return `discord:${placement.guildId}/${placement.channelId}/${untrustedName(placement.filename, 80)}`;
}

function discordFacts(placement: Extract<Placement, { kind: "discord" }>) {
  const { caption } = placement;
  return {
    url: jumpLink(placement),
    ...(caption && { caption: untrusted(caption, 300) }),
  };
}
