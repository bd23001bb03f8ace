import type { Card } from "../shared/cards.ts";
import type { Language } from "./language.ts";

const MAX_TAGS = 3;

/** For those who do not see a picture: what there is to say of it. */
export const altText = (
  { name, day, tags }: Pick<Card, "name" | "day" | "tags">,
  { formatDay }: Language,
): string => [name, formatDay(day), ...tags.slice(0, MAX_TAGS)].filter(Boolean).join(", ");
