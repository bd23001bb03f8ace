import { signal } from "@preact/signals";
import type { Abilities } from "../answers.ts";
import { get } from "./api.ts";

/** What this server may do besides showing; undefined until it said so. */
export const abilities = signal<Abilities | undefined>(undefined);

void get<Abilities>("/api/abilities").then(
  (found) => (abilities.value = found),
  () => undefined,
);
