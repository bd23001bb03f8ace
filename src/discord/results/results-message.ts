import {
  type APIButtonComponentWithCustomId,
  type APIComponentInContainer,
  type APIContainerComponent,
  type APIMessageTopLevelComponent,
  ComponentType,
  MessageFlags,
} from "discord.js";
import { dayOf, type Library, momentName, placementDate } from "../../core/index.ts";
import { clockTime } from "../../shared/format.ts";
import { jumpLink } from "../../shared/placements.ts";
import { quotedPlaces } from "../../shared/score-parts.ts";
import {
  fittingLines,
  MAX_COMPONENT_TEXT,
  nameOnOneLine,
  oneLine,
  posterName,
  quoted,
} from "../message-text.ts";
import type { Viewer } from "../permissions/readable-channels.ts";
import type { AnswerTexts } from "../texts/english.ts";
import { type AnswerControls, button, controls, moreLike } from "./answer-controls.ts";
import { customId } from "./custom-id.ts";
import { type FindParts, findPage, type ResultsPage, type VisibleHit } from "./find-page.ts";
import type { MadeOf } from "./made-of.ts";
import type { SavedQueries, SavedQuery } from "./saved-queries.ts";

export interface ResultsParts extends FindParts {
  readonly library: Pick<Library, "posts" | "within" | "readsPosts">;
  readonly queries: SavedQueries;
}

/** A message as Discord's JSON, with the files it refers to. */
export interface ReplyMessage {
  readonly flags: MessageFlags.IsComponentsV2;
  readonly components: APIMessageTopLevelComponent[];
  readonly files: { readonly attachment: Buffer; readonly name: string }[];
}

/** For one person, while they may see all that it tells of. */
export interface PrivateReply extends ReplyMessage {
  readonly madeOf: MadeOf;
}

export interface ResultsMessageOptions {
  /** For the buttons; absent in a public message, which has none. */
  readonly controls?: AnswerControls | undefined;
  readonly title: string;
  readonly texts: AnswerTexts;
  /** Who has the bot post it, in a public message. */
  readonly shownBy?: string | undefined;
  /** The post that a public message is filed under, for the button that takes it back. */
  readonly takeBackId?: string | undefined;
  /** Of a notice: what it begins with instead, and its button. */
  readonly notice?: { readonly head: string; readonly button: APIButtonComponentWithCustomId } | undefined;
}

const ACCENT = 0x5b8def;

/** A gallery of thumbnails, one line per hit, and the buttons. */
export async function resultsMessage(
  found: ResultsPage,
  { controls: about, title, texts, shownBy, takeBackId, notice }: ResultsMessageOptions,
): Promise<ReplyMessage> {
  const files = await Promise.all(
    found.hits.map(async ({ hit }) => ({
      attachment: Buffer.from(await found.view.thumbnail(momentName(hit.id, hit.part))),
      name: `${hit.rank}.webp`,
    })),
  );
  const own = shownBy === undefined ? heading(found, title, texts) : publicHeading(title, shownBy, texts);
  const head = notice?.head ?? own;
  const container: APIContainerComponent = {
    type: ComponentType.Container,
    accent_color: ACCENT,
    components: [
      { type: ComponentType.TextDisplay, content: head },
      ...(found.hits.length > 0
        ? [
            {
              type: ComponentType.MediaGallery as const,
              items: found.hits.map((hit) => galleryItem(hit, texts)),
            },
            ...lines(found, { room: MAX_COMPONENT_TEXT - head.length, about, texts }),
          ]
        : []),
      ...(about === undefined ? [] : controls(found, about, texts)),
      ...(takeBackId === undefined
        ? []
        : [rowOf(button(texts.show.takeBack, customId("unshow", takeBackId)))]),
      ...(notice ? [rowOf(notice.button)] : []),
    ],
  };
  return { flags: MessageFlags.IsComponentsV2, components: [container], files };
}

/** One for each hit, with the button that finds more like it where there is one. */
function lines(
  { hits }: ResultsPage,
  { room, about, texts }: { room: number; about: AnswerControls | undefined; texts: AnswerTexts },
): APIComponentInContainer[] {
  const text = fittingLines(
    hits.map((hit) => line(hit, texts)),
    { maxLength: room, more: texts.andMore },
  );
  if (about === undefined || about.showsFilters) return [{ type: ComponentType.TextDisplay, content: text }];
  return text.split("\n").map((content, at) => {
    const display = { type: ComponentType.TextDisplay as const, content };
    const hit = hits[at];
    if (!hit || !content.startsWith(`**${hit.hit.rank}**`)) return display;
    const accessory = moreLike(hit, about.queryId, texts);
    return { type: ComponentType.Section as const, components: [display], accessory };
  });
}

