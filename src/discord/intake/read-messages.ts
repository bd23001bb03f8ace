import type { Place } from "../access/place.ts";
import { type PostedPicture, postedPictures } from "../attachments/posted-pictures.ts";
import { isWithheld, type RawMessage } from "../attachments/raw-message.ts";
import type { Liveness } from "./liveness.ts";
import type { SecondTries } from "./second-tries.ts";
import type { Haste, Taken, TakePictures } from "./take-pictures.ts";

export interface ReadParts {
  readonly pictures: TakePictures;
  readonly secondTries: SecondTries;
  readonly liveness: Liveness;
  /** The bot's own account: its thumbnails are never taken. */
  readonly ownId: () => string | undefined;
}

export interface PageCounts {
  readonly messages: number;
  readonly added: number;
  /** Placements of pictures whose bytes were known. */
  readonly known: number;
  readonly skipped: number;
  readonly failed: number;
}

export const nothingRead: PageCounts = { messages: 0, added: 0, known: 0, skipped: 0, failed: 0 };

export interface TakenPicture {
  readonly picture: PostedPicture;
  readonly taken: Taken;
}

/** Takes the pictures of these messages of one place; resolves when each is in, refused, or noted for another try. */
export async function readMessages(
  { pictures, secondTries, liveness, ownId }: ReadParts,
  place: Place,
  messages: readonly RawMessage[],
  haste: Haste,
): Promise<{ counts: PageCounts; taken: TakenPicture[] }> {
  const told = messages.filter((message) => !isWithheld(message));
  liveness.saw(
    place,
    told.map(({ id }) => id),
  );
  const others = messages.filter((message) => message.author.id !== ownId());
  const posted = others.flatMap((message) => postedPictures(message, place));
  const results = await pictures.take(posted, haste);
  const taken = posted.flatMap((picture, at) => {
    const result = results[at];
    return result ? [{ picture, taken: result }] : [];
  });
  await noteFailures(secondTries, taken);
  return { counts: count(others.length, results), taken };
}

async function noteFailures(secondTries: SecondTries, taken: readonly TakenPicture[]): Promise<void> {
  const failed = new Map<string, TakenPicture & { taken: { kind: "failed" } }>();
  for (const { picture, taken: result } of taken) {
    if (result.kind === "failed") failed.set(picture.placement.messageId, { picture, taken: result });
  }
  for (const { picture, taken: result } of failed.values()) {
    const { guildId, channelId, messageId } = picture.placement;
    await secondTries.note({ guildId, channelId, messageId }, result.reason);
  }
}

function count(messages: number, results: readonly Taken[]): PageCounts {
  const of = (...kinds: Taken["kind"][]) => results.filter(({ kind }) => kinds.includes(kind)).length;
  return {
    messages,
    added: of("added"),
    known: of("known", "placed-before"),
    skipped: of("skipped"),
    failed: of("failed"),
  };
}

export function sum(a: PageCounts, b: PageCounts): PageCounts {
  return {
    messages: a.messages + b.messages,
    added: a.added + b.added,
    known: a.known + b.known,
    skipped: a.skipped + b.skipped,
    failed: a.failed + b.failed,
  };
}
