import { dateRange, escapeUnprintable, NotFoundError } from "../../core/index.ts";
import type { Viewer } from "../permissions/readable-channels.ts";
import { visibleLibrary } from "../permissions/viewer-scope.ts";
import { NONE_OF_THEM, NOT_THIS } from "../results/answer-controls.ts";
import { pageNumber } from "../results/custom-id.ts";
import { duplicatesPage } from "../results/duplicates-page.ts";
import { newResultsReply, resultsPageReply } from "../results/results-message.ts";
import { orders, periods, questionOf, type SavedQuery } from "../results/saved-queries.ts";
import { answersIn } from "../texts/languages.ts";
import { Refusal } from "../texts/refusal.ts";
import type { BotContext } from "./bot-context.ts";
import type { ComponentHandler } from "./command.ts";
import { loadQuery, UnknownQueryError } from "./load-query.ts";
import { chosen } from "./options.ts";

export const turnPage: ComponentHandler = {
  prefix: "page",
  answer: "update",
  rateLimited: true,
  async handle(interaction, [id, pageText], context) {
    const page = pageNumber(pageText);
    if (page === undefined) throw new UnknownQueryError();
    const { viewer, ...saved } = await loadQuery(interaction, id, context);
    const how = { texts: answersIn(interaction.locale), isHere: interaction.inCachedGuild() };
    const shown = { ...saved, ...how, page };
    return saved.query.kind === "find"
      ? resultsPageReply(context, viewer, shown)
      : duplicatesPage(context, viewer, shown);
  },
};

export const moreLikeThis: ComponentHandler = {
  prefix: "like",
  answer: "reply",
  rateLimited: true,
  async handle(interaction, [id, named], context) {
    const { viewer, query } = await loadQuery(interaction, id, context);
    const { image } = await visibleImage(context, viewer, chosen(interaction) ?? named);
    const [placement] = image.placements;
    const texts = answersIn(interaction.locale);
    const { moreLike, moreLikeThis } = texts.find;
    const next: SavedQuery = {
      ...query,
      terms: [{ imageId: image.id }],
      shown: placement?.kind === "discord" ? moreLike(escapeUnprintable(placement.filename)) : moreLikeThis,
      sort: "relevance",
      narrowing: {},
      period: undefined,
      hidden: [],
    };
    return newResultsReply(context, viewer, next, { texts, isHere: interaction.inCachedGuild() });
  },
};

/**
 * The viewer's own mark, of a picture that they may see now. Nobody else is shown it. A picture that was not meant is left
 * out of this answer.
 */
export const markAnswer: ComponentHandler = {
  prefix: "mark",
  answer: "reply",
  rateLimited: true,
  async handle(interaction, [id], context) {
    const { viewer, query } = await loadQuery(interaction, id, context);
    const question = questionOf(query);
    const picked = chosen(interaction);
    const maker = { guildId: viewer.guildId, userId: viewer.userId };
    const { marks } = context.library;
    const texts = answersIn(interaction.locale);
    if (picked === NONE_OF_THEM && question !== undefined) {
      await marks.put(question, null, { maker });
      return { content: texts.find.notedNone };
    }
    const isRight = picked?.startsWith(NOT_THIS) !== true;
    const { image } = await visibleImage(context, viewer, isRight ? picked : picked?.slice(NOT_THIS.length));
    if (question !== undefined) await marks.put(question, image.id, { maker, isRight });
    else if (isRight) throw new UnknownQueryError();
    if (isRight) return { content: texts.find.noted };
    const hidden = [...(query.hidden ?? []), image.id].slice(-MAX_HIDDEN);
    const how = { texts, isHere: interaction.inCachedGuild() };
    return newResultsReply(context, viewer, { ...query, hidden }, how);
  },
};

const MAX_HIDDEN = 100;

export const showFilters: ComponentHandler = {
  prefix: "filter",
  answer: "update",
  rateLimited: true,
  async handle(interaction, [id], context) {
    const { viewer, query, id: queryId } = await loadQuery(interaction, id, context);
    if (query.kind !== "find") throw new UnknownQueryError();
    const how = { texts: answersIn(interaction.locale), isHere: interaction.inCachedGuild() };
    return resultsPageReply(context, viewer, { query, id: queryId, page: 0, showsFilters: true, ...how });
  },
};

/** Asks again with what was chosen, or without what was emptied. Any value may come. */
export const chooseFilter: ComponentHandler = {
  prefix: "by",
  answer: "update",
  rateLimited: true,
  async handle(interaction, [id, what], context) {
    const { viewer, query } = await loadQuery(interaction, id, context);
    if (!interaction.isAnySelectMenu() || query.kind !== "find") throw new UnknownQueryError();
    const narrowed = await narrow(query, what, interaction.values[0]);
    const how = { texts: answersIn(interaction.locale), isHere: interaction.inCachedGuild() };
    return newResultsReply(context, viewer, narrowed, { ...how, showsFilters: true });
  },
};

async function narrow(
  query: SavedQuery,
  what: string | undefined,
  value: string | undefined,
): Promise<SavedQuery> {
  const { narrowing } = query;
  if (what === "channel" || what === "author") {
    if (value !== undefined && !/^\d{1,20}$/.test(value)) throw new UnknownQueryError();
    return { ...query, narrowing: { ...narrowing, [`${what}Id`]: value } };
  }
  if (what === "time") {
    const period = periods.find((each) => each === value);
    const { since } = await dateRange({ since: period });
    return { ...query, period, narrowing: { ...narrowing, since, until: undefined } };
  }
  const sort = orders.find((each) => each === value);
  if (what !== "sort" || sort === undefined) throw new UnknownQueryError();
  return { ...query, sort };
}

/** A picture that the viewer may see now, of an id that may be anything. @throws Refusal */
export async function visibleImage(context: BotContext, viewer: Viewer, id: string | undefined) {
  if (id === undefined || !/^[0-9a-f]{64}$/.test(id)) throw new UnknownQueryError();
  const { view, basis } = await visibleLibrary(context, viewer);
  const image = await view.image(id).catch(nothing);
  if (!image) throw new Refusal(({ pictureGone }) => pictureGone);
  return { image, basis };
}

function nothing(error: unknown): undefined {
  if (error instanceof NotFoundError) return undefined;
  throw error;
}
