import type { ComponentChild } from "preact";
import type { Card, ThemeCard } from "../shared/cards.ts";
import { useLanguage } from "./language.ts";
import { PictureFigure } from "./picture-figure.tsx";
import { PictureGrid } from "./picture-grid.tsx";
import { PlaceName } from "./place-name.tsx";
import type { Texts } from "./texts/en.ts";

interface ThemeSectionProps {
  readonly theme: ThemeCard;
  /** A thumbnail, in whatever it leads to. */
  readonly picture: (card: Card) => ComponentChild;
}

/** Where no one name holds for most of its pictures, that of the picture in its middle, without its ending. */
export const themeName = ({ name, representatives: [first] }: ThemeCard, texts: Texts) =>
  name ?? texts.groups.like(first?.name.replace(/(?<=.)\.[^. ]{1,5}$/, "") ?? "…");

/** A theme by its name, its size and the pictures in the middle of it. */
export function ThemeSection({ theme, picture }: ThemeSectionProps) {
  const { texts } = useLanguage();
  const { size, representatives } = theme;
  return (
    <section class="theme">
      <h2>
        <bdi>{themeName(theme, texts)}</bdi> <small>{texts.library.pictures(size)}</small>
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
