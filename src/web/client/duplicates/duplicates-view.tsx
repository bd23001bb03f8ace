import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { DuplicateGroup } from "../../../components/duplicate-group.tsx";
import { Thumbnail } from "../../../components/thumbnail.tsx";
import type { CopyCard } from "../../../shared/cards.ts";
import type { FolderNode } from "../../answers.ts";
import { abilities } from "../abilities.ts";
import { address, change, showPicture } from "../address.ts";
import { get, thumbnailOf } from "../api.ts";
import { formatBytes, texts } from "../texts/texts.ts";
import { Compare } from "./compare.tsx";
import { GivenVerdicts } from "./given-verdicts.tsx";
import { found, loadMore, search } from "./groups.ts";
import { Moves } from "./moves.tsx";
import { Verdict } from "./verdict.tsx";

import "./duplicates.css";

const AHEAD_PX = 1500;
const CHOICES = ["kind", "keep", "keepin"];

const questionNow = () =>
  new URLSearchParams([...address.value.params].filter(([name]) => CHOICES.includes(name))).toString();

/** Groups of copies: which to keep and why, what differs, and at the end a list of what could go. */
export function DuplicatesView() {
  const question = questionNow();
  const compared = useSignal<readonly [CopyCard, CopyCard] | undefined>(undefined);
  useEffect(() => void search(question), [question]);
  useEffect(() => {
    const onScroll = () => {
      if (document.documentElement.scrollHeight - scrollY - innerHeight < AHEAD_PX) void loadMore(question);
    };
    addEventListener("scroll", onScroll, { passive: true });
    return () => removeEventListener("scroll", onScroll);
  }, [question]);

  const { progress, groups, problem } = found;
  return (
    <article class="duplicates">
      <Choices />
      {problem.value !== undefined && <p role="alert">{problem.value}</p>}
      <p class="summary" aria-live="polite">
        {progress.value ? texts.duplicates.working(progress.value.done, progress.value.total) : summary()}
      </p>
      <Downloads question={question} />
      {abilities.value?.mayEdit && <GivenVerdicts onTakenBack={() => void search(question)} />}
      {abilities.value?.mayMove && <Moves question={question} onMoved={() => void search(question)} />}
      {groups.value.map((group) => (
        <DuplicateGroup
          key={group.keeper.id}
          group={group}
          picture={(copy) => (
            <button type="button" class="picture-button" onClick={() => showPicture(copy.id)}>
              <Thumbnail card={copy} source={thumbnailOf(copy.id)} />
            </button>
          )}
          actions={(other) => (
            <span class="copy-actions">
              <button type="button" onClick={() => (compared.value = [group.keeper, other])}>
                {texts.duplicates.compare}
              </button>
              {abilities.value?.mayEdit && other.kind !== "exact" && (
                <Verdict a={group.keeper.id} b={other.id} said={other.said ?? null} />
              )}
            </span>
          )}
        />
      ))}
      {compared.value && <Compare pair={compared.value} onClose={() => (compared.value = undefined)} />}
    </article>
  );
}

function summary(): string {
  const { totals } = found;
  if (!totals.value) return "";
  const { total, spareFiles, reclaimableBytes, model } = totals.value;
  const said =
    total === 0
      ? texts.duplicates.none
      : texts.duplicates.found(total, spareFiles, formatBytes(reclaimableBytes));
  return [said, texts.page.by(model)].join(" ");
}

function Choices() {
  const { params } = address.value;
  const choose =
    (name: string) =>
    ({ currentTarget: { value } }: { currentTarget: HTMLSelectElement }) =>
      change((next) => (value === "" ? next.delete(name) : next.set(name, value)));
  return (
    <p class="choices">
      <label>
        {texts.duplicates.kind}{" "}
        <select value={params.get("kind") ?? "same"} onChange={choose("kind")}>
          {(["exact", "same", "variant", "similar"] as const).map((kind) => (
            <option key={kind} value={kind}>
              {texts.duplicates.kinds[kind]}
            </option>
          ))}
        </select>
      </label>{" "}
      <label>
        {texts.duplicates.keep}{" "}
        <select value={params.get("keep") ?? ""} onChange={choose("keep")}>
          <option value="">{texts.duplicates.keeps.original}</option>
          {(["largest", "oldest", "newest"] as const).map((keep) => (
            <option key={keep} value={keep}>
              {texts.duplicates.keeps[keep]}
            </option>
          ))}
        </select>
      </label>
      <KeepIn />
    </p>
  );
}

/** Of each group the copy in this folder stays, where it has one. */
function KeepIn() {
  const folders = useSignal<readonly string[]>([]);
  const chosen = address.value.params.get("keepin") ?? "";
  useEffect(() => {
    void get<readonly FolderNode[]>("/api/folders").then(
      (tree) => (folders.value = pathsOf(tree).slice(0, MOST_FOLDERS)),
      () => undefined,
    );
  }, []);
  return (
    <label>
      {texts.duplicates.keepIn}{" "}
      <input
        list="keep-in-folders"
        key={chosen}
        defaultValue={chosen}
        placeholder={texts.duplicates.anyFolder}
        onChange={({ currentTarget: { value } }) =>
          change((next) => (value.trim() === "" ? next.delete("keepin") : next.set("keepin", value.trim())))
        }
      />
      <datalist id="keep-in-folders">
        {folders.value.map((path) => (
          <option key={path} value={path} />
        ))}
      </datalist>
    </label>
  );
}

const MOST_FOLDERS = 500;

const pathsOf = (tree: readonly FolderNode[]): string[] =>
  tree.flatMap(({ path, folders }) => [path, ...pathsOf(folders)]);

/** Glimpse deletes nothing: it hands out a list, and scripts that move its files to the trash. */
function Downloads({ question }: { readonly question: string }) {
  if (!found.totals.value?.spareFiles) return null;
  const list = (name: string) => `/api/duplicates/${name}?${question}`;
  return (
    <details class="downloads">
      <summary>{texts.duplicates.download}</summary>
      <p>{texts.duplicates.downloadHint}</p>
      <ul>
        <li>
          <a href={list("spare.txt")} download>
            {texts.duplicates.asList}
          </a>
        </li>
        <li>
          <a href={list("spare0.txt")} download>
            {texts.duplicates.asNulList}
          </a>
        </li>
        <li>
          <a href={list("trash.sh")} download>
            {texts.duplicates.asShell}
          </a>
        </li>
        <li>
          <a href={list("trash.ps1")} download>
            {texts.duplicates.asPowerShell}
          </a>
        </li>
      </ul>
    </details>
  );
}
