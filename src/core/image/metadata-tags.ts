import ExifReader, { type IncludeTagsOptions } from "exifreader";
import type { Tags } from "./tag-values.ts";

interface XmlParser {
  parseFromString(xml: string, mimeType: string): unknown;
}

/** Text that a PNG holds compressed is read up to this size. */
const MAX_TEXT_BYTES = 1024 * 1024;

/** None of bytes that hold none, or whose metadata are damaged. */
export async function readTags(
  bytes: Uint8Array,
  includeTags: IncludeTagsOptions,
  domParser?: XmlParser,
): Promise<Partial<Record<keyof IncludeTagsOptions, Tags>>> {
  try {
    // `load` would copy the whole picture first.
    const tags = await ExifReader.loadView(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
      expanded: true,
      async: true,
      includeTags,
      decompress: { maxDecompressedSize: MAX_TEXT_BYTES },
      ...(domParser && { domParser }),
    });
    return tags as Record<string, Tags>;
  } catch {
    return {};
  }
}

/** The tags of an XMP packet by their local names. The XML parser is loaded only for pictures of which something is left to be read there. */
export async function readXmpTags(xmp: Uint8Array): Promise<Tags> {
  const text = Buffer.from(xmp.buffer, xmp.byteOffset, xmp.byteLength).toString("utf8");
  const start = text.search(/<(?:\w+:)?(?:xmpmeta|RDF)\b/);
  if (start === -1) return {};
  const { DOMParser, onErrorStopParsing } = await import("@xmldom/xmldom");
  // The library recognises a packet by this wrapper, which is optional in files.
  const packet = Buffer.from(`<?xpacket begin=""?>${text.slice(start)}`);
  const parser = new DOMParser({ onError: onErrorStopParsing });
  return (await readTags(packet, { xmp: true }, parser)).xmp ?? {};
}
