import type { ImageRecord, ImageText } from "../core/index.ts";
import { dayOf, imageDate, pluralize } from "../core/index.ts";
import { shortId } from "../shared/format.ts";
import type { McpLibraryView } from "./library-port.ts";
import { factsLine, factsOf, nameOf, pathOf } from "./picture-facts.ts";
import { inQuotes, quoted } from "./untrusted-text.ts";

const MAX_LINES = 40;
const MAX_LINE_LENGTH = 200;
const MAX_PLACES = 5;
/** On each side. */
const NEIGHBOURS = 2;

/** All that is known of a picture, to be cited: its facts, where else it is, the words in it, and what was taken around it. */
export async function contextOf(image: ImageRecord, view: McpLibraryView): Promise<string> {
  const [text] = await view.texts([image.id]);
  const { before, after } = await view.neighboursInTime(image.id, NEIGHBOURS);
  const elsewhere = image.placements.slice(1, 1 + MAX_PLACES).map((place) => inQuotes(pathOf(place)));
  const more = image.placementCount - 1 - elsewhere.length;
  return [
    factsLine(factsOf(image)),
    ...(elsewhere.length > 0
      ? [`  also at ${elsewhere.join(", ")}${more > 0 ? ` and at ${pluralize(more, "further place")}` : ""}`]
      : []),
    ...metadataOf(image),
    ...wordsIn(text),
    ...(before.length > 0 ? [`  before it: ${before.map(neighbour).join(", ")}`] : []),
    ...(after.length > 0 ? [`  after it: ${after.map(neighbour).join(", ")}`] : []),
  ].join("\n");
}

function metadataOf({ facts }: ImageRecord): string[] {
  if (facts === undefined) return [];
  const { camera, lens, place, location, rating } = facts;
  const said = [
    ...[camera, lens, place?.name].flatMap((name) => (name === undefined ? [] : [quoted(name, 100)])),
    ...(location ? [`${location.latitude.toFixed(5)},${location.longitude.toFixed(5)}`] : []),
    ...(rating === undefined ? [] : [rating === -1 ? "rejected" : pluralize(rating, "star")]),
  ];
  return said.length > 0 ? [`  its file says: ${said.join(", ")}`] : [];
}

function wordsIn(text: ImageText | undefined): string[] {
  if (text === undefined || text.lines.length === 0) return [];
  const lines = text.lines.slice(0, MAX_LINES).map((line) => quoted(line.text, MAX_LINE_LENGTH));
  const more = text.lines.length - lines.length;
  return [
    `  words in it: ${lines.join(" ")}${more > 0 ? ` and ${pluralize(more, "further line")} (read_text)` : ""}`,
  ];
}

const neighbour = (image: ImageRecord) =>
  `${shortId(image.id)} ${inQuotes(nameOf(image))} ${dayOf(imageDate(image))}`;
