import type { Fit } from "../../core/types.ts";
import type { HitCard } from "../../shared/cards.ts";
import { shortId } from "../../shared/format.ts";
import { fittingHits } from "../fitting-hits.ts";
import { Folded } from "../folded.tsx";
import { HitFacts } from "../hit-facts.tsx";
import { useLanguage } from "../language.ts";
import { PictureFigure } from "../picture-figure.tsx";
import { PictureGrid } from "../picture-grid.tsx";
import { PlaceName } from "../place-name.tsx";
import { LinkedThumbnail } from "./linked-thumbnail.tsx";
import { Page } from "./page.tsx";
import type { HitsData } from "./page-data.ts";

const MAX_SHOWN = 120;
const MAX_TAGS = 8;

/** An answer as a contact sheet. What most likely is not what was asked for is folded away, not left out. */
export function HitsPage({ query, model, searched, match, hits, filters, pictures, style }: HitsData) {
  const { texts } = useLanguage();
  const { find, page, picture } = texts;
  const isRanked = query !== "";
  const fitting = fittingHits(hits, match);
  const grid = (some: readonly HitCard[]) => (
    <PictureGrid>
      {some.map((card) => (
        <HitFigure key={card.id} card={card} match={match} pictures={pictures} />
      ))}
    </PictureGrid>
  );
  const facts = [
    { name: page.shown, value: page.hits(hits.length, searched) },
    ...(isRanked ? [{ name: page.model, value: model }] : []),
    ...(isRanked ? [{ name: page.score, value: page.cosine }] : []),
  ];
  return (
    <Page title={query || page.byDate} filters={filters} style={style} facts={facts}>
      {hits.length === 0 && <p>{find.nothing}</p>}
      {hits.length > 0 && match === "nothing" && <p class="notice">{find.noneFits}.</p>}
      {hits.length > 0 && match === "weak" && <p class="notice">{find.weak}.</p>}
      {fitting > 0 && (
        <Folded items={hits.slice(0, fitting)} shown={MAX_SHOWN} summary={picture.more}>
          {grid}
        </Folded>
      )}
      <Folded
        items={hits.slice(fitting)}
        shown={0}
        summary={(count) => (fitting === 0 ? page.nearest(count) : page.unlikely(count))}
      >
        {grid}
      </Folded>
    </Page>
  );
}

interface HitFigureProps extends Pick<HitsData, "pictures"> {
  readonly card: HitCard;
  readonly match: Fit | undefined;
}

function HitFigure({ card, match, pictures }: HitFigureProps) {
  const { texts, formatBytes, formatDay, formatNumber } = useLanguage();
  const { picture, box } = texts;
  const boxes = (card.words?.places ?? []).flatMap((place) => place.box ?? []);
  return (
    <PictureFigure picture={<LinkedThumbnail card={card} pictures={pictures} boxes={boxes} />}>
      <PlaceName place={card} />
      {card.placeCount > 1 && <span class="facts">{box.morePlaces(card.placeCount - 1)}</span>}
      <span>
        <span class="mark">{picture.rank(card.rank)}</span>
        {match === "good" && card.fit !== undefined && card.fit !== "good" && (
          <span class="mark warm">{picture.fits[card.fit]}</span>
        )}
        {!card.online && <span class="mark">{picture.offline}</span>}
      </span>
      {card.score !== undefined && <HitFacts card={card} />}
      <span class="facts">
        {formatNumber(card.width)}×{formatNumber(card.height)} · {formatBytes(card.bytes)} ·{" "}
        {formatDay(card.day)} · <code>{shortId(card.id)}</code>
      </span>
      {card.tags.length > 0 && (
        <span class="tag-marks">
          {card.tags.slice(0, MAX_TAGS).map((tag) => (
            <bdi key={tag}>{tag}</bdi>
          ))}
          {card.tags.length > MAX_TAGS && <span>+{formatNumber(card.tags.length - MAX_TAGS)}</span>}
        </span>
      )}
    </PictureFigure>
  );
}
