import { expect, test } from "vitest";
import { addKeywords, readXmp, renderXmp, XmpError } from "../../../src/core/sidecars/xmp-document.ts";

const RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"';
const DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"';
const document = (description: string) =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/">\n <rdf:RDF ${RDF}>\n${description}\n </rdf:RDF>\n</x:xmpmeta>\n`;

const hostile = [
  `<script>alert("1")</script>`,
  "a & b &amp; c",
  "]]>",
  "<!--",
  `"' /><evil/>`,
  "\u0000\u0008\ud800 \uffff",
  "犬 🐕 é",
  "line\r\nbreak",
];

test("keywords are written and read back, whatever they hold", async () => {
  const { keywords } = await readXmp(renderXmp(hostile));
  expect(keywords).toHaveLength(hostile.length);
  expect(keywords.slice(0, 5)).toEqual(hostile.slice(0, 5));
  expect(keywords[5]).toBe("\ufffd\ufffd\ufffd \ufffd");
  expect(keywords[6]).toBe(hostile[6]);
});

test("a document of no keywords has none", async () => {
  expect(await readXmp(renderXmp([]))).toEqual({ keywords: [], titles: [], properties: new Map() });
});

const others: readonly (readonly [what: string, xml: string])[] = [
  [
    "a list of keywords, edits and comments",
    document(
      `  <rdf:Description rdf:about="" ${DC} xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/" crs:Exposure="+0.35">\n   <!-- kept -->\n   <dc:subject>\n    <rdf:Bag>\n     <rdf:li>sea</rdf:li>\n    </rdf:Bag>\n   </dc:subject>\n   <crs:ToneCurve><rdf:Seq><rdf:li>0, 0</rdf:li></rdf:Seq></crs:ToneCurve>\n  </rdf:Description>`,
    ),
  ],
  [
    "other prefixes",
    `<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description xmlns:d="http://purl.org/dc/elements/1.1/"><d:subject><r:Seq><r:li>sea</r:li></r:Seq></d:subject></r:Description></r:RDF>`,
  ],
  [
    "an empty list that closes itself",
    document(`<rdf:Description ${DC}><dc:subject><rdf:Bag/></dc:subject></rdf:Description>`),
  ],
  [
    "an empty list",
    document(`<rdf:Description ${DC}><dc:subject><rdf:Bag></rdf:Bag></dc:subject></rdf:Description>`),
  ],
  [
    "a description that closes itself",
    document(`  <rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4"/>`),
  ],
  [
    "a slash before the end of a tag",
    document(`<rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Label="a/b" />`),
  ],
  [
    "no keywords yet",
    document(`<rdf:Description rdf:about=""><photo:x xmlns:photo="p:">1</photo:x></rdf:Description>`),
  ],
  [
    "the default namespace",
    `<RDF xmlns="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><Description></Description></RDF>`,
  ],
  [
    "line breaks of Windows, and a byte order mark",
    `\ufeff${document(`  <rdf:Description ${DC}>\n   <dc:subject>\n    <rdf:Bag>\n     <rdf:li>sea</rdf:li>\n    </rdf:Bag>\n   </dc:subject>\n  </rdf:Description>`).replaceAll("\n", "\r\n")}`,
  ],
];

test.each(others)("keywords are added to a document with %s, and nothing else changes", async (_, xml) => {
  const before = await readXmp(xml);
  const merged = await addKeywords(xml, [...hostile.slice(0, 4), "sea"]);
  const after = await readXmp(merged);
  expect(new Set(after.keywords)).toEqual(new Set([...before.keywords, ...hostile.slice(0, 4), "sea"]));
  expect(after.keywords).toHaveLength(new Set(after.keywords).size);
  expect(isSubsequence(xml.replace(/\/>/g, ">"), merged.replace(/\/>/g, ">"))).toBe(true);
  expect(await addKeywords(merged, ["sea"])).toBe(merged);
});

/** Whether the merged document is the former one with characters added. */
function isSubsequence(part: string, whole: string): boolean {
  let at = 0;
  for (const character of whole) if (character === part[at]) at += 1;
  return at >= part.length;
}

test("titles and descriptions are read in every language", async () => {
  const alt = (name: string, ...texts: string[]) =>
    `<dc:${name}><rdf:Alt>${texts.map((text) => `<rdf:li xml:lang="x">${text}</rdf:li>`).join("")}</rdf:Alt></dc:${name}>`;
  const xml = document(
    `<rdf:Description ${DC}>${alt("title", "Sea", "Meer")}${alt("description", "A &lt;wide> one")}</rdf:Description>`,
  );
  expect(await readXmp(xml)).toEqual({
    properties: new Map(),
    keywords: [],
    titles: ["Sea", "Meer", "A <wide> one"],
  });
});

test.each([
  ["is no XML", "JFIF \u0001"],
  ["ends early", renderXmp(["a"]).slice(0, 300)],
  ["declares entities", `<!DOCTYPE x [<!ENTITY a "aaaa">]>${document("<rdf:Description/>")}`],
  ["has no description", document("")],
  [
    "keeps keywords as plain text",
    document(`<rdf:Description ${DC}><dc:subject>sea</dc:subject></rdf:Description>`),
  ],
  ["is nested without end", "<a>".repeat(5000)],
])("a document that %s is refused", async (_, xml) => {
  await expect(addKeywords(xml, ["dog"])).rejects.toThrow(XmpError);
});
