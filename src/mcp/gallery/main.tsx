import type { McpUiHostContext } from "@modelcontextprotocol/ext-apps";
import { signal } from "@preact/signals";
import { render } from "preact";
import { LanguageProvider, languageFor } from "../../components/language.ts";
import { visibleText } from "../../core/unprintable-characters.ts";
import type { Card } from "../../shared/cards.ts";
import { Gallery, type Shown } from "./gallery.tsx";
import { Host } from "./host.ts";
import { Thumbnails } from "./thumbnails.ts";
import { cardOf, groupsOf, type PictureFacts } from "./tool-answers.ts";

import "./gallery.css";

const shown = signal<Shown>({ state: "waiting" });
const chosen = signal<ReadonlySet<string>>(new Set());
const language = signal(languageFor(navigator.languages));

/** Arguments of the tool whose answer is shown. */
let asked: Record<string, unknown> = {};

const host = new Host({
  "ui/notifications/tool-input": ({ arguments: given }) => {
    asked = isRecord(given) ? given : {};
  },
  "ui/notifications/tool-result": (result) => void show(result),
  "ui/notifications/tool-cancelled": () => {
    shown.value = { state: "cancelled" };
  },
  "ui/notifications/host-context-changed": (context) => dress(context as McpUiHostContext),
});
const thumbnails = new Thumbnails(host);

async function show({ structuredContent }: Record<string, unknown>): Promise<void> {
  const groups = groupsOf(structuredContent);
  if (groups === undefined) return showPictures(idsOf(asked.ids));
  shown.value = { state: "groups", groups };
  const ids = groups.flatMap(({ keeper, others }) => [keeper.id, ...others.map(({ id }) => id)]);
  await fetchThumbnails([...new Set(ids)]);
}

/** Of `view_images`, whose answer for the model has no data: the server is asked again, past the model. */
async function showPictures(ids: readonly string[]): Promise<void> {
  const facts = host.capabilities.serverTools ? await factsOf(ids) : ids.map((id) => ({ ...unknown, id }));
  shown.value = { state: "pictures", cards: facts.map(cardOf) };
  await fetchThumbnails(facts.map(({ id }) => id));
}

const unknown: PictureFacts = { id: "", path: "", size: "4x3", date: "" };

/** By the protocol's way where the host reads resources, else by the gallery's own tool. */
async function fetchThumbnails(ids: readonly string[]): Promise<void> {
  if (host.capabilities.serverResources) return thumbnails.fetch(ids);
  for (let at = 0; at < ids.length; at += MAX_PICTURES) await factsOf(ids.slice(at, at + MAX_PICTURES), true);
}

/** What the tool takes at once. */
const MAX_PICTURES = 50;

interface ToolResult {
  readonly structuredContent?: { readonly pictures?: readonly PictureFacts[] };
}

/** Empty when the server knows none of them. */
async function factsOf(ids: readonly string[], withThumbnails = false): Promise<readonly PictureFacts[]> {
  if (!host.capabilities.serverTools || ids.length === 0) return [];
  const call = { name: "gallery_pictures", arguments: { ids, thumbnails: withThumbnails } };
  const { structuredContent } = await host.request<ToolResult>("tools/call", call);
  const pictures = structuredContent?.pictures ?? [];
  for (const { id, thumbnail } of pictures) if (thumbnail !== undefined) thumbnails.put(id, thumbnail);
  return pictures;
}

/** The host gives it to the model with the user's next message; the last word counts. */
function choose(now: ReadonlySet<string>): void {
  chosen.value = now;
  const { chat } = language.value.texts;
  const lines = cardsOf(shown.value)
    .filter(({ id }) => now.has(id))
    .map(({ id, name }) => `${id}  "${visibleText(name).replaceAll('"', "'")}"`);
  const text = lines.length === 0 ? chat.noneChosen : [chat.message(lines.length), ...lines].join("\n");
  const context = { content: [{ type: "text", text }], structuredContent: { chosen: [...now] } };
  // A host that takes no such word shows the gallery all the same.
  host.request("ui/update-model-context", context).catch(() => undefined);
}

function cardsOf(what: Shown): readonly Card[] {
  if (what.state === "pictures") return what.cards;
  return what.state === "groups" ? what.groups.flatMap(({ keeper, others }) => [keeper, ...others]) : [];
}

/** As the host looks, and in its language. */
function dress({ theme, styles, locale, safeAreaInsets }: McpUiHostContext): void {
  const { style } = document.documentElement;
  if (theme) style.colorScheme = theme;
  for (const [name, value] of Object.entries(styles?.variables ?? {}))
    if (value !== undefined) style.setProperty(name, value);
  if (safeAreaInsets) {
    const { top, right, bottom, left } = safeAreaInsets;
    style.padding = `${top}px ${right}px ${bottom}px ${left}px`;
  }
  if (locale) language.value = languageFor([locale]);
  document.documentElement.lang = language.value.tag;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const idsOf = (value: unknown): string[] =>
  [value].flat().filter((id): id is string => typeof id === "string" && id !== "");

/** The host makes room for all of it. */
function reportSize(): void {
  const { scrollWidth: width } = document.documentElement;
  const { height } = document.documentElement.getBoundingClientRect();
  host.notify("ui/notifications/size-changed", { width, height: Math.ceil(height) });
}

function Root() {
  return (
    <LanguageProvider value={language.value}>
      <Gallery
        shown={shown.value}
        chosen={chosen.value}
        sourceOf={(id) => thumbnails.sourceOf(id)}
        onChoose={choose}
      />
    </LanguageProvider>
  );
}

render(<Root />, document.body);
dress(await host.connect());
new ResizeObserver(reportSize).observe(document.documentElement);
