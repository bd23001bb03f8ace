import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { fittingHits } from "../../../components/fitting-hits.ts";
import { address } from "../address.ts";
import { Gallery } from "../gallery/gallery.tsx";
import { SelectionBar } from "../selection/selection-bar.tsx";
import { formatNumber, texts } from "../texts/texts.ts";
import { dropping } from "./dropped-pictures.ts";
import { Filters } from "./filters.tsx";
import { loadMore, results, retry } from "./results.ts";
import { SearchBox } from "./search-box.tsx";

import "./find.css";

export function FindView() {
  return (
    <>
      <search class="question">
        <SearchBox />
        <Filters />
      </search>
      <Messages />
      <Hits />
      <SelectionBar />
    </>
  );
}

function Messages() {
  const problem = results.problem.value ?? dropping.problem.value;
  return (
    <div class="messages">
      {problem !== undefined && (
        <p role="alert">
          {problem}{" "}
          {results.problem.value !== undefined && (
            <button type="button" onClick={retry}>
              {texts.find.retry}
            </button>
          )}
        </p>
      )}
      {(results.summary.value?.notes ?? []).map((note) => (
        <p key={note} class="note">
          {note}
        </p>
      ))}
      <p class="summary" aria-live="polite">
        {dropping.isReading.value ? texts.find.reading : summary()}
      </p>
    </div>
  );
}

function summary(): string {
  const answer = results.summary.value;
  if (answer === undefined) return results.state.value === "loading" ? texts.find.searching : "";
  if (answer.searched === 0) return isFiltered() ? texts.find.nothing : texts.find.emptyLibrary;
  if (results.hits.value.some(({ score }) => score !== undefined)) {
    const heading =
      answer.match === "nothing" ? texts.find.noneFits : answer.match === "weak" ? texts.find.weak : "";
    return [heading, texts.find.searched(answer.searched), answer.model].filter(Boolean).join(" · ");
  }
  const isOldest = address.value.params.get("sort") === "oldest";
  return isOldest ? texts.find.oldest(answer.searched) : texts.find.newest(answer.searched);
}

const FILTERS = [
  "in",
  "since",
  "until",
  "tag",
  "nottag",
  "theme",
  "region",
  "min",
  "minwidth",
  "minheight",
  "orientation",
  "format",
  "kind",
  "has",
  "camera",
  "place",
  "near",
  "rating",
  "screenshots",
];
const isFiltered = () => FILTERS.some((name) => address.value.params.has(name));

/** What most likely is not what was asked for is folded away, not left out. */
function Hits() {
  const isUnfolded = useSignal(false);
  const { hits, summary: answer, state, question } = results;
  const fold = useComputed(() => fittingHits(hits.value, answer.value?.match));
  const asked = question.value;
  // Folded again for each question.
  useEffect(() => {
    isUnfolded.value = false;
  }, [asked]);

  const isFolded = fold.value < hits.value.length && !isUnfolded.value;
  const shown = isFolded ? hits.value.slice(0, fold.value) : hits.value;
  return (
    <section aria-busy={state.value === "loading"} aria-label={texts.views.find}>
      <Gallery
        cards={shown}
        onEnd={isFolded ? undefined : loadMore}
        isOutdated={answer.value === undefined}
        key={asked}
      />
      {fold.value < hits.value.length && (
        <p class="fold">
          <button type="button" onClick={() => (isUnfolded.value = !isUnfolded.value)}>
            {isFolded ? texts.find.showFolded(fold.value === 0) : texts.find.hideFolded}
          </button>
        </p>
      )}
      {!isFolded && hits.value.length > 0 && <p class="end">{endOf(state.value)}</p>}
    </section>
  );
}

function endOf(state: string): string {
  if (state === "loading") return texts.find.more;
  return state === "complete" ? `${texts.find.end} (${formatNumber(results.hits.value.length)})` : "";
}
