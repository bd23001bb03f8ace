import { type APIMessageTopLevelComponent, ComponentType, MessageFlags } from "discord.js";
import { button } from "../results/answer-controls.ts";
import { customId, pageNumber } from "../results/custom-id.ts";
import type { AnswerTexts } from "../texts/english.ts";
import { answersIn } from "../texts/languages.ts";
import { Refusal } from "../texts/refusal.ts";
import type { BotContext } from "./bot-context.ts";
import type { ComponentHandler, Reply } from "./command.ts";
import { chosen } from "./options.ts";
import { moderatorOf } from "./viewer.ts";

/** Discord's limit on the pictures of a gallery. */
const PER_PAGE = 10;

/** Pictures of the list, newest first, blurred, with a menu that takes one off it. */
export async function scamGallery(
  { scamList, settings }: BotContext,
  guildId: string,
  page: number,
  { scam: texts, find }: AnswerTexts,
): Promise<Reply> {
  const all = await scamList.of(guildId);
  const isWatched = (await settings.get(guildId)).scam.channelId !== null;
  const at = Math.min(page, Math.max(0, Math.ceil(all.length / PER_PAGE) - 1));
  const pictures = all.slice(at * PER_PAGE, (at + 1) * PER_PAGE);
  const looks = await Promise.all(pictures.map((picture) => scamList.looksOf(guildId, picture)));
  const numbered = pictures.map((picture, index) => {
    const number = String(at * PER_PAGE + index + 1);
    const when = `<t:${Math.floor(picture.markedAt / 1000)}:d>`;
    return { ...picture, number, when, thumbnail: looks[index]?.thumbnail };
  });
  const shown = numbered.flatMap(({ number, thumbnail }) =>
    thumbnail ? [{ attachment: Buffer.from(thumbnail), name: `${number}.webp` }] : [],
  );
  const items = shown.map(({ name }) => ({
    media: { url: `attachment://${name}` },
    description: texts.picture(name.replace(".webp", "")),
    spoiler: true,
  }));
  const lines = numbered.map(({ number, when, markedBy }) =>
    [`**${number}**`, texts.markedOn(when), ...(markedBy === null ? [] : [`<@${markedBy}>`])].join(" · "),
  );
  const options = numbered.map(({ id, number }) => ({ label: texts.picture(number), value: id }));
  const menu = {
    type: ComponentType.StringSelect as const,
    custom_id: customId("unscam", at),
    placeholder: texts.takeOff,
    options,
  };
  const components: APIMessageTopLevelComponent[] = [
    {
      type: ComponentType.TextDisplay,
      content: `**${texts.heading(all.length)}**${isWatched ? "" : `\n${texts.notWatched}`}`,
    },
    ...(shown.length > 0
      ? [
          {
            type: ComponentType.MediaGallery as const,
            items,
          },
        ]
      : []),
    ...(lines.length > 0
      ? [
          { type: ComponentType.TextDisplay as const, content: lines.join("\n") },
          { type: ComponentType.ActionRow as const, components: [menu] },
        ]
      : []),
    ...(all.length > PER_PAGE
      ? [
          {
            type: ComponentType.ActionRow as const,
            components: [
              button(find.previous, customId("scams", Math.max(0, at - 1), "p"), at === 0),
              button(find.next, customId("scams", at + 1, "n"), (at + 1) * PER_PAGE >= all.length),
            ],
          },
        ]
      : []),
  ];
  return { flags: MessageFlags.IsComponentsV2, components, files: shown, attachments: [] };
}

export const turnScamPage: ComponentHandler = {
  prefix: "scams",
  answer: "update",
  async handle(interaction, [page], context) {
    const { guildId } = await moderatorOf(interaction, context);
    return scamGallery(context, guildId, pageNumber(page) ?? 0, answersIn(interaction.locale));
  },
};

export const takeOffScamList: ComponentHandler = {
  prefix: "unscam",
  answer: "update",
  async handle(interaction, [page], context) {
    const { guildId, userId } = await moderatorOf(interaction, context);
    const id = chosen(interaction) ?? "";
    if (!/^[0-9a-f]{64}$/.test(id)) throw new Refusal(({ pictureGone }) => pictureGone);
    if (await context.scamList.remove(guildId, id))
      await context.audit.note(guildId, (audit) => audit.scamUnmarked(`<@${userId}>`));
    return scamGallery(context, guildId, pageNumber(page) ?? 0, answersIn(interaction.locale));
  },
};
