import type { ReplyContent } from "../fake/interactions.ts";

/**
 * A page that draws a message from its JSON roughly as Discord's app lays it out on a phone: to look at answers, and to
 * notice what does not fit. Text stands as it is sent, without Markdown but bold and small lines.
 */
export function messagePage(reply: ReplyContent): string {
  const files = new Map(reply.files.map(({ name, bytes }) => [name, Buffer.from(bytes).toString("base64")]));
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Answer</title>
<meta name="viewport" content="width=device-width"><style>${STYLE}</style></head><body><main>${draw(reply.raw, files)}</main></body></html>`;
}

const STYLE = `
body { margin: 0; background: #313338; color: #dbdee1; font: 15px/1.35 system-ui, sans-serif; }
main { padding: 12px; }
.container { border-left: 4px solid #5b8def; border-radius: 8px; background: #2b2d31; padding: 12px; display: grid; gap: 8px; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; }
small { color: #b5bac1; font-size: 12px; }
.section { display: grid; grid-template-columns: 1fr auto; gap: 8px; align-items: center; }
.gallery { display: grid; grid-template-columns: repeat(3, 1fr); gap: 4px; }
.gallery img { width: 100%; aspect-ratio: 1; object-fit: cover; border-radius: 4px; display: block; }
.gallery .spoiler img { filter: blur(16px); }
.row { display: flex; flex-wrap: wrap; gap: 8px; }
.button { background: #4e5058; border-radius: 4px; padding: 6px 12px; min-height: 32px; box-sizing: border-box; }
.button[aria-disabled] { opacity: .5; }
.menu { flex: 1 1 100%; background: #1e1f22; border-radius: 4px; padding: 9px 12px; }
`;

interface Part {
  readonly type?: number;
  readonly content?: string;
  readonly components?: readonly Part[];
  readonly accessory?: Part;
  readonly label?: string;
  readonly disabled?: boolean;
  readonly placeholder?: string;
  readonly options?: readonly { readonly label: string; readonly default?: boolean }[];
  readonly items?: readonly {
    readonly media: { readonly url: string };
    readonly description: string;
    readonly spoiler?: boolean;
  }[];
}

const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.codePointAt(0)};`);

/** Mentions, times and links as an app shows them, none of which it could look up. */
const shown = (text: string): string =>
  escaped(
    text
      .replace(/<@&?\d+>/g, "@someone")
      .replace(/<#\d+>/g, "#channel")
      .replace(/<t:\d+:\w>/g, "11/30/2026")
      .replace(/\[([^\]]+)\]\(https:[^)]*\)/g, "$1")
      .replace(/\\(?=[\p{P}\p{S}])/gu, ""),
  )
    .replace(/\*\*(.+?)\*\*/g, "<b>$1</b>")
    .replace(/^-# (.*)$/gm, "<small>$1</small>");

function draw(given: unknown, files: ReadonlyMap<string, string>): string {
  const part = given as Part;
  const inner = (part.components ?? []).map((each) => draw(each, files)).join("");
  const text = part.content ? `<div class="text">${shown(part.content)}</div>` : "";
  switch (part.type) {
    case 1:
      return `<div class="row">${inner}</div>`;
    case 2:
      return `<div class="button"${part.disabled ? ' aria-disabled="true"' : ""}>${escaped(part.label ?? "")}</div>`;
    case 3:
    case 5:
    case 8: {
      const chosen = part.options?.find((option) => option.default)?.label;
      return `<div class="menu">${escaped(chosen ?? part.placeholder ?? "Make a selection")} ▾</div>`;
    }
    case 9:
      return `<div class="section"><div>${inner}</div>${draw(part.accessory, files)}</div>`;
    case 12:
      return `<div class="gallery">${(part.items ?? [])
        .map(({ media, description, spoiler }) => {
          const bytes = files.get(media.url.replace("attachment://", "")) ?? "";
          return `<div${spoiler ? ' class="spoiler"' : ""}><img alt="${escaped(description)}" src="data:image/webp;base64,${bytes}"></div>`;
        })
        .join("")}</div>`;
    case 17:
      return `<div class="container">${inner}</div>`;
    default:
      return text + inner;
  }
}
