import type { Cluster } from "../core/types.ts";
import { factsJson, placesJson } from "./hit-json.ts";

/** The documented, stable form of `groups --json`. */
export const groupsJson = (groups: readonly Cluster[]): unknown =>
  groups.map(({ name, size, representatives, ids }) => ({
    name,
    size,
    representatives: representatives.map((image) => ({ ...placesJson(image), ...factsJson(image) })),
    ids,
  }));
