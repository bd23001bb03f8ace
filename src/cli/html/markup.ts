import { visibleText } from "../../core/index.ts";

/** HTML that is safe to put on a page: made by `html`, never from plain text. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const escapes: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Untrusted text for a page: markup escaped, and nothing in it that could disguise a name. */
const escapeHtml = (text: string): string =>
  visibleText(text).replace(/[&<>"']/g, (character) => escapes[character] ?? character);

type Part = string | number | Markup | readonly Markup[];

/** Template tag: everything put in is escaped, unless it is markup already. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const rendered = strings.map((text, at) => text + (at < parts.length ? render(parts[at] ?? "") : ""));
  return new Markup(rendered.join(""));
}

function render(part: Part): string {
  if (part instanceof Markup) return part.text;
  if (typeof part === "string" || typeof part === "number") return escapeHtml(String(part));
  return part.map((each) => each.text).join("\n");
}
