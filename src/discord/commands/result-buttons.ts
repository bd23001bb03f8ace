import { escapeUnprintable, NotFoundError } from "../../core/index.ts";
import { visibleLibrary } from "../permissions/viewer-scope.ts";
import { pageNumber } from "../results/custom-id.ts";
import { duplicatesPage } from "../results/duplicates-page.ts";
import { NONE_OF_THEM, newResultsReply, resultsPageReply } from "../results/results-message.ts";
import { questionOf, type SavedQuery } from "../results/saved-queries.ts";
import { answersIn } from "../texts/languages.ts";
import { Refusal } from "../texts/refusal.ts";
import type { ComponentHandler } from "./command.ts";
import { loadQuery, UnknownQueryError } from "./load-query.ts";

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
  async handle(interaction, [id], context) {
    const { viewer, query } = await loadQuery(interaction, id, context);
    const picked = interaction.isStringSelectMenu() ? interaction.values[0] : undefined;
    if (picked === undefined || !/^[0-9a-f]{64}$/.test(picked)) throw new UnknownQueryError();
    const { view } = await visibleLibrary(context, viewer);
    const image = await view.image(picked).catch(nothing);
    if (!image) throw new Refusal(({ pictureGone }) => pictureGone);
    const [placement] = image.placements;
    const texts = answersIn(interaction.locale);
    const { moreLike, moreLikeThis } = texts.find;
    const next: SavedQuery = {
      ...query,
      terms: [{ imageId: image.id }],
      shown: placement?.kind === "discord" ? moreLike(escapeUnprintable(placement.filename)) : moreLikeThis,
      sort: "relevance",
      narrowing: {},
    };
    return newResultsReply(context, viewer, next, { texts, isHere: interaction.inCachedGuild() });
  },
};

/** The viewer's own mark, of a picture that they may see now. Nobody else is shown it. */
export const markAnswer: ComponentHandler = {
  prefix: "mark",
  answer: "reply",
  async handle(interaction, [id], context) {
    const { viewer, query } = await loadQuery(interaction, id, context);
    const question = questionOf(query);
    const picked = interaction.isStringSelectMenu() ? interaction.values[0] : undefined;
    if (question === undefined || picked === undefined) throw new UnknownQueryError();
    const maker = { guildId: viewer.guildId, userId: viewer.userId };
    const { marks } = context.library;
    if (picked === NONE_OF_THEM) {
      await marks.put(question, null, { maker });
      return { content: answersIn(interaction.locale).find.notedNone };
    }
    if (!/^[0-9a-f]{64}$/.test(picked)) throw new UnknownQueryError();
    const { view } = await visibleLibrary(context, viewer);
    const image = await view.image(picked).catch(nothing);
    if (!image) throw new Refusal(({ pictureGone }) => pictureGone);
    await marks.put(question, image.id, { maker });
    return { content: answersIn(interaction.locale).find.noted };
  },
};

function nothing(error: unknown): undefined {
  if (error instanceof NotFoundError) return undefined;
  throw error;
}
