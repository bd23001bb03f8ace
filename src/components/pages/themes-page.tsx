import { useLanguage } from "../language.ts";
import { ThemeSection } from "../theme-section.tsx";
import { LinkedThumbnail } from "./linked-thumbnail.tsx";
import { Page } from "./page.tsx";
import type { ThemesData } from "./page-data.ts";

/** Themes with the pictures in the middle of them. */
export function ThemesPage({ themes, filters, pictures, style }: ThemesData) {
  const { page, views } = useLanguage().texts;
  const total = themes.reduce((sum, { size }) => sum + size, 0);
  const facts = [{ name: page.shown, value: page.themes(themes.length, total) }];
  return (
    <Page title={views.themes} filters={filters} style={style} facts={facts}>
      {themes.map((theme, at) => (
        <ThemeSection
          key={at}
          theme={theme}
          picture={(card) => <LinkedThumbnail card={card} pictures={pictures} />}
        />
      ))}
    </Page>
  );
}
