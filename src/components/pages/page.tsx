import type { ComponentChildren } from "preact";
import { visibleText } from "../../core/unprintable-characters.ts";
import { type Language, useLanguage } from "../language.ts";
import type { Filter, PageData } from "./page-data.ts";

/** Neither a script nor anything from elsewhere; links lead out only when they are followed. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

interface PageProps extends Pick<PageData, "filters" | "style"> {
  readonly title: string;
  /** Besides the filters. */
  readonly facts?: readonly { readonly name: string; readonly value: string }[];
  readonly children: ComponentChildren;
}

/**
 * The whole document: what was asked, of which pictures and by which model, above the answer. The generator is how
 * Glimpse knows its own pages again (cli/html/own-page.ts).
 */
export function Page({ title, filters, facts = [], style, children }: PageProps) {
  const language = useLanguage();
  const asked = filters.map(({ name, value }) => ({ name: filterName(name, language), value }));
  return (
    <html lang={language.tag}>
      <head>
        <meta charset="utf-8" />
        <meta name="generator" content="Glimpse" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content={POLICY} />
        <title>{visibleText(title)}</title>
        <style dangerouslySetInnerHTML={{ __html: style }} />
      </head>
      <body>
        <header>
          <h1>
            <bdi>{visibleText(title)}</bdi>
          </h1>
          <dl class="asked">
            {[...asked, ...facts].map(({ name, value }) => (
              <div key={name + value}>
                <dt>{name}</dt>
                <dd>
                  <bdi>{visibleText(value)}</bdi>
                </dd>
              </div>
            ))}
          </dl>
        </header>
        <main>{children}</main>
      </body>
    </html>
  );
}

function filterName(name: Filter["name"], { texts: { filters, page } }: Language): string {
  if (name === "folder" || name === "since" || name === "until" || name === "tag") return filters[name];
  return page[name];
}
