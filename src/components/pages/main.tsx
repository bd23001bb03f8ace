import type { VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import { DuplicatesPage } from "./duplicates-page.tsx";
import { HitsPage } from "./hits-page.tsx";
import type { PageRenderers } from "./page-data.ts";
import { ThemesPage } from "./themes-page.tsx";

export const renderHits: PageRenderers["renderHits"] = (data) => documentOf(<HitsPage {...data} />);
export const renderDuplicates: PageRenderers["renderDuplicates"] = (data) =>
  documentOf(<DuplicatesPage {...data} />);
export const renderThemes: PageRenderers["renderThemes"] = (data) => documentOf(<ThemesPage {...data} />);

const documentOf = (page: VNode) => `<!doctype html>\n${renderToString(page)}\n`;
