import type { FractionBox } from "../../core/types.ts";
import type { Card } from "../../shared/cards.ts";
import { Thumbnail } from "../thumbnail.tsx";
import type { PageData } from "./page-data.ts";

interface LinkedThumbnailProps extends Pick<PageData, "pictures"> {
  readonly card: Card;
  readonly boxes?: readonly FractionBox[];
}

/** A thumbnail that leads to the picture itself. */
export function LinkedThumbnail({ card, pictures, boxes }: LinkedThumbnailProps) {
  const linked = pictures.get(card.id);
  const thumbnail = <Thumbnail card={card} source={linked?.source} boxes={boxes} />;
  return linked?.href === undefined ? thumbnail : <a href={linked.href}>{thumbnail}</a>;
}
