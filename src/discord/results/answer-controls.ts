import {
  type APIActionRowComponent,
  type APIButtonComponentWithCustomId,
  type APIComponentInMessageActionRow,
  ButtonStyle,
  ComponentType,
  SelectMenuDefaultValueType,
} from "discord.js";
import { nameOnOneLine } from "../message-text.ts";
import type { AnswerTexts } from "../texts/english.ts";
import { customId } from "./custom-id.ts";
import type { ResultsPage, VisibleHit } from "./find-page.ts";
import { orders, periods, questionOf, type SavedQuery } from "./saved-queries.ts";

type Row = APIActionRowComponent<APIComponentInMessageActionRow>;

export interface AnswerControls {
  readonly queryId: string;
  readonly query: SavedQuery;
  /** Whether it was asked in the server itself, where it can be shown to a channel. */
  readonly isHere: boolean;
  /** Whether its filters are shown instead of what can be done with each picture. */
  readonly showsFilters: boolean;
}

const row = (...components: APIComponentInMessageActionRow[]): Row => ({
  type: ComponentType.ActionRow,
  components,
});

export const button = (label: string, id: string, disabled = false): APIButtonComponentWithCustomId => ({
  type: ComponentType.Button,
  style: ButtonStyle.Secondary,
  label,
  custom_id: id,
  disabled,
});

/** Beneath an answer: menus for its pictures, or its filters; then pages. */
export function controls(found: ResultsPage, about: AnswerControls, { find }: AnswerTexts): Row[] {
  const { queryId, query, isHere, showsFilters } = about;
  const { page, hits, hasNext } = found;
  const pager = row(
    button(find.previous, customId("page", queryId, Math.max(0, page - 1), "p"), page === 0),
    button(find.next, customId("page", queryId, page + 1, "n"), !hasNext),
    ...(isHere ? [button(find.show, customId("show", queryId, page), hits.length === 0)] : []),
    showsFilters
      ? button(find.closeFilters, customId("page", queryId, page, "f"))
      : button(find.filter, customId("filter", queryId)),
  );
  if (showsFilters) return [...filters(queryId, query, isHere, find), pager];
  if (hits.length === 0) return [pager];
  const isInWords = questionOf(query) !== undefined;
  return [
    menu(customId("mark", queryId), isInWords ? find.which : find.hide, markChoices(hits, isInWords, find)),
    menu(customId("who", queryId), find.whoSees, optionsOf(hits)),
    pager,
  ];
}

/** Finds more like one picture, with one tap. */
export const moreLike = ({ hit }: VisibleHit, queryId: string, { find }: AnswerTexts) =>
  button(find.similar, customId("like", queryId, hit.id));

const optionsOf = (hits: readonly VisibleHit[], value = (id: string) => id, before = "") =>
  hits.map(({ hit, placement }) => ({
    label: nameOnOneLine(`${before}${hit.rank}: ${placement.filename}`, 100),
    value: value(hit.id),
  }));

const menu = (custom_id: string, placeholder: string, options: ReturnType<typeof optionsOf>): Row =>
  row({ type: ComponentType.StringSelect, custom_id, placeholder, options });

/** The value of the choice that no picture was meant, and how those begin that a picture was not. */
export const NONE_OF_THEM = "none";
export const NOT_THIS = "not-";

/** Only words are a question whose right answers are worth noting; hidden is any picture. */
const markChoices = (hits: readonly VisibleHit[], isInWords: boolean, { none }: AnswerTexts["find"]) => [
  ...(isInWords ? optionsOf(hits) : []),
  ...optionsOf(hits, (id) => NOT_THIS + id, "✕ "),
  ...(isInWords ? [{ label: none, value: NONE_OF_THEM }] : []),
];

/** What is chosen asks again at once. Channels of the server cannot be chosen elsewhere. */
function filters(
  queryId: string,
  { narrowing, period, sort }: SavedQuery,
  isHere: boolean,
  find: AnswerTexts["find"],
): Row[] {
  const { Channel, User } = SelectMenuDefaultValueType;
  const { channelId, authorId } = narrowing;
  const one = { min_values: 0, max_values: 1 };
  const id = (what: string) => customId("by", queryId, what);
  const channels = row({
    ...{ type: ComponentType.ChannelSelect, custom_id: id("channel"), placeholder: find.byChannel, ...one },
    ...(channelId !== undefined && { default_values: [{ id: channelId, type: Channel }] }),
  });
  const authors = row({
    ...{ type: ComponentType.UserSelect, custom_id: id("author"), placeholder: find.byAuthor, ...one },
    ...(authorId !== undefined && { default_values: [{ id: authorId, type: User }] }),
  });
  const times = periods.map((each) => ({
    label: find.periods[each],
    value: each,
    default: each === period,
  }));
  const byTime = { custom_id: id("time"), placeholder: find.byTime, options: times, ...one };
  const sorts = orders.map((each) => ({ label: find.orders[each], value: each, default: each === sort }));
  return [
    ...(isHere ? [channels] : []),
    authors,
    row({ type: ComponentType.StringSelect, ...byTime }),
    row({ type: ComponentType.StringSelect, custom_id: id("sort"), options: sorts }),
  ];
}
