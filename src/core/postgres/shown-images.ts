import type { Scope } from "../types.ts";
import {
  captionCondition,
  fileDates,
  filesBelow,
  hasImageFilter,
  inChannels,
  postDates,
  scopeConditions,
  seesAllPlacements,
} from "./scope-conditions.ts";
import { all, type Values } from "./values.ts";

/** Placements that a scope shows: rows `f` of files or `p` of posts, found along an index. */
interface PlacementBranch {
  readonly kind: "file" | "post";
  readonly where: string;
}

/** Together every placement that the scope shows, apart from its filters on the image; some may come twice. */
export function placementBranches(scope: Scope, values: Values, file = "f.id"): PlacementBranch[] {
  return [...fileBranches(scope, values, file), ...postBranches(scope, values)];
}

function fileBranches(scope: Scope, values: Values, file: string): PlacementBranch[] {
  const { files } = scope;
  if (files === "none") return [];
  if (files === "all") return [{ kind: "file", where: fileDates(scope, values) }];
  const { below, exact } = filesBelow(files.folders, values);
  // Arrays are sought along the index of folders, which a subquery would not be.
  return [`f.folder = ANY(ARRAY(${below}))`, `${file} = ANY(ARRAY(${exact}))`].map((place) => ({
    kind: "file",
    where: all([place, fileDates(scope, values)]),
  }));
}

function postBranches(scope: Scope, values: Values): PlacementBranch[] {
  const { discord } = scope;
  if (discord === "none") return [];
  if (discord === "all") return [{ kind: "post", where: postDates(scope, values) }];
  const captioned =
    discord.captionContains !== undefined &&
    `p.caption IS NOT NULL AND ${captionCondition(discord.captionContains, values)}`;
  return [{ kind: "post", where: all([inChannels(discord, values), postDates(scope, values), captioned]) }];
}

/** A query of the `key` of every image that the scope shows, each once. */
export function shownImages(scope: Scope, values: Values): string {
  if (seesAllPlacements(scope) || hasImageFilter(scope)) {
    const { shows } = scopeConditions(scope, values);
    return `SELECT i.key FROM images i WHERE ${shows("i.key")}`;
  }
  const branches = placementBranches(scope, values).map(({ kind, where }) =>
    kind === "file"
      ? `SELECT f.image FROM files f WHERE ${where}`
      : `SELECT p.image FROM posts p WHERE ${where}`,
  );
  if (branches.length === 0) return "SELECT key FROM images WHERE FALSE";
  return `SELECT DISTINCT s.image AS key FROM (${branches.join(" UNION ALL ")}) s`;
}
