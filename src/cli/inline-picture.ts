import type { Config } from "../config.ts";
import { momentName } from "../core/index.ts";
import type { Hit, ImageId } from "../core/types.ts";

const ROWS = 8;
/** kitty takes at most this much of an encoded picture per escape sequence. */
const KITTY_CHUNK = 4096;

interface Pictures {
  thumbnailPng(id: ImageId): Promise<Uint8Array>;
}

/** Draws a hit's thumbnail in terminals that can show pictures; undefined where none can. */
export function pictureDrawer(
  view: Pictures,
  protocol: Config["terminalPictures"],
): ((hit: Hit) => Promise<void>) | undefined {
  if (protocol === undefined || !process.stdout.isTTY) return undefined;
  return async (hit) => {
    const bytes = await view.thumbnailPng(momentName(hit.id, hit.part));
    const data = Buffer.from(bytes).toString("base64");
    process.stdout.write(`${protocol === "kitty" ? kitty(data) : iterm(data)}\n`);
  };
}

/** https://iterm2.com/documentation-images.html */
const iterm = (data: string) => `\x1b]1337;File=inline=1;height=${ROWS};preserveAspectRatio=1:${data}\x07`;

/** https://sw.kovidgoyal.net/kitty/graphics-protocol/ */
function kitty(data: string): string {
  const chunks = data.match(new RegExp(`.{1,${KITTY_CHUNK}}`, "g")) ?? [];
  return chunks
    .map((chunk, at) => {
      const control = at === 0 ? `a=T,f=100,r=${ROWS},` : "";
      return `\x1b_G${control}m=${at < chunks.length - 1 ? 1 : 0};${chunk}\x1b\\`;
    })
    .join("");
}
