import { type APIContainerComponent, ButtonStyle, ComponentType, MessageFlags } from "discord.js";
import type {
  DiscordPlacement,
  DuplicateGroup,
  ImageId,
  ImageRecord,
  Library,
  LibraryView,
} from "../../core/index.ts";
import { describeNotCompared } from "../../core/index.ts";
import { jumpLink } from "../../shared/placements.ts";
import { isSticker } from "../gateway/payloads.ts";
import type { PostVerifier } from "../ingest/post-verifier.ts";
import { fittingLines, MAX_COMPONENT_TEXT, oneLine, posterName, quoted } from "../message-text.ts";
import type { ChannelDirectory, Viewer } from "../permissions/readable-channels.ts";
import { visibleLibrary } from "../permissions/viewer-scope.ts";
import { type AnswerTexts, english } from "../texts/english.ts";
import { customId } from "./custom-id.ts";
import { asItIsNow, blurredAmong, oldestFirst } from "./find-page.ts";
import type { PrivateReply, ShownQuery } from "./results-message.ts";

const GROUPS_PER_PAGE = 5;
const LINES_PER_GROUP = 6;

export interface DuplicatesParts {
  readonly library: Pick<Library, "posts" | "within">;
  readonly directory: ChannelDirectory;
  readonly verifier: PostVerifier;
}

/** One page of reposts, by the viewer's permissions at this moment. */
export async function duplicatesPage(
  parts: DuplicatesParts,
  viewer: Viewer,
  { query, id, page, texts }: Omit<ShownQuery, "isHere">,
): Promise<PrivateReply> {
  const { view, basis, channels } = await visibleLibrary(parts, viewer, query.narrowing);
  const all = repostsOf(await view.duplicates({ kind: "same" }));
  const wanted = all.slice(page * GROUPS_PER_PAGE, (page + 1) * GROUPS_PER_PAGE);
  const checked = await Promise.all(wanted.map((group) => stillPosted(parts, blurredAmong(channels), group)));
  const groups = checked.filter(({ placements }) => placements.length > 1);
  const hasNext = all.length > (page + 1) * GROUPS_PER_PAGE;
  const files = await Promise.all(groups.map((group, at) => thumbnailFile(view, group, at)));
  const notCompared = describeNotCompared(await view.missingEmbeddings());
  const title = [heading(all.length, texts), ...(notCompared ? [`-# ${quoted(notCompared, 300)}`] : [])].join(
    "\n",
  );
  const room = Math.floor((MAX_COMPONENT_TEXT - title.length) / Math.max(1, groups.length));
  const container: APIContainerComponent = {
    type: ComponentType.Container,
    components: [
      { type: ComponentType.TextDisplay, content: title },
      ...(groups.length === 0
        ? []
        : [
            {
              type: ComponentType.MediaGallery as const,
              items: groups.map((group, at) => galleryItem(group, at, texts)),
            },
            ...groups.map((group, at) => ({
              type: ComponentType.TextDisplay as const,
              content: describeGroup(group, at, { room, texts, verifier: parts.verifier }),
            })),
          ]),
      ...(page === 0 && !hasNext ? [] : [pager(id, page, hasNext, texts)]),
    ],
  };
  return {
    flags: MessageFlags.IsComponentsV2,
    components: [container],
    files,
    madeOf: { basis, posts: groups.flatMap(({ placements }) => placements) },
  };
}

/** Drops posts that are gone from Discord, among those shown. */
async function stillPosted(
  { verifier }: DuplicatesParts,
  blurred: ReadonlySet<string>,
  { placements, ...group }: RepostGroup,
): Promise<RepostGroup> {
  const shown = placements.slice(0, LINES_PER_GROUP);
  const states = await Promise.all(shown.map((placement) => verifier.verify(placement)));
  const posted = placements.filter((_, at) => (states[at] ?? "posted") === "posted");
  return { ...group, placements: posted.map((placement) => asItIsNow(verifier, blurred, placement)) };
}

