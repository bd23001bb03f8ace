import { type APIContainerComponent, ButtonStyle, ComponentType, MessageFlags } from "discord.js";
import type { DiscordPlacement, Scope } from "../../core/index.ts";
import type { Reader } from "../access/readable-places.ts";
import { readersScope } from "../access/readers-scope.ts";
import type { App } from "../app.ts";
import { customId } from "../custom-id.ts";
import { fittingLines, MAX_COMPONENT_TEXT } from "../message-limits.ts";
import { oneLine } from "../plain-text.ts";
import type { ReplyMessage } from "./found-message.ts";
import { jumpLink } from "./jump-link.ts";
import { type Repost, repostsOf } from "./repost-groups.ts";
import type { Question } from "./saved-questions.ts";

const GROUPS_PER_PAGE = 5;
const LINES_PER_GROUP = 6;

/** One page of reposts, from the reader's rights of this moment. */
export async function duplicatesPage(
  app: App,
  reader: Reader,
  { question, id, page }: { readonly question: Question; readonly id: string; readonly page: number },
): Promise<ReplyMessage> {
  const { scope } = await readersScope(app, reader, question.narrowing);
  const all = repostsOf(await app.library.duplicates({ scope, kind: "same" }));
  const wanted = all.slice(page * GROUPS_PER_PAGE, (page + 1) * GROUPS_PER_PAGE);
  const checked = await Promise.all(wanted.map((group) => stillPosted(app, group)));
  const groups = checked.filter(({ placements }) => placements.length > 1);
  const hasNext = all.length > (page + 1) * GROUPS_PER_PAGE;
  const files = await Promise.all(groups.map((group, at) => thumbnailFile(app, group, scope, at)));
  const title = heading(all.length);
  const room = Math.floor((MAX_COMPONENT_TEXT - title.length) / Math.max(1, groups.length));
  const container: APIContainerComponent = {
    type: ComponentType.Container,
    components: [
      { type: ComponentType.TextDisplay, content: title },
      ...(groups.length === 0
        ? []
        : [
            { type: ComponentType.MediaGallery as const, items: groups.map(galleryItem) },
            ...groups.map((group, at) => ({
              type: ComponentType.TextDisplay as const,
              content: describeGroup(group, at, room),
            })),
          ]),
      ...(page === 0 && !hasNext ? [] : [pager(id, page, hasNext)]),
    ],
  };
  return { flags: MessageFlags.IsComponentsV2, components: [container], files };
}

/** Of the places shown, those that Discord still has. */
async function stillPosted(app: App, { imageId, placements }: Repost): Promise<Repost> {
  const shown = placements.slice(0, LINES_PER_GROUP);
  const states = await Promise.all(shown.map((placement) => app.liveness.check(placement)));
  const posted = placements.filter((_, at) => (states[at] ?? "posted") === "posted");
  return { imageId, placements: posted };
}

async function thumbnailFile(app: App, { imageId }: Repost, scope: Scope, at: number) {
  return { attachment: Buffer.from(await app.library.thumbnail(imageId, scope)), name: `${at + 1}.webp` };
}

const galleryItem = ({ placements }: Repost, at: number) => ({
  media: { url: `attachment://${at + 1}.webp` },
  description: oneLine(`${at + 1}: posted ${placements.length} times`, 300),
  spoiler: placements.some(({ spoiler }) => spoiler),
});

function heading(groups: number): string {
  if (groups === 0) return "**No reposts** among the pictures that you can see here.";
  const pictures = groups === 1 ? "1 picture" : `${groups.toLocaleString("en")} pictures`;
  return `**Reposts**: ${pictures} posted more than once, oldest post first`;
}

function describeGroup({ placements }: Repost, at: number, room: number): string {
  const title = `**${at + 1}** · ${placements.length} times`;
  const lines = placements.slice(0, LINES_PER_GROUP).map(describePost);
  const maxLength = room - title.length - 1;
  return `${title}\n${fittingLines(lines, { maxLength, total: placements.length })}`;
}

const describePost = (placement: DiscordPlacement) =>
  `<t:${Math.floor(placement.postedAt / 1000)}:d> · <@${placement.authorId}> · [open](${jumpLink(placement)})`;

const pager = (id: string, page: number, hasNext: boolean) => ({
  type: ComponentType.ActionRow as const,
  components: [
    {
      type: ComponentType.Button as const,
      style: ButtonStyle.Secondary as const,
      label: "Previous",
      custom_id: customId("page", id, Math.max(0, page - 1), "p"),
      disabled: page === 0,
    },
    {
      type: ComponentType.Button as const,
      style: ButtonStyle.Secondary as const,
      label: "Next",
      custom_id: customId("page", id, page + 1, "n"),
      disabled: !hasNext,
    },
  ],
});
