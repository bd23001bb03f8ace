import { relative } from "node:path";
import { dayOf, imageDate, pluralize } from "../core/index.ts";
import type { FindAnswer, Hit } from "../core/types.ts";
import { clockTime, shortId } from "../shared/format.ts";
import { pathsOf } from "../shared/placements.ts";
import { fitMark, quotedPlaces, scoreParts, sourceLabel } from "../shared/score-parts.ts";
import { printable, printLine } from "./output.ts";
import type { Styles } from "./styles.ts";

export interface PrintHitsOptions {
  readonly styles: Styles;
  /** Draws a hit's picture above its line, where the terminal can. */
  readonly drawPicture?: ((hit: Hit) => Promise<void>) | undefined;
}

/** One line per hit, rank and score first, so that it reads and pipes well; a second one for words found. */
export async function printHits(
  answer: FindAnswer,
  { styles, drawPicture }: PrintHitsOptions,
): Promise<void> {
  for (const hit of answer.hits) {
    if (drawPicture) await drawPicture(hit);
    const rank = String(hit.rank).padStart(3);
    const isRead = hit.score === 0 && hit.words !== undefined;
    const score = answer.query === "" || isRead ? "" : `  ${styles.bold(hit.score.toFixed(3))}`;
    const at = hit.part.kind === "frame" ? [`at ${clockTime(hit.part.atMs)}`] : [];
    const facts = [...at, `${hit.width}x${hit.height}`, dayOf(imageDate(hit)), shortId(hit.id)].join("  ");
    const mark = fitMark(answer.match, hit.fit);
    const alike = hit.alike.length > 0 ? styles.good(`  +${hit.alike.length} alike`) : "";
    printLine(
      `${rank}${score}  ${await padEnd(nameOf(hit), 44)}  ${styles.dim(facts)}${mark && `  ${mark}`}${alike}${tagsOf(hit)}`,
    );
    printWords(hit, styles);
  }
}

/** What the hit is made of, and the lines that no path shows. */
function printWords(hit: Hit, styles: Styles): void {
  const parts = scoreParts(hit);
  if (parts === undefined) return;
  const places = quotedPlaces(hit).map(({ source, line }) => `${sourceLabel(source)} "${printable(line)}"`);
  printLine(`     ${styles.dim([parts, ...places].join("  "))}`);
}

/** Its first path, relative if that is shorter, and the number of further places. */
function nameOf(hit: Hit): string {
  const [path = "?"] = pathsOf(hit);
  const [first] = hit.placements;
  const offline = first?.kind === "file" && !first.online ? " (offline)" : "";
  const others = hit.placementCount > 1 ? ` (and ${pluralize(hit.placementCount - 1, "more place")})` : "";
  return printable(shortestPath(path)) + offline + others;
}

function shortestPath(path: string): string {
  const short = relative(process.cwd(), path);
  return path.startsWith("/") && short.length < path.length && !short.startsWith("..") ? short : path;
}

const tagsOf = (hit: Hit) =>
  hit.tags.length > 0 ? `  #${hit.tags.map(({ tag }) => printable(tag)).join(" #")}` : "";

const padEnd = async (text: string, width: number) =>
  text + " ".repeat(Math.max(0, width - (await widthOf(text))));

/** In columns. What measures more than ASCII takes a start tens of milliseconds to load. */
async function widthOf(text: string): Promise<number> {
  if (/^[ -~]*$/.test(text)) return text.length;
  const { default: stringWidth } = await import("string-width");
  return stringWidth(text);
}
