import type { TagState, TagSummary } from "../types.ts";

/** Who put a tag that an image carries, as both kinds of library store it. */
export const TAG_SOURCES = ["user", "file", "model"] as const;
export type TagSource = (typeof TAG_SOURCES)[number];

/** Of a row of tags; a tag that a user rejected stays as one. */
export type RowSource = TagSource | "rejected";

export const sourceOf = (by: TagState["by"]): RowSource => (by === "person" ? "user" : by);

export const stateOf = ({ source, score }: { source: RowSource; score: number }): TagState => ({
  by: source === "user" ? "person" : source,
  score,
});

/** SQL of either kind. What a person said is stronger than what a file carries, and that than what a model found. */
export const strengthOf = (source: string): string =>
  `CASE ${source} WHEN 'user' THEN 3 WHEN 'rejected' THEN 2 WHEN 'file' THEN 1 ELSE 0 END`;

export interface TagTally {
  readonly tag: string;
  readonly source: TagSource;
  readonly images: number;
}

const COUNT_OF = { user: "byPerson", file: "byFile", model: "byModel" } as const;

/** Most used first; those that no image carries are left out. */
export function summariesOf(tallies: readonly TagTally[]): TagSummary[] {
  const summaries = new Map<string, TagSummary>();
  for (const { tag, source, images } of tallies) {
    const summary = summaries.get(tag) ?? { tag, byPerson: 0, byFile: 0, byModel: 0 };
    const field = COUNT_OF[source];
    summaries.set(tag, { ...summary, [field]: summary[field] + images });
  }
  const uses = ({ byPerson, byFile, byModel }: TagSummary) => byPerson + byFile + byModel;
  return [...summaries.values()].filter((tag) => uses(tag) > 0).sort((a, b) => uses(b) - uses(a));
}
