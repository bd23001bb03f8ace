import type { Embedding, ImageId, Part } from "./types.ts";

export const WHOLE: Part = { kind: "whole" };

export function isSamePart(a: Part, b: Part): boolean {
  switch (a.kind) {
    case "whole":
      return b.kind === "whole";
    case "frame":
      return b.kind === "frame" && a.atMs === b.atMs;
    case "page":
      return b.kind === "page" && a.page === b.page;
    case "tile":
      return b.kind === "tile" && a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
  }
}

/** A canonical text for each part, so that the same part is replaced. */
export function encodePart(part: Part): string {
  switch (part.kind) {
    case "whole":
      return JSON.stringify(["whole"]);
    case "frame":
      return JSON.stringify(["frame", part.atMs]);
    case "page":
      return JSON.stringify(["page", part.page]);
    case "tile":
      return JSON.stringify(["tile", part.x, part.y, part.width, part.height]);
  }
}

/** @param text as `encodePart` writes it */
export function decodePart(text: string): Part {
  const [kind, a, b, c, d] = JSON.parse(text) as [Part["kind"], number, number, number, number];
  switch (kind) {
    case "whole":
      return { kind };
    case "frame":
      return { kind, atMs: a };
    case "page":
      return { kind, page: a };
    case "tile":
      return { kind, x: a, y: b, width: c, height: d };
  }
}

/** The vectors of an image as a whole and of its parts, as they are stored. */
export const vectorsOfImage = ({
  id,
  embedding,
  parts = [],
}: {
  readonly id: ImageId;
  readonly embedding: Embedding;
  readonly parts?: readonly { readonly part: Part; readonly embedding: Embedding }[] | undefined;
}): { readonly id: ImageId; readonly embedding: Embedding; readonly part: Part }[] => [
  { id, embedding, part: WHOLE },
  ...parts.map((part) => ({ id, embedding: part.embedding, part: part.part })),
];
