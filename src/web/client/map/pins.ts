import { signal } from "@preact/signals";
import type { Position } from "../../../core/types.ts";
import type { Pin } from "../../answers.ts";
import { address, addValue, change, removeValue } from "../address.ts";
import { get, reasonOf } from "../api.ts";

/** Words on the map: on their way, failed, or where they belong. */
export type PinState =
  | { readonly state: "loading" }
  | { readonly state: "failed"; readonly reason: string }
  | { readonly state: "done"; readonly pin: Pin };

/** As far as they were asked for, by their words, on the map of this version. */
export const pins = signal<ReadonlyMap<string, PinState>>(new Map());

let mapVersion = "";

export const pinnedWords = (): string[] => address.value.params.getAll("pin");

export const addPin = (words: string) => change((params) => addValue(params, "pin", words));
export const removePin = (words: string) => change((params) => removeValue(params, "pin", words));

/** Asks where these words belong, unless that is known of this map. */
export function placePins(words: readonly string[], version: string): void {
  if (version !== mapVersion) pins.value = new Map();
  mapVersion = version;
  for (const each of words) if (!pins.peek().has(each)) void place(each, version);
}

async function place(words: string, version: string): Promise<void> {
  const put = (state: PinState) => {
    if (version === mapVersion) pins.value = new Map(pins.peek()).set(words, state);
  };
  put({ state: "loading" });
  try {
    put({ state: "done", pin: await get<Pin>(`/api/map/pin?${new URLSearchParams({ q: words })}`) });
  } catch (error) {
    put({ state: "failed", reason: reasonOf(error) });
  }
}

export function positionOf(words: string): Position | undefined {
  const state = pins.value.get(words);
  return state?.state === "done" ? (state.pin.position ?? undefined) : undefined;
}
