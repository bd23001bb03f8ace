import type { ComponentChild } from "preact";
import type { CopyCard, GroupCard, Place } from "../shared/cards.ts";
import { Folded } from "./folded.tsx";
import { useLanguage } from "./language.ts";
import { PictureFigure } from "./picture-figure.tsx";
import { PictureGrid } from "./picture-grid.tsx";
import { PlaceName } from "./place-name.tsx";

const MAX_COPIES = 12;
const MAX_PLACES = 5;

type Other = GroupCard["others"][number];

interface DuplicateGroupProps {
  readonly group: GroupCard;
  /** A copy's thumbnail, in whatever it leads to. */
  readonly picture: (copy: CopyCard) => ComponentChild;
  readonly hrefOf?: ((place: Place) => string | undefined) | undefined;
  /** What can be done with one that is not the keeper. */
  readonly actions?: ((other: Other) => ComponentChild) | undefined;
}

/** Copies of one picture, keeper first: which to keep and why, and what differs from it in bold. */
export function DuplicateGroup({ group, picture, hrefOf, actions }: DuplicateGroupProps) {
  const { texts, formatBytes } = useLanguage();
  const { keeper, others } = group;
  const copies: readonly (CopyCard | Other)[] = [keeper, ...others];
  return (
    <section class="group">
      <h2>
        {texts.duplicates.kinds[group.kind]}
        {group.reclaimableBytes > 0 && (
          <small> {texts.duplicates.frees(formatBytes(group.reclaimableBytes))}</small>
        )}
      </h2>
      <p class="note">{group.why}</p>
      <Folded items={copies} shown={MAX_COPIES} summary={texts.picture.more}>
        {(some) => (
          <PictureGrid>
            {some.map((copy) => (
              <PictureFigure key={copy.id} picture={picture(copy)} isKeeper={copy === keeper}>
                {"reason" in copy && <span class="mark">{copy.reason}</span>}
                <Places copy={copy} isKeeper={copy === keeper} hrefOf={hrefOf} />
                <Differences copy={copy} keeper={keeper} />
                {"reason" in copy && actions?.(copy)}
              </PictureFigure>
            ))}
          </PictureGrid>
        )}
      </Folded>
    </section>
  );
}

interface PlacesProps extends Pick<DuplicateGroupProps, "hrefOf"> {
  readonly copy: CopyCard;
  readonly isKeeper: boolean;
}

/** Each place by itself, since files with the same bytes are one picture: of the keeper's, one stays. */
function Places({ copy, isKeeper, hrefOf }: PlacesProps) {
  const { texts } = useLanguage();
  const more = copy.placeCount - copy.places.length;
  return (
    <>
      <Folded items={copy.places} shown={MAX_PLACES} summary={texts.box.morePlaces}>
        {(places) => (
          <ul class="places">
            {places.map((place) => (
              <li key={place.at}>
                <PlaceName place={place} href={hrefOf?.(place)} />
                {place.isSpare && <span class="mark">{texts.duplicates.extra}</span>}
                {isKeeper && !place.isSpare && <span class="mark keep">{texts.duplicates.keepThis}</span>}
                {!place.online && <span class="mark">{texts.picture.offline}</span>}
              </li>
            ))}
          </ul>
        )}
      </Folded>
      {more > 0 && <span class="facts">{texts.box.morePlaces(more)}</span>}
    </>
  );
}

function Differences({ copy, keeper }: { readonly copy: CopyCard; readonly keeper: CopyCard }) {
  const { formatBytes, formatDay, formatNumber } = useLanguage();
  const fact = (of: (card: CopyCard) => string) => (of(copy) === of(keeper) ? of(copy) : <b>{of(copy)}</b>);
  const facts = [
    fact(({ width, height }) => `${formatNumber(width)}×${formatNumber(height)}`),
    fact(({ bytes }) => formatBytes(bytes)),
    copy.format !== "" && fact(({ format }) => format.toUpperCase()),
    copy.day !== "" && fact(({ day }) => formatDay(day)),
  ];
  return (
    <span class="facts">
      {facts.filter(Boolean).map((each, at) => (
        <span key={at}>
          {at > 0 && " · "}
          {each}
        </span>
      ))}
    </span>
  );
}
