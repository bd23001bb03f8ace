import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { texts } from "../texts/texts.ts";

import "./map.css";

const view = signal<ComponentType | undefined>(undefined);
const problem = signal<string | undefined>(undefined);

/** Loads what draws the map only when the map is looked at. */
export function MapPage() {
  useEffect(() => {
    import("./map-view.tsx").then(
      ({ MapView }) => (view.value = MapView),
      () => (problem.value = texts.errors.noServer),
    );
  }, []);
  const View = view.value;
  if (problem.value !== undefined) return <p role="alert">{problem.value}</p>;
  return View ? <View /> : <p class="summary">{texts.library.loading}</p>;
}
