import { type MessageComponentInteraction, PermissionFlagsBits as P } from "discord.js";
import { GlimpseError, NotFoundError } from "../../core/index.ts";
import { readersOfAlsoRead } from "../access/everyone-reads.ts";
import { readersScope } from "../access/readers-scope.ts";
import type { App } from "../app.ts";
import { readerBehind } from "../asker.ts";
import type { ComponentHandler } from "../command.ts";
import { pageNumber } from "../custom-id.ts";
import { duplicatesPage } from "../gallery/duplicates-page.ts";
import { answerNew, answerPage } from "./answer-question.ts";
import { findPage } from "./find-page.ts";
import { foundMessage } from "./found-message.ts";
import { publicPage } from "./public-page.ts";
import { publicWords, type Question } from "./saved-questions.ts";

/** The same words whether it never existed, is too old, or is somebody else's. */
class UnknownQuestionError extends GlimpseError {
  override name = "UnknownQuestionError";

  constructor() {
    super("This answer is too old, or it is somebody else's. Ask anew with /find.");
  }
}

async function load(interaction: MessageComponentInteraction, id: string | undefined, app: App) {
  const reader = readerBehind(interaction);
  const question = await app.questions.load(id, reader.userId, reader.guildId);
  if (!question || id === undefined) throw new UnknownQuestionError();
  return { reader, question, id };
}

export const turnPage: ComponentHandler = {
  prefix: "page",
  answer: "update",
  costly: true,
  async handle(interaction, [id, pageText], app) {
    const page = pageNumber(pageText);
    if (page === undefined) throw new UnknownQuestionError();
    const asked = await load(interaction, id, app);
    return asked.question.kind === "find"
      ? answerPage(app, asked.reader, { ...asked, page })
      : duplicatesPage(app, asked.reader, { ...asked, page });
  },
};

export const moreLikeThis: ComponentHandler = {
  prefix: "like",
  answer: "reply",
  costly: true,
  async handle(interaction, [id], app) {
    const { reader, question } = await load(interaction, id, app);
    const picked = interaction.isStringSelectMenu() ? interaction.values[0] : undefined;
    if (picked === undefined || !/^[0-9a-f]{64}$/.test(picked)) throw new UnknownQuestionError();
    const { scope } = await readersScope(app, reader);
    const image = await app.library.image(picked, scope).catch(nothing);
    if (!image) throw new GlimpseError("That picture is no longer there.");
    const [placement] = image.placements;
    const name = placement?.kind === "discord" ? placement.filename : "this picture";
    const next: Question = {
      ...question,
      terms: [{ imageId: image.id }],
      shown: `More like ${name}`,
      sort: "relevance",
      narrowing: {},
    };
    return answerNew(app, reader, next);
  },
};

export const showToChannel: ComponentHandler = {
  prefix: "show",
  answer: "reply",
  costly: true,
  async handle(interaction, [id, pageText], app) {
    const page = pageNumber(pageText);
    if (page === undefined || !interaction.inCachedGuild()) throw new UnknownQuestionError();
    const { reader, question } = await load(interaction, id, app);
    const there = await app.server.place(reader.guildId, interaction.channelId);
    const mayPost = interaction.memberPermissions.has(P.SendMessages);
    if (!there || !mayPost) throw new GlimpseError("You cannot post pictures in this channel.");
    const found = await findPage(app, reader, question, page);
    const { places } = await readersScope(app, reader);
    const open = new Set(
      places
        .filter((source) => readersOfAlsoRead(interaction.guild, there, source))
        .map((source) => source.channelId),
    );
    const forAll = await publicPage(app.liveness, found, open);
    if (forAll.hits.length === 0) {
      throw new GlimpseError("None of these pictures may be seen by everybody who reads this channel.");
    }
    const message = await foundMessage(app.library, forAll, { shown: publicWords(question) });
    const left = found.hits.length - forAll.hits.length;
    const leftOut = left > 0 ? ` ${left} left out: not everybody here can see where they were posted.` : "";
    await interaction.editReply({ content: `Shown.${leftOut}` });
    await interaction.followUp(message);
    return undefined;
  },
};

function nothing(error: unknown): undefined {
  if (error instanceof NotFoundError) return undefined;
  throw error;
}
