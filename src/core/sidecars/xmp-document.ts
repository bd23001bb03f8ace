import { GlimpseError } from "../errors.ts";
import type { CarriedWords } from "../types.ts";

const RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const XMLNS = "http://www.w3.org/2000/xmlns/";
const DC = "http://purl.org/dc/elements/1.1/";
const LISTS = new Set(["Bag", "Seq", "Alt"]);
/** Deeper than any program writes; a document that is deeper is hostile. */
const MAX_DEPTH = 64;
/** What XML 1.0 cannot hold, escaped or not. */
const NOT_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\r": "&#13;",
};

/** The document cannot be read, or keeps keywords in a form that cannot be changed without touching the rest. */
export class XmpError extends GlimpseError {
  override name = "XmpError";
}

/** Keywords as a document of their own. */
export function renderXmp(keywords: readonly string[]): string {
  const items = keywords.map((keyword) => `     <rdf:li>${escapeXml(keyword)}</rdf:li>\n`).join("");
  return `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Glimpse">
 <rdf:RDF xmlns:rdf="${RDF}">
  <rdf:Description rdf:about="" xmlns:dc="${DC}">
   <dc:subject>
    <rdf:Bag>
${items}    </rdf:Bag>
   </dc:subject>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
`;
}

/** dc:subject; dc:title and dc:description; and simple properties by their local names. @throws XmpError */
export async function readXmp(
  xml: string,
): Promise<CarriedWords & { readonly properties: ReadonlyMap<string, string> }> {
  const { keywords, titles, properties } = await parse(xml);
  return { keywords, titles, properties };
}

/**
 * The same document with these keywords too: everything else stays as it is, byte for byte.
 * @throws XmpError
 */
export async function addKeywords(xml: string, wanted: readonly string[]): Promise<string> {
  const parsed = await parse(xml);
  const missing = wanted.map(printableXml).filter((keyword) => !parsed.keywords.includes(keyword));
  if (missing.length === 0) return xml;
  const { at, text, until = at } = insertion(parsed, xml, [...new Set(missing)]);
  const merged = xml.slice(0, at) + text + xml.slice(until);
  const { keywords } = await parse(merged);
  if ([...parsed.keywords, ...missing].some((keyword) => !keywords.includes(keyword)))
    throw new XmpError("its keywords could not be added");
  return merged;
}

/** A keyword as a document holds it: characters that XML cannot hold become replacement characters. */
export const printableXml = (text: string): string => text.replace(NOT_XML, "\ufffd");

