import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { visibleText } from "../../../core/unprintable-characters.ts";
import type { Facets } from "../../answers.ts";
import { address, addValue, ask, questionOf, removeValue } from "../address.ts";
import { get } from "../api.ts";
import { formatNumber, texts } from "../texts/texts.ts";

const RATINGS = [3, 4, 5];
const NONE: Facets = { cameras: [], places: [] };

/** What metadata say: the cameras and places of the pictures that the other filters leave, stars, screenshots. */
export function FactsFilter() {
  const found = useSignal(NONE);
  const { params } = address.value;
  const question = questionOf(address.value);
  useEffect(() => {
    const stop = new AbortController();
    get<Facets>(`/api/facets?${question}`, stop.signal).then(
      (facets) => (found.value = facets),
      () => undefined,
    );
    return () => stop.abort();
  }, [question]);
  const isScreenshots = params.has("screenshots");
  return (
    <div class="shape">
      <Facet
        name={texts.filters.camera}
        values={found.value.cameras}
        isSet={(name) => params.get("camera") === name}
        onChoose={(name) => ask((next) => next.set("camera", name))}
      />
      <Facet
        name={texts.filters.place}
        values={found.value.places}
        isSet={(name) => params.getAll("place").includes(name)}
        onChoose={(name) => ask((next) => addValue(next, "place", name))}
      />
      <fieldset>
        <legend>{texts.filters.rating}</legend>
        {RATINGS.map((stars) => (
          <button
            key={stars}
            type="button"
            aria-label={texts.filters.ratingFrom(stars)}
            aria-pressed={params.get("rating") === `${stars}..`}
            onClick={() => ask((next) => next.set("rating", `${stars}..`))}
          >
            {"★".repeat(stars)}
          </button>
        ))}
        <button
          type="button"
          aria-pressed={isScreenshots}
          onClick={() =>
            ask((next) =>
              isScreenshots ? removeValue(next, "screenshots", "1") : next.set("screenshots", "1"),
            )
          }
        >
          {texts.filters.onlyScreenshots}
        </button>
      </fieldset>
    </div>
  );
}

function Facet(props: {
  readonly name: string;
  readonly values: readonly { readonly name: string; readonly images: number }[];
  readonly isSet: (name: string) => boolean;
  readonly onChoose: (name: string) => void;
}) {
  if (props.values.length === 0) return null;
  return (
    <fieldset>
      <legend>{props.name}</legend>
      {props.values.map(({ name, images }) => (
        <button
          key={name}
          type="button"
          aria-pressed={props.isSet(name)}
          onClick={() => props.onChoose(name)}
        >
          <bdi>{visibleText(name)}</bdi> <small>{formatNumber(images)}</small>
        </button>
      ))}
    </fieldset>
  );
}
