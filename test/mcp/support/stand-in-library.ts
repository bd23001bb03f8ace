import { createHash } from "node:crypto";
import {
  AmbiguousIdError,
  type ImageRecord,
  NotFoundError,
  requireTags,
  type Scope,
  UsageError,
} from "../../../src/core/index.ts";
import type { McpLibrary, McpLibraryView } from "../../../src/mcp/library-port.ts";

/** A picture of the stand-in: one file in /photos. */
export function pictureNamed(name: string, tags: readonly string[] = []): ImageRecord {
  return {
    id: createHash("sha256").update(name).digest("hex"),
    format: "jpeg",
    width: 640,
    height: 480,
    bytes: 1000,
    takenAt: { wallClock: Date.UTC(2024, 5, 1), source: "exif-original" },
    quality: null,
    addedAt: 0,
    placements: [
      { kind: "file", root: "/photos", path: `/photos/${name}`, bytes: 1000, modifiedAt: 0, online: true },
    ],
    placementCount: 1,
    tags: tags.map((tag) => ({ tag, by: "person", score: 1 })),
  };
}

/** Small picture bytes that need not be real: the face passes them on without looking. */
export const someBytes = new Uint8Array([1, 2, 3, 4]);

/** `tags` are those that are seen. */
export type StandInOverrides = Partial<Omit<McpLibrary, "within" | "tags"> & Omit<McpLibraryView, "scope">>;