const escapeXml = (text: string) =>
  printableXml(text).replace(/[&<>"\r]/g, (character) => ESCAPES[character] ?? character);

/** Offsets of an element in the document. */
interface ElementPlace {
  readonly start: number;
  /** After its opening tag. */
  readonly inside: number;
  /** Before its closing tag. */
  readonly end: number;
  readonly isSelfClosing: boolean;
  /** As the document writes it, with its prefix. */
  readonly name: string;
}

interface ParsedXmp extends CarriedWords {
  readonly properties: ReadonlyMap<string, string>;
  readonly subjects: readonly ElementPlace[];
  readonly lists: readonly ElementPlace[];
  readonly items: readonly ElementPlace[];
  readonly descriptions: readonly ElementPlace[];
}

function insertion(
  { subjects, lists, items, descriptions }: ParsedXmp,
  xml: string,
  keywords: readonly string[],
): { at: number; until?: number; text: string } {
  const [list] = lists;
  if (list) {
    const prefix = prefixOf(list.name);
    const texts = keywords.map((keyword) => `<${prefix}li>${escapeXml(keyword)}</${prefix}li>`);
    if (list.isSelfClosing) return opened(list, xml, texts.join(""));
    const last = items.at(-1);
    if (!last) return { at: list.inside, text: texts.join("") };
    const indent = indentBefore(xml, last.start);
    const at = last.isSelfClosing ? last.inside : xml.indexOf(">", last.end) + 1;
    return { at, text: texts.map((text) => indent + text).join("") };
  }
  if (subjects.length > 0) throw new XmpError("its keywords are not kept as a list");
  const [description] = descriptions;
  if (!description) throw new XmpError("it has no description to add keywords to");
  const prefix = prefixOf(description.name);
  const declared = prefix === "" ? ` xmlns:rdf="${RDF}"` : "";
  const rdf = prefix === "" ? "rdf:" : prefix;
  const lines = keywords.map((keyword) => `<${rdf}li>${escapeXml(keyword)}</${rdf}li>`).join("");
  const text = `<dc:subject xmlns:dc="${DC}"${declared}><${rdf}Bag>${lines}</${rdf}Bag></dc:subject>`;
  if (description.isSelfClosing) return opened(description, xml, text);
  return { at: description.inside, text };
}

/** A self-closing element with this inside it. */
function opened({ inside, name }: ElementPlace, xml: string, content: string) {
  const at = xml.lastIndexOf("/", inside - 1);
  return { at, until: inside, text: `>${content}</${name}>` };
}

const prefixOf = (name: string) => name.slice(0, name.indexOf(":") + 1);

/** The line break and spaces that stand before an element, if nothing else does. */
const indentBefore = (xml: string, start: number) => /(?:\r?\n)[ \t]*$/.exec(xml.slice(0, start))?.[0] ?? "";

async function parse(xml: string): Promise<ParsedXmp> {
  const saxes = await import("saxes");
  // Of a CommonJS package, the bundle knows the default export alone, and tsx none.
  const { SaxesParser } = saxes.default ?? saxes;
  const parser = new SaxesParser({ xmlns: true, position: true });
  const path: Open[] = [];
  const found = {
    keywords: [] as string[],
    titles: [] as string[],
    properties: new Map<string, string>(),
    subjects: [] as ElementPlace[],
    lists: [] as ElementPlace[],
    items: [] as ElementPlace[],
    descriptions: [] as ElementPlace[],
  };
  let tagStart = 0;
  parser.on("error", (error) => {
    throw new XmpError(`it is not well-formed XML (${error.message})`);
  });
  parser.on("doctype", () => {
    throw new XmpError("it declares a document type, which XMP never does");
  });
  parser.on("opentagstart", () => {
    tagStart = xml.lastIndexOf("<", parser.position - 1);
  });
  parser.on("opentag", (tag) => {
    if (path.length >= MAX_DEPTH) throw new XmpError("its elements are nested too deeply");
    const kind = kindOf(tag, path);
    if (kind === "description")
      for (const { uri, local, value } of Object.values(tag.attributes))
        if (uri !== RDF && uri !== XMLNS) found.properties.set(local, value);
    path.push({
      kind,
      name: tag.name,
      start: tagStart,
      inside: parser.position,
      text: "",
    });
  });
  const addText = (text: string) => {
    const open = path.at(-1);
    if (open) open.text += text;
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("closetag", (tag) => {
    const open = path.pop();
    if (!open) return;
    const isSelfClosing = tag.isSelfClosing;
    const end = isSelfClosing ? open.inside : xml.lastIndexOf("</", parser.position - 1);
    const place = { start: open.start, inside: open.inside, end, isSelfClosing, name: open.name };
    if (open.kind === "keyword") {
      const keyword = open.text.trim();
      if (keyword !== "") found.keywords.push(keyword);
      found.items.push(place);
    }
    if (open.kind === "title" && open.text.trim() !== "") found.titles.push(open.text.trim());
    if (open.kind === "other" && path.at(-1)?.kind === "description" && open.text.trim() !== "")
      found.properties.set(tag.local, open.text.trim());
    if (open.kind === "subject") found.subjects.push(place);
    if (open.kind === "list") found.lists.push(place);
    if (open.kind === "description") found.descriptions.push(place);
  });
  parser.write(xml).close();
  // Elements are found as they end; the first description is that which begins first.
  const byStart = (a: ElementPlace, b: ElementPlace) => a.start - b.start;
  const [list] = found.lists;
  return {
    ...found,
    descriptions: found.descriptions.sort(byStart),
    items: found.items.filter(({ start }) => list && start > list.start && start < list.end),
  };
}

type Kind =
  | "rdf"
  | "description"
  | "subject"
  | "list"
  | "keyword"
  | "words"
  | "word list"
  | "title"
  | "other";

interface Open {
  readonly kind: Kind;
  readonly name: string;
  readonly start: number;
  readonly inside: number;
  text: string;
}

function kindOf(
  { uri, local }: { readonly uri: string; readonly local: string },
  path: readonly Open[],
): Kind {
  const parent = path.at(-1)?.kind;
  if (uri === RDF && local === "RDF") return "rdf";
  if (uri === RDF && local === "Description" && parent === "rdf") return "description";
  if (uri === DC && parent === "description") {
    if (local === "subject") return "subject";
    if (local === "title" || local === "description") return "words";
  }
  if (uri === RDF && LISTS.has(local)) {
    if (parent === "subject") return "list";
    if (parent === "words") return "word list";
  }
  if (uri === RDF && local === "li") {
    if (parent === "list") return "keyword";
    if (parent === "word list") return "title";
  }
  return "other";
}
