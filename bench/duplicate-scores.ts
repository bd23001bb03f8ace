import type { CollectionFile } from "./duplicate-collection.ts";
import { table } from "./report.ts";
import type { Transformation } from "./transformed-copies.ts";

/** Which files of a collection a program calls the same picture, by path; each pair both ways. */
export type Neighbours = ReadonlyMap<string, ReadonlySet<string>>;

/** A program's answer; what it does not report is undefined. */
export interface Answer {
  readonly program: string;
  readonly neighbours: Neighbours;
  /** The file that it would keep, of each of its groups. */
  readonly keepers?: ReadonlySet<string>;
  /** Whether it searched only the photos and their copies. */
  readonly copiesOnly?: boolean;
  /** Files that a search hides behind another, by that one. */
  readonly merged?: Neighbours;
}

export function neighboursOf(groups: readonly (readonly string[])[]): Neighbours {
  const neighbours = new Map<string, Set<string>>();
  for (const group of groups) {
    for (const path of group) {
      const others = neighbours.get(path) ?? new Set();
      for (const other of group) if (other !== path) others.add(other);
      neighbours.set(path, others);
    }
  }
  return neighbours;
}

/** Copies found with their photo, keepers, look-alikes confused with one another; one column per program. */
export function printScores(
  files: readonly CollectionFile[],
  versions: readonly Transformation[],
  answers: readonly Answer[],
): void {
  const programs = answers.map(({ program }) => program);
  const sources = new Map(files.map(({ path, source }) => [path, source]));
  const originals = files.filter(({ path, version }) => version === undefined && path.startsWith("photos/"));
  const originalOf = new Map(originals.map(({ source, path }) => [source, path]));
  const isFound = ({ neighbours }: Answer, { path, source }: CollectionFile) =>
    neighbours.get(path)?.has(originalOf.get(source) ?? "") ?? false;
  const copies = files.filter(({ version }) => version !== undefined);
  console.log("\nCopies found with their photo, all versions of all photos in one library:\n");
  table(
    ["version", "aim", ...programs],
    [
      ...versions.map(({ name, aim }) => {
        const made = copies.filter(({ version }) => version === name);
        return [name, aim ?? "", ...answers.map((answer) => share(made, (file) => isFound(answer, file)))];
      }),
      ["keeper is the untouched photo", 0.98, ...answers.map((answer) => keptOriginals(answer, originals))],
      [
        "pictures with another one in their group",
        0,
        ...answers.map(({ neighbours }) =>
          String(files.filter(({ path }) => hasFalseMatch(neighbours, path, sources)).length),
        ),
      ],
    ],
  );
  const kinds = [...new Set(files.flatMap(({ kind }) => kind ?? []))];
  console.log("\nLook-alikes that are taken for another picture (aim 0.01), and merged in `find` (aim 0):\n");
  table(
    ["kind", "pictures", ...programs, "merged in find"],
    kinds.map((kind) => {
      const some = files.filter((file) => file.kind === kind);
      const wrong = (found: Neighbours | undefined) =>
        found ? share(some, ({ path }) => hasFalseMatch(found, path, sources)) : "–";
      return [
        kind,
        some.length,
        ...answers.map(({ neighbours, copiesOnly }) => wrong(copiesOnly ? undefined : neighbours)),
        wrong(answers.find(({ merged }) => merged)?.merged),
      ];
    }),
  );
}

/** Share of the photos with any copy found whose group keeps the photo itself. */
function keptOriginals({ keepers, neighbours }: Answer, originals: readonly CollectionFile[]): string {
  if (!keepers) return "–";
  return share(
    originals.filter(({ path }) => neighbours.has(path)),
    ({ path }) => keepers.has(path),
  );
}

function hasFalseMatch(found: Neighbours, path: string, sources: ReadonlyMap<string, string>): boolean {
  return [...(found.get(path) ?? [])].some((other) => sources.get(other) !== sources.get(path));
}

const share = <Item>(items: readonly Item[], test: (item: Item) => boolean): string =>
  items.length === 0 ? "–" : (items.filter(test).length / items.length).toFixed(3);
