import type { Card, GroupCard, Place } from "../../shared/cards.ts";

/** As `gallery_pictures` answers (mcp/picture-facts.ts). */
export interface PictureFacts {
  readonly id: string;
  readonly path: string;
  readonly size: string;
  readonly date: string;
  readonly tags?: readonly string[];
  readonly url?: string;
  readonly offline?: boolean;
  readonly thumbnail?: string;
}

/** As `find_duplicates` answers. */
interface DuplicateFacts {
  readonly id: string;
  readonly paths: readonly string[];
  readonly size: string;
  readonly bytes: number;
}

interface GroupFacts {
  readonly keeper: DuplicateFacts;
  readonly why: string;
  readonly members: readonly (DuplicateFacts & {
    readonly kind: GroupCard["kind"];
    readonly reason: string;
  })[];
  readonly reclaimable_bytes: number;
}

/** Undefined for an answer without groups. */
export function groupsOf(data: unknown): readonly GroupCard[] | undefined {
  const groups = (data as { groups?: readonly GroupFacts[] } | undefined)?.groups;
  return Array.isArray(groups) ? groups.map(groupCardOf) : undefined;
}

/** From the strictest to the loosest. */
const KINDS = ["exact", "same", "variant", "similar"] as const;

function groupCardOf({ keeper, why, members, reclaimable_bytes }: GroupFacts): GroupCard {
  // The keeper appears again when its bytes lie in several places: those are the copies.
  const again = members.filter(({ id }) => id === keeper.id).flatMap(({ paths }) => paths);
  const others = members.filter(({ id }) => id !== keeper.id);
  const places = [...keeper.paths.map((path) => placeOf(path)), ...again.map((path) => placeOf(path, true))];
  return {
    kind: KINDS[Math.max(0, ...others.map(({ kind }) => KINDS.indexOf(kind)))] ?? "same",
    why,
    reclaimableBytes: reclaimable_bytes,
    keeper: { ...copyOf(keeper), places, placeCount: places.length },
    others: others.map(({ kind, reason, ...facts }) => ({
      ...copyOf(facts),
      places: facts.paths.map((path) => placeOf(path, kind === "exact" || kind === "same")),
      kind,
      reason,
      measure: 0,
    })),
  };
}

const copyOf = ({ id, paths, size, bytes }: DuplicateFacts): Card => ({
  ...cardOf({ id, path: paths[0] ?? "", size, date: "" }),
  bytes,
  placeCount: paths.length,
});

export function cardOf({ id, path, size, date, tags = [], offline = false }: PictureFacts): Card {
  const [width = 4, height = 3] = size.split("x").map(Number);
  const { name, folder } = placeOf(path);
  return {
    id,
    width,
    height,
    bytes: 0,
    format: "",
    media: "image",
    name,
    folder,
    day: date,
    tags,
    online: !offline,
    placeCount: 1,
  };
}

function placeOf(path: string, isSpare = false): Place & { readonly isSpare: boolean } {
  // Where folders end in "/", a backslash begins what stands for a letter that could deceive.
  const pattern = path.includes("/") ? /^(.*)\/([^/]+)$/s : /^(.*)\\([^\\]+)$/s;
  const [, folder, name = path] = pattern.exec(path) ?? [];
  return { kind: "file", at: path, name, folder, online: true, isSpare };
}
