import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { visibleText } from "../../../core/unprintable-characters.ts";
import type { FolderNode, TagCount } from "../../answers.ts";
import { address, addValue, ask } from "../address.ts";
import { get, thumbnailOf } from "../api.ts";
import { formatNumber, texts } from "../texts/texts.ts";
import { droppedPictures } from "./dropped-pictures.ts";

const folders = signal<readonly FolderNode[]>([]);
const tags = signal<readonly TagCount[]>([]);

/** What narrows the question: a menu for each kind of filter, and a chip for each that is set. */
export function Filters() {
  const { params } = address.value;
  useEffect(() => {
    void get<readonly FolderNode[]>("/api/folders").then(
      (found) => (folders.value = found),
      () => undefined,
    );
    void get<readonly TagCount[]>("/api/tags").then(
      (found) => (tags.value = found),
      () => undefined,
    );
  }, []);
  return (
    <fieldset class="filters" aria-label={texts.filters.label}>
      <Menu name={texts.filters.folder}>
        <ul class="tree">
          {folders.value.map((folder) => (
            <Folder key={folder.path} folder={folder} isOpen={folders.value.length === 1} />
          ))}
        </ul>
      </Menu>
      <Menu name={`${texts.filters.since} – ${texts.filters.until}`}>
        <Dates />
      </Menu>
      {tags.value.length > 0 && (
        <Menu name={texts.filters.tag}>
          <ul class="tags">
            {tags.value.map(({ tag, pictures }) => (
              <li key={tag}>
                <button type="button" onClick={() => ask((next) => addValue(next, "tag", tag))}>
                  {visibleText(tag)} <small>{formatNumber(pictures)}</small>
                </button>
              </li>
            ))}
          </ul>
        </Menu>
      )}
      <label class="order">
        <span class="hidden">{texts.filters.sort}</span>
        <select
          value={params.get("sort") ?? ""}
          onChange={({ currentTarget: { value } }) =>
            ask((next) => (value === "" ? next.delete("sort") : next.set("sort", value)))
          }
        >
          <option value="">{texts.filters.relevance}</option>
          <option value="newest">{texts.filters.newest}</option>
          <option value="oldest">{texts.filters.oldest}</option>
        </select>
      </label>
      <Chips />
    </fieldset>
  );
}

function Menu({ name, children }: { readonly name: string; readonly children: preact.ComponentChildren }) {
  return (
    <details
      class="menu"
      name="filters"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.currentTarget.open = false;
        event.currentTarget.querySelector("summary")?.focus();
      }}
    >
      <summary>{name}</summary>
      <div class="menu-content">{children}</div>
    </details>
  );
}

function Folder({ folder, isOpen }: { readonly folder: FolderNode; readonly isOpen: boolean }) {
  const button = (
    <button type="button" title={visibleText(folder.path)} onClick={() => onlyIn(folder.path)}>
      {folder.name} <small>{formatNumber(folder.pictures)}</small>
    </button>
  );
  if (folder.folders.length === 0) return <li>{button}</li>;
  return (
    <li>
      <details open={isOpen}>
        <summary>{button}</summary>
        <ul>
          {folder.folders.map((below) => (
            <Folder key={below.path} folder={below} isOpen={false} />
          ))}
        </ul>
      </details>
    </li>
  );
}

export function onlyIn(folder: string): void {
  ask((params) => {
    params.delete("in");
    params.append("in", folder);
  });
}

function Dates() {
  const { params } = address.value;
  return (
    <form
      class="dates"
      onSubmit={(event) => {
        event.preventDefault();
        const given = new FormData(event.currentTarget);
        ask((next) => {
          for (const name of ["since", "until"]) {
            const value = String(given.get(name) ?? "").trim();
            if (value === "") next.delete(name);
            else next.set(name, value);
          }
        });
      }}
    >
      {(["since", "until"] as const).map((name) => (
        <label key={name}>
          {texts.filters[name]}
          <input
            name={name}
            defaultValue={params.get(name) ?? ""}
            placeholder={texts.filters.dateHint}
            autocomplete="off"
          />
        </label>
      ))}
      <button type="submit">{texts.filters.apply}</button>
    </form>
  );
}

/** Parameters of the address that have a chip, and what it says before the value. */
const CHIPS = {
  and: "+",
  not: texts.filters.not,
  like: texts.filters.like,
  unlike: texts.filters.unlike,
  in: texts.filters.folder,
  since: texts.filters.since,
  until: texts.filters.until,
  tag: texts.filters.tag,
  nottag: `${texts.filters.not} ${texts.filters.tag}`,
  theme: texts.filters.theme,
  region: texts.filters.region,
} as const;

function Chips() {
  const { params } = address.value;
  const set = Object.keys(CHIPS).flatMap((name) =>
    params.getAll(name).map((value) => ({ name: name as keyof typeof CHIPS, value })),
  );
  if (set.length === 0) return null;
  return (
    <ul class="chips">
      {set.map(({ name, value }) => (
        <Chip key={`${name}=${value}`} name={name} value={value} />
      ))}
    </ul>
  );
}

function Chip({ name, value }: { readonly name: keyof typeof CHIPS; readonly value: string }) {
  const [subject = "", weight] = splitWeight(value);
  const isExample = name === "like" || name === "unlike";
  const isPicture = isExample || name === "theme";
  const shown = isPicture ? texts.filters.droppedPicture : name === "region" ? "" : visibleText(subject);
  return (
    <li class={`chip ${name}`}>
      <span class="kind">{CHIPS[name]}</span> {isPicture ? <Example name={subject} /> : <bdi>{shown}</bdi>}
      {weight !== undefined && <span class="weight">×{weight}</span>}
      {isExample && (
        <>
          <button type="button" aria-label={texts.filters.less} onClick={() => reweigh(name, value, 1 / 2)}>
            −
          </button>
          <button type="button" aria-label={texts.filters.more} onClick={() => reweigh(name, value, 2)}>
            +
          </button>
        </>
      )}
      <button
        type="button"
        class="remove"
        aria-label={texts.filters.remove(`${CHIPS[name]} ${shown}`)}
        onClick={() => ask((params) => removeValue(params, name, value))}
      >
        ×
      </button>
    </li>
  );
}

function Example({ name }: { readonly name: string }) {
  const dropped = droppedPictures.get(name);
  if (dropped === undefined && !/^[0-9a-f]+$/i.test(name)) return <>{texts.filters.droppedPicture}</>;
  return <img class="example" src={dropped ?? thumbnailOf(name)} alt={texts.filters.droppedPicture} />;
}

const splitWeight = (value: string) => value.split("^");

function reweigh(name: string, value: string, factor: number): void {
  const [subject = "", weight = "1"] = splitWeight(value);
  const next = Math.min(8, Math.max(1 / 8, Number(weight) * factor));
  ask((params) => {
    removeValue(params, name, value);
    params.append(name, next === 1 ? subject : `${subject}^${next}`);
  });
}

function removeValue(params: URLSearchParams, name: string, value: string): void {
  const rest = params.getAll(name).filter((each) => each !== value);
  params.delete(name);
  for (const each of rest) params.append(name, each);
}
