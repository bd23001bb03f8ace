import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ThemeSection, themeName } from "../../../components/theme-section.tsx";
import { Thumbnail } from "../../../components/thumbnail.tsx";
import type { Card, ThemeCard } from "../../../shared/cards.ts";
import type { ThemesState, Working } from "../../answers.ts";
import { linkTo, linkToPicture } from "../address.ts";
import { reasonOf, thumbnailOf } from "../api.ts";
import { getWhenDone } from "../long-answer.ts";
import { formatNumber, texts } from "../texts/texts.ts";

import "./themes.css";

/** What kinds of pictures there are, the largest first; each leads to all of its pictures. */
export function ThemesView() {
  const themes = useSignal<readonly ThemeCard[] | undefined>(undefined);
  const model = useSignal("");
  const progress = useSignal<Working | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);

  useEffect(() => {
    const stop = new AbortController();
    getWhenDone<Extract<ThemesState, { state: "done" }>>(
      "/api/themes",
      stop.signal,
      (now) => (progress.value = now),
    ).then(
      (found) => {
        model.value = found.model;
        themes.value = found.themes;
      },
      (error: unknown) => {
        if (!stop.signal.aborted) problem.value = reasonOf(error);
      },
    );
    return () => stop.abort();
  }, []);

  return (
    <article class="themes">
      {problem.value !== undefined && <p role="alert">{problem.value}</p>}
      <p class="summary" aria-live="polite">
        {themes.value
          ? [summaryOf(themes.value), texts.page.by(model.value)].join(" · ")
          : texts.themes.working(progress.value?.done ?? 0)}
      </p>
      {themes.value && themes.value.length > 1 && <Index themes={themes.value} />}
      {themes.value?.map((theme, at) => (
        <div key={idOf(theme)} id={anchorOf(at)}>
          <ThemeSection theme={theme} picture={(card) => <Example card={card} />} />
          <p class="all">
            <a href={`/?${picturesOf(theme)}`} onClick={linkTo("/", picturesOf(theme))}>
              {texts.themes.all(theme.size)}
            </a>
          </p>
        </div>
      ))}
    </article>
  );
}

const summaryOf = (themes: readonly ThemeCard[]) => {
  const pictures = themes.reduce((sum, { size }) => sum + size, 0);
  return pictures === 0 ? texts.find.emptyLibrary : texts.page.themes(themes.length, pictures);
};

/** A theme is named by the picture in its middle. */
const idOf = ({ representatives: [first] }: ThemeCard) => first?.id ?? "";
const picturesOf = (theme: ThemeCard) => new URLSearchParams({ theme: idOf(theme) });
const anchorOf = (at: number) => `theme-${at + 1}`;

function Index({ themes }: { readonly themes: readonly ThemeCard[] }) {
  return (
    <nav class="theme-index" aria-label={texts.views.themes}>
      <ol>
        {themes.map((theme, at) => (
          <li key={idOf(theme)}>
            <a href={`#${anchorOf(at)}`}>
              <img src={thumbnailOf(idOf(theme))} alt="" loading="lazy" />
              <bdi>{themeName(theme, texts)}</bdi> <small>{formatNumber(theme.size)}</small>
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}

const Example = ({ card }: { readonly card: Card }) => (
  <a {...linkToPicture(card.id)}>
    <Thumbnail card={card} source={thumbnailOf(card.id)} />
  </a>
);
