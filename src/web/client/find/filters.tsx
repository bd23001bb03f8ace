import { signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { visibleText } from "../../../core/unprintable-characters.ts";
import type { FolderNode, TagCount } from "../../answers.ts";
import { address, addValue, ask } from "../address.ts";
import { get } from "../api.ts";
import { formatNumber, texts } from "../texts/texts.ts";
import { Chips } from "./chips.tsx";
import { Dates } from "./dates.tsx";
import { FactsFilter } from "./facts-filter.tsx";
import { ShapeFilter } from "./shape-filter.tsx";

const folders = signal<readonly FolderNode[]>([]);
const tags = signal<readonly TagCount[]>([]);

/** What narrows the question: a menu for each kind of filter, and a chip for each that is set. */
export function Filters() {
  const { params } = address.value;
  useEffect(() => {
    void get<readonly TagCount[]>("/api/tags").then(
      (found) => (tags.value = found),
      () => undefined,
    );
  }, []);
  return (
    <fieldset class="filters" aria-label={texts.filters.label}>
      <Menu name={texts.filters.folder}>
        <FolderTree />
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
      <Menu name={texts.filters.facts}>
        <FactsFilter />
      </Menu>
      <Menu name={texts.filters.shape}>
        <ShapeFilter />
      </Menu>
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

interface MenuProps {
  readonly name: string;
  readonly children: preact.ComponentChildren;
}

/** What is in it is drawn, and asked for, once it is opened: the first view waits for none of it. */
function Menu({ name, children }: MenuProps) {
  const isWanted = useSignal(false);
  return (
    <details
      class="menu"
      name="filters"
      onToggle={({ currentTarget }) => {
        if (currentTarget.open) isWanted.value = true;
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.currentTarget.open = false;
        event.currentTarget.querySelector("summary")?.focus();
      }}
    >
      <summary>{name}</summary>
      <div class="menu-content">{isWanted.value && children}</div>
    </details>
  );
}

function FolderTree() {
  useEffect(() => {
    void get<readonly FolderNode[]>("/api/folders").then(
      (found) => (folders.value = found),
      () => undefined,
    );
  }, []);
  return (
    <ul class="tree">
      {folders.value.map((folder) => (
        <Folder key={folder.path} folder={folder} isOpen={folders.value.length === 1} />
      ))}
    </ul>
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