/** A library without search or files behind it, for what the face does by itself; override what a test is about. */
export function standInLibrary(
  pictures: readonly ImageRecord[],
  overrides: StandInOverrides = {},
): McpLibrary & { close(): Promise<void> } {
  const byPrefix = async (prefix: string) => {
    const found = pictures.filter(({ id }) => id.startsWith(prefix.toLowerCase()));
    const [only] = found;
    if (only === undefined) throw new NotFoundError(`No image in the library has the id ${prefix}.`);
    if (found.length > 1)
      throw new AmbiguousIdError(
        prefix,
        found.map(({ id }) => id),
      );
    return only;
  };
  const drawn = { bytes: someBytes, mimeType: "image/jpeg", width: 8, height: 8 };
  const reads: Omit<McpLibraryView, "scope"> = {
    find: async ({ terms, limit: wanted = 10, cursor = "0" }) => {
      const limit = wanted === "all" ? pictures.length : wanted;
      const start = Number(cursor);
      if (!(start >= 0))
        throw new UsageError("This cursor belongs to another query. Ask again without a cursor.");
      const hits = pictures.slice(start, start + limit).map((picture, at) => ({
        ...picture,
        rank: start + at + 1,
        score: 0.3,
        part: { kind: "whole" as const },
        alike: [],
      }));
      const query = terms.map((term) => ("text" in term ? term.text : "[image]")).join(" + ");
      const nextCursor = start + limit < pictures.length ? String(start + limit) : null;
      return { query, model: "stand-in", hits, nextCursor, searched: pictures.length, notes: [] };
    },
    classify: async ({ labels = ["dog", "cat"] }) => [
      {
        origin: "",
        none: false,
        labels: labels.map((label, at) => ({ label, score: 0.3, probability: 0.9 / (at + 1) })),
      },
    ],
    duplicates: async () => {
      const [keeper, ...others] = pictures;
      if (keeper === undefined) return [];
      return others.map((image) => ({
        kind: "same" as const,
        keeper,
        why: "the original: the other is smaller",
        members: [
          {
            image,
            kind: "same" as const,
            reference: keeper.id,
            edits: [{ kind: "resized" as const, of: "member" as const }],
            reason: "resized",
            measure: 0.95,
          },
        ],
        reclaimableBytes: image.bytes,
      }));
    },
    findSamePicture: async (id) => pictures.filter((picture) => picture.id === id),
    clusters: async () =>
      pictures.length === 0
        ? []
        : [{ name: "dog", size: pictures.length, representatives: pictures.slice(0, 6), ids: [] }],
    tags: async () => [],
    folders: async () => (pictures.length === 0 ? [] : [{ folder: "/photos", files: pictures.length }]),
    months: async () => (pictures.length === 0 ? [] : [{ month: "2024-06", images: pictures.length }]),
    neighboursInTime: async () => ({ before: [], after: [] }),
    requireCamera: async () => undefined,
    requireTags: async (tags) => requireTags(tags, ["beach"]),
    image: byPrefix,
    moment: async (id) => ({ image: await byPrefix(id), part: undefined }),
    resolveImage: async (pathOrId) =>
      pictures.find(({ placements }) =>
        placements.some((at) => at.kind === "file" && at.path === pathOrId),
      ) ?? byPrefix(pathOrId),
    thumbnail: async (id) => {
      await byPrefix(id);
      return someBytes;
    },
    original: async (id) => ({ id: (await byPrefix(id)).id, bytes: someBytes, mimeType: "image/jpeg" }),
    render: async (id) => ({ id: (await byPrefix(id)).id, from: "original", ...drawn }),
    contactSheet: async () => drawn,
    completeId: async (prefix, limit) =>
      pictures
        .map(({ id }) => id)
        .filter((id) => id.startsWith(prefix))
        .slice(0, limit),
    readText: async () => ({ id: "0".repeat(64), state: "read", lines: [] }),
    texts: async (ids) => ids.map((id) => ({ id, state: "read", lines: [] })),
    missingEmbeddings: async () => ({ model: "stand-in", space: "stand-in@0", unembedded: 0 }),
    status: async () => ({
      directory: "/library",
      model: "stand-in",
      space: "stand-in@0",
      devices: [],
      images: pictures.length,
      placements: pictures.length,
      nothing: null,
      modelProblem: null,
      unembedded: 0,
      older: [],
      former: [],
      roots: [
        {
          path: "/photos",
          state: "online",
          images: pictures.length,
          placements: pictures.length,
          failed: 0,
          lastScanAt: 0,
          away: [],
          otherKinds: {},
          leftOut: {},
        },
      ],
      guilds: [],
      failed: 0,
      partlyRead: { cut: 0, severalPages: 0 },
      keepsLocation: true,
      companions: null,
      text: null,
      index: { kind: "exact", size: pictures.length },
      disk: { catalog: 0, index: 0, models: 0 },
    }),
  };
  const { tags: _seen, ...ofLibrary } = overrides;
  return {
    add: async () => ({
      queued: 0,
      added: 2,
      known: 0,
      unchanged: 0,
      removed: 0,
      skipped: [],
      refused: [],
      partlyRead: [],
      companions: {},
      nowLeftOut: {},
      otherKinds: {},
      leftOut: {},
      offline: [],
      cancelled: false,
    }),
    marks: {
      put: async (question, id, { isRight = true } = {}) => ({
        maker: "owner",
        question,
        id,
        isRight: id === null || isRight,
        at: 0,
      }),
    },
    tags: {
      putAll: async (ids, tag) => ({ tag, images: ids.length }),
      reject: async () => true,
    },
    verdicts: { put: async (a, b, verdict) => ({ a, b, verdict, at: 0 }) },
    failures: async () => [],
    roots: async () => [
      { path: "/photos", host: "here", kind: "folder", state: "online", addedAt: 0, lastScanAt: 0 },
    ],
    revision: async () => "1",
    within: (scope) => ({ ...reads, ...overrides, scope }),
    close: async () => {},
    ...ofLibrary,
  };
}

/** A library some of whose reads are replaced by others, which may still use the old ones. */
export function replaceReads<SomeLibrary extends McpLibrary>(
  library: SomeLibrary,
  replace: (view: McpLibraryView) => Partial<McpLibraryView>,
): SomeLibrary {
  const within = (scope: Scope) => {
    const view = library.within(scope);
    return { ...view, ...replace(view) };
  };
  return { ...library, within };
}
