import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { visibleText } from "../../../core/unprintable-characters.ts";
import type { Label } from "../../answers.ts";
import { abilities } from "../abilities.ts";
import { address, change, linkTo } from "../address.ts";
import { formatNumber, formatShare, texts } from "../texts/texts.ts";
import { typedIn } from "../typed-in.ts";
import { isBusyWith, useLastEnded } from "../work/pulse.ts";
import { editLabels, labels, loadLabels, suggestionOf } from "./labels.ts";
import { Review } from "./review.tsx";

import "./tags.css";

/** The vocabulary with its counts and how well it does; of one label, the queue of pictures to judge. */
export function TagsView() {
  const reviewed = address.value.params.get("review");
  const tagged = useLastEnded("tagging");
  useEffect(() => {
    if (reviewed === null) void loadLabels();
  }, [reviewed, tagged]);
  if (reviewed !== null) return <Review tag={reviewed} key={reviewed} />;

  const all = labels.all.value;
  return (
    <article class="labels">
      {labels.problem.value !== undefined && <p role="alert">{labels.problem.value}</p>}
      {all === undefined ? <p>{texts.library.loading}</p> : <Vocabulary all={all} />}
    </article>
  );
}

function Vocabulary({ all }: { readonly all: readonly Label[] }) {
  const own = all.filter(({ vocabulary }) => vocabulary !== undefined);
  const others = all.filter(({ vocabulary }) => vocabulary === undefined);
  const better = own.filter((label) => suggestionOf(label) !== undefined);
  const mayEdit = abilities.value?.mayEditLibrary ?? false;
  return (
    <>
      <p class="note">{texts.tags.explained}</p>
      {mayEdit && <NewLabel />}
      {mayEdit && better.length > 0 && (
        <p>
          <button
            type="button"
            onClick={() => void editLabels("/api/labels/suggested", { tags: better.map(({ tag }) => tag) })}
          >
            {texts.tags.applyAll(better.length)}
          </button>
        </p>
      )}
      {own.length === 0 && <NoLabels mayEdit={mayEdit} />}
      <ul class="label-list">
        {own.map((label) => (
          <LabelRow key={label.tag} label={label} />
        ))}
      </ul>
      {others.length > 0 && (
        <>
          <h2>{texts.tags.others}</h2>
          <ul class="label-list">
            {others.map((label) => (
              <LabelRow key={label.tag} label={label} />
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function NoLabels({ mayEdit }: { readonly mayEdit: boolean }) {
  return (
    <>
      <p>{texts.tags.empty}</p>
      {mayEdit && (
        <p class="starters">
          {texts.tags.begin}
          {texts.tags.starters.map(({ tag, prompts }) => (
            <button
              key={tag}
              type="button"
              onClick={() => void editLabels("/api/labels", { tag, prompts: phrasesOf(prompts) })}
            >
              {tag}
            </button>
          ))}
        </p>
      )}
    </>
  );
}

function NewLabel() {
  return (
    <form
      class="new-label"
      onInvalidCapture={() => (labels.problem.value = undefined)}
      onSubmit={async (event) => {
        event.preventDefault();
        const form = event.currentTarget;
        const tag = typedIn(form, "tag");
        if (tag === undefined) return;
        const prompts = phrasesOf(String(new FormData(form).get("prompts") ?? ""));
        if (await editLabels("/api/labels", { tag, prompts })) form.reset();
      }}
    >
      <label>
        {texts.tags.name} <input name="tag" required maxLength={100} autocomplete="off" />
      </label>
      <label>
        {texts.tags.prompts} <input name="prompts" placeholder={texts.tags.promptsHint} autocomplete="off" />
      </label>
      <button type="submit">{texts.tags.add}</button>
    </form>
  );
}

const phrasesOf = (text: string) =>
  text
    .split("|")
    .map((phrase) => phrase.trim())
    .filter(Boolean);

function LabelRow({ label }: { readonly label: Label }) {
  const isEdited = useSignal(false);
  const { tag, byPerson, byFile, byModel, vocabulary } = label;
  const count = byPerson + byFile + byModel;
  return (
    <li>
      <div class="label-line">
        <a href={`/?${new URLSearchParams({ tag })}`} onClick={linkTo("/", new URLSearchParams({ tag }))}>
          <bdi>{visibleText(tag)}</bdi>
        </a>
        <span>{texts.library.pictures(count)}</span>
        <small>{texts.tags.sources(byPerson, byFile, byModel)}</small>
        <span class="actions">
          {vocabulary && (
            <button type="button" onClick={() => change((params) => params.set("review", tag))}>
              {texts.tags.review}
            </button>
          )}
          {abilities.value?.mayEditLibrary && (
            <button
              type="button"
              aria-expanded={isEdited.value}
              onClick={() => (isEdited.value = !isEdited.value)}
            >
              {texts.tags.edit}
            </button>
          )}
        </span>
      </div>
      {vocabulary && <Quality label={label} />}
      {vocabulary && count === 0 && !isBusyWith("tagging") && <p class="note">{texts.tags.sureOfNone}</p>}
      {isEdited.value && <Edits label={label} onDone={() => (isEdited.value = false)} />}
    </li>
  );
}

function Quality({ label }: { readonly label: Label }) {
  const { tag, vocabulary } = label;
  const quality = labels.quality.value.get(tag);
  const suggested = suggestionOf(label);
  const threshold = vocabulary?.threshold ?? null;
  return (
    <p class="note quality">
      {threshold === null ? texts.tags.noThreshold : texts.tags.threshold(formatNumber(threshold))}
      {quality && quality.judged > 0
        ? ` · ${texts.tags.quality(quality.judged, formatShare(quality.precision), formatShare(quality.recall))}`
        : ` · ${texts.tags.unjudged}`}
      {suggested !== undefined && (
        <>
          {" · "}
          {texts.tags.suggested(formatNumber(suggested))}{" "}
          {abilities.value?.mayEditLibrary && (
            <button type="button" onClick={() => void editLabels("/api/labels/suggested", { tags: [tag] })}>
              {texts.tags.apply}
            </button>
          )}
        </>
      )}
    </p>
  );
}

function Edits({ label, onDone }: { readonly label: Label; readonly onDone: () => void }) {
  const { tag, vocabulary } = label;
  const isSure = useSignal(false);
  const edit = async (path: string, body: unknown) => {
    if (await editLabels(path, body)) onDone();
  };
  return (
    <div class="edits">
      <form
        onInvalidCapture={() => (labels.problem.value = undefined)}
        onSubmit={(event) => {
          event.preventDefault();
          const to = typedIn(event.currentTarget, "to");
          if (to !== undefined) void edit("/api/labels/rename", { from: tag, to });
        }}
      >
        <label>
          {texts.tags.newName} <input name="to" required maxLength={100} defaultValue={tag} />
        </label>
        <button type="submit">{texts.tags.rename}</button>
      </form>
      {vocabulary && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const given = new FormData(event.currentTarget);
            const threshold = String(given.get("threshold") ?? "").trim();
            void edit("/api/labels/change", {
              tag,
              prompts: phrasesOf(String(given.get("prompts") ?? "")),
              threshold: threshold === "" ? null : Number(threshold),
            });
          }}
        >
          <label>
            {texts.tags.prompts}{" "}
            <input
              name="prompts"
              defaultValue={(vocabulary.prompts ?? []).join(" | ")}
              placeholder={texts.tags.promptsHint}
            />
          </label>
          <label>
            {texts.tags.thresholdField}{" "}
            <input
              name="threshold"
              type="number"
              min="0"
              max="1"
              step="any"
              defaultValue={vocabulary.threshold ?? ""}
            />
          </label>
          <button type="submit">{texts.tags.save}</button>
        </form>
      )}
      <p>
        {isSure.value ? (
          <>
            {texts.tags.sureToDelete(label.byPerson + label.byFile + label.byModel)}{" "}
            <button type="button" onClick={() => void edit("/api/labels/delete", { tag })}>
              {texts.tags.deleteIt}
            </button>{" "}
            <button type="button" onClick={() => (isSure.value = false)}>
              {texts.tags.keepIt}
            </button>
          </>
        ) : (
          <button type="button" onClick={() => (isSure.value = true)}>
            {texts.tags.delete}
          </button>
        )}
      </p>
    </div>
  );
}
