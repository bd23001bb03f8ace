import type { Part } from "./types.ts";

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