async function thumbnailFile(view: LibraryView, { imageId }: RepostGroup, at: number) {
  return { attachment: Buffer.from(await view.thumbnail(imageId)), name: `${at + 1}.webp` };
}

const galleryItem = ({ placements }: RepostGroup, at: number, { duplicates }: AnswerTexts) => ({
  media: { url: `attachment://${at + 1}.webp` },
  description: oneLine(`${at + 1}: ${duplicates.posted(placements.length)}`, 300),
  spoiler: placements.some(({ spoiler }) => spoiler),
});

const heading = (groups: number, { duplicates }: AnswerTexts): string =>
  groups === 0 ? duplicates.none : duplicates.heading(groups);

function describeGroup(
  { placements, best }: RepostGroup,
  at: number,
  {
    room,
    texts,
    verifier,
  }: { readonly room: number; readonly texts: AnswerTexts; readonly verifier: PostVerifier },
): string {
  const { duplicates, open, andMore } = texts;
  const bestPost = placements.find(({ messageId }) => messageId === best?.messageId);
  // The core says why in English.
  const why = best && texts === english.answers ? ` (${best.why})` : "";
  const title =
    `**${at + 1}** · ${duplicates.times(placements.length)}` +
    (best && bestPost ? `\n${duplicates.best}: [${open}](${jumpLink(bestPost)})${why}` : "");
  const lines = placements
    .slice(0, LINES_PER_GROUP)
    .map((placement) => describePost(placement, verifier.webhookNameOf(placement), texts));
  const maxLength = room - title.length - 1;
  return `${title}\n${fittingLines(lines, { maxLength, total: placements.length, more: andMore })}`;
}

const describePost = (placement: DiscordPlacement, webhook: string | undefined, { open }: AnswerTexts) =>
  [
    `<t:${Math.floor(placement.postedAt / 1000)}:d>`,
    posterName(placement.authorId, webhook),
    `[${open}](${jumpLink(placement)})`,
  ].join(" · ");

const pager = (id: string, page: number, hasNext: boolean, { find }: AnswerTexts) => ({
  type: ComponentType.ActionRow as const,
  components: [
    {
      type: ComponentType.Button as const,
      style: ButtonStyle.Secondary as const,
      label: find.previous,
      custom_id: customId("page", id, Math.max(0, page - 1), "p"),
      disabled: page === 0,
    },
    {
      type: ComponentType.Button as const,
      style: ButtonStyle.Secondary as const,
      label: find.next,
      custom_id: customId("page", id, page + 1, "n"),
      disabled: !hasNext,
    },
  ],
});

/** One picture and all its posts, oldest first. */
export interface RepostGroup {
  readonly imageId: ImageId;
  readonly placements: readonly DiscordPlacement[];
  /** Of several versions, which is the best and why. */
  readonly best?: { readonly messageId: string; readonly why: string };
}

/** Expects groups whose images carry only what the viewer may see. */
function repostsOf(groups: readonly DuplicateGroup[]): RepostGroup[] {
  return groups.map(repostOf).filter(({ placements }) => placements.length > 1);
}

function repostOf({ keeper, why, members }: DuplicateGroup): RepostGroup {
  const images: ImageRecord[] = [keeper, ...members.map(({ image }) => image)];
  const placements = new Map<string, DiscordPlacement>();
  for (const placement of images.flatMap(oldestFirst)) {
    // A sticker is there to be posted again and again.
    if (isSticker({ id: placement.attachmentId })) continue;
    placements.set(`${placement.messageId}/${placement.attachmentId}`, placement);
  }
  const sorted = [...placements.values()].sort((a, b) => a.postedAt - b.postedAt);
  const [kept] = oldestFirst(keeper);
  const hasVersions = images.some(({ id }) => id !== keeper.id);
  return {
    imageId: keeper.id,
    placements: sorted,
    ...(hasVersions && kept && { best: { messageId: kept.messageId, why } }),
  };
}