const titleOf = (shown: string, { find }: AnswerTexts) => `**${quoted(shown || find.newest, 150)}**`;

/** How much was searched is shown only to the viewer who may see all of it. */
const publicHeading = (shown: string, userId: string, texts: AnswerTexts) =>
  `${titleOf(shown, texts)}\n-# ${texts.show.by(`<@${userId}>`)}`;

function heading(
  { hits, page, searched, notes, unsure, match = "good" }: ResultsPage,
  shown: string,
  texts: AnswerTexts,
): string {
  const { find } = texts;
  const title = titleOf(shown, texts);
  const warning = match === "good" ? [] : [find[match]];
  const body =
    hits.length > 0
      ? [title, ...warning, find.among(searched), ...(page > 0 ? [find.page(page + 1)] : [])].join(" · ")
      : `${title}\n${find.notFound(searched)}`;
  const all = [...notes, ...(unsure > 0 ? [find.unsure(unsure)] : [])];
  return [body, ...all.map((note) => `-# ${quoted(note, 300)}`)].join("\n");
}

const galleryItem = (shown: VisibleHit, texts: AnswerTexts) => ({
  media: { url: `attachment://${shown.hit.rank}.webp` },
  description: altText(shown, texts),
  spoiler: shown.placement.spoiler,
});

/** What its poster wrote of it, else its tags, else its file's name; of a spoiler nothing, since that would be one. */
function altText({ hit, placement, description }: VisibleHit, { find }: AnswerTexts): string {
  const tags = hit.tags.map(({ tag }) => tag).join(", ");
  const said = placement.spoiler ? find.spoiler : description;
  const what = said ? oneLine(said, 900) : nameOnOneLine(tags || placement.filename, 900);
  const day = dayOf(placementDate(placement, null));
  return `${hit.rank}: ${find.posted(what, day)}`;
}

function line({ hit, placement, webhook }: VisibleHit, { find, open }: AnswerTexts): string {
  const alike = hit.alike.length > 0 ? ` · ${find.alike(hit.alike.length)}` : "";
  const when = `<t:${Math.floor(placement.postedAt / 1000)}:d>`;
  const fit = hit.isCopy ? find.same : hit.fit && find.fits[hit.fit];
  const said = fit ?? (hit.score === 0 ? "" : hit.score.toFixed(2));
  const words = wordsFound(hit, placement, find);
  const at = hit.part.kind === "frame" ? ` · ${find.at(clockTime(hit.part.atMs))}` : "";
  return `**${hit.rank}**${said && ` · ${said}`}${at}${words && ` · ${words}`} · ${posterName(placement.authorId, webhook)} · ${when} · [${open}](${jumpLink(placement)})${alike}`;
}

const MAX_QUOTED = 80;

/** How many words of the question were found, and where they stand: nothing of what is behind a spoiler. */
function wordsFound(
  hit: VisibleHit["hit"],
  { spoiler }: VisibleHit["placement"],
  { words, sources }: AnswerTexts["find"],
): string {
  if (hit.words === undefined) return "";
  const [place] = spoiler ? [] : quotedPlaces(hit);
  const where = place ? ` (${sources[place.source]} “${quoted(place.line, MAX_QUOTED)}”)` : "";
  return `${words(hit.words.matched, hit.words.of)}${where}`;
}

const rowOf = (only: APIButtonComponentWithCustomId) => ({
  type: ComponentType.ActionRow as const,
  components: [only],
});

export interface ShownQuery {
  readonly query: SavedQuery;
  readonly id: string;
  readonly page: number;
  readonly texts: AnswerTexts;
  readonly isHere: boolean;
  readonly showsFilters?: boolean;
}

/** One page of results as a private message to the viewer. */
export async function resultsPageReply(
  parts: ResultsParts,
  viewer: Viewer,
  { query, id, page, texts, isHere, showsFilters = false }: ShownQuery,
): Promise<PrivateReply> {
  const found = await findPage(parts, viewer, query, page);
  const message = await resultsMessage(found, {
    controls: { queryId: id, query, isHere, showsFilters },
    title: query.shown,
    texts,
  });
  const tags = found.hits.flatMap(({ hit, placement }) => (placement.spoiler ? [] : hit.tags));
  const posts = found.hits.map(({ placement }) => placement);
  return {
    ...message,
    madeOf: { basis: found.basis, posts, tags: [...new Set(tags.map(({ tag }) => tag))] },
  };
}

export async function newResultsReply(
  parts: ResultsParts,
  viewer: Viewer,
  query: SavedQuery,
  how: Pick<ShownQuery, "texts" | "isHere" | "showsFilters">,
): Promise<PrivateReply> {
  const id = await parts.queries.save(query);
  return resultsPageReply(parts, viewer, { ...how, query, id, page: 0 });
}
