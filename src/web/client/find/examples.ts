import { signal } from "@preact/signals";
import type { Card } from "../../../shared/cards.ts";
import { get, thumbnailOf } from "../api.ts";
import { texts } from "../texts/texts.ts";

/** A picture that serves as an example, as its chip shows it. */
export interface ShownExample {
  readonly name: string;
  /** Absent where this tab has no picture of it. */
  readonly source?: string | undefined;
}

/** Pictures dropped or pasted in this tab, by the name that the server gave them. */
const dropped = new Map<string, ShownExample>();

export function rememberDropped(name: string, picture: Blob): void {
  const file = picture instanceof File && picture.name !== "" ? picture.name : texts.filters.droppedPicture;
  dropped.set(name, { name: file, source: URL.createObjectURL(picture) });
}

/** Names of pictures of the library, by their ids as the address has them, as far as they were asked for. */
const names = signal<ReadonlyMap<string, string>>(new Map());
const asked = new Set<string>();

/** An example as the address names it: a dropped picture, or one of the library, of what moves perhaps a moment. */
export function shownExample(subject: string): ShownExample {
  const own = dropped.get(subject);
  if (own) return own;
  const [id = ""] = subject.split("@");
  if (!/^[0-9a-f]+$/i.test(id)) return { name: texts.filters.droppedPicture };
  if (!asked.has(id)) void askName(id);
  return {
    name: names.value.get(id) ?? texts.filters.picture(id.slice(0, 12)),
    source: thumbnailOf(subject),
  };
}

async function askName(id: string): Promise<void> {
  asked.add(id);
  // A picture that is gone is told of by the answer to the question.
  const card = await get<Card>(`/api/pictures/${id}`).catch(() => undefined);
  if (card) names.value = new Map(names.peek()).set(id, card.name);
}
