import { GlimpseError, NotFoundError } from "../../core/index.ts";
import { visibleLibrary } from "../permissions/viewer-scope.ts";
import { pageNumber } from "../results/custom-id.ts";
import { duplicatesPage } from "../results/duplicates-page.ts";
import { NONE_OF_THEM, newResultsReply, resultsPageReply } from "../results/results-message.ts";
import { questionOf, type SavedQuery } from "../results/saved-queries.ts";
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
    return saved.query.kind === "find"
      ? resultsPageReply(context, viewer, { ...saved, page })
      : duplicatesPage(context, viewer, { ...saved, page });
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
    if (!image) throw new GlimpseError("That picture is no longer there.");
    const [placement] = image.placements;
    const name = placement?.kind === "discord" ? placement.filename : "this picture";
    const next: SavedQuery = {
      ...query,
      terms: [{ imageId: image.id }],
      shown: `More like ${name}`,
      sort: "relevance",
      narrowing: {},
    };
    return newResultsReply(context, viewer, next);
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
      return { content: "Noted that nothing here is what you asked for. /privacy delete erases your notes." };
    }
    if (!/^[0-9a-f]{64}$/.test(picked)) throw new UnknownQueryError();
    const { view } = await visibleLibrary(context, viewer);
    const image = await view.image(picked).catch(nothing);
    if (!image) throw new GlimpseError("That picture is no longer there.");
    await marks.put(question, image.id, { maker });
    return { content: "Noted that this is what you asked for. /privacy delete erases your notes." };
  },
};

function nothing(error: unknown): undefined {
  if (error instanceof NotFoundError) return undefined;
  throw error;
}
