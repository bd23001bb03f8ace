import type { ComponentChild } from "preact";
import type { Card, ThemeCard } from "../shared/cards.ts";
import { useLanguage } from "./language.ts";
import { PictureFigure } from "./picture-figure.tsx";
import { PictureGrid } from "./picture-grid.tsx";
import { PlaceName } from "./place-name.tsx";

interface ThemeSectionProps {
  readonly theme: ThemeCard;
  /** A thumbnail, in whatever it leads to. */
  readonly picture: (card: Card) => ComponentChild;
}

/** A theme by its name, its size and the pictures in the middle of it. */
export function ThemeSection({ theme: { name, size, representatives }, picture }: ThemeSectionProps) {
  const { texts } = useLanguage();
  return (
    <section class="theme">
      <h2>
        <bdi>{name ?? texts.groups.noName}</bdi> <small>{texts.library.pictures(size)}</small>
      </h2>
      <PictureGrid>
        {representatives.map((card) => (
          <PictureFigure key={card.id} picture={picture(card)}>
            <PlaceName place={card} />
          </PictureFigure>
        ))}
      </PictureGrid>
    </section>
  );
}
