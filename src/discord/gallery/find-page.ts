import type { DiscordPlacement, FindAnswer, Hit, Library, Scope } from "../../core/index.ts";
import { type Reader, readablePlaces, type ServerView } from "../access/readable-places.ts";
import { readersScope } from "../access/readers-scope.ts";
import type { Liveness } from "../intake/liveness.ts";
import { type Question, queryTerm } from "./saved-questions.ts";

const HITS_PER_PAGE = 9;
/** Deleted pictures leave a page short; it is asked again at most so often. */
const ROUNDS = 4;

export interface ShownHit {
  readonly hit: Hit;
  /** Where it is shown from: the oldest place that this reader can open. */
  readonly placement: DiscordPlacement;
}

export interface FoundPage {
  readonly page: number;
  readonly hits: readonly ShownHit[];
  readonly hasNext: boolean;
  /** Pictures that this reader may see and that were considered. */
  readonly searched: number;
  readonly notes: readonly string[];
  readonly scope: Scope;
}

export interface FindParts {
  readonly library: Pick<Library, "find" | "posted">;
  readonly server: ServerView;
  readonly liveness: Liveness;
}

/** One page of an answer, from the reader's rights of this moment. Pictures that are gone from Discord are dropped. */
export async function findPage(
  parts: FindParts,
  reader: Reader,
  question: Question,
  page: number,
): Promise<FoundPage> {
  for (let round = 1; ; round += 1) {
    const { scope } = await readersScope(parts, reader, question.narrowing);
    const answer = await ask(parts.library, question, scope, page);
    const wanted = answer.hits.slice(page * HITS_PER_PAGE, (page + 1) * HITS_PER_PAGE);
    const checked = await Promise.all(wanted.map((hit) => stillPosted(parts.liveness, hit)));
    const someGone = checked.some(({ gone }) => gone);
    if (someGone && round < ROUNDS) continue;
    const shown = checked.flatMap(({ hit, placement }) => (placement ? [{ hit, placement }] : []));
    const hits = await readableNow(parts, reader, shown);
    return {
      page,
      hits,
      hasNext: answer.hits.length > (page + 1) * HITS_PER_PAGE,
      searched: answer.searched,
      notes: [...answer.notes, ...unsureNote(checked)],
      scope,
    };
  }
}

function ask(
  library: Pick<Library, "find">,
  question: Question,
  scope: Scope,
  page: number,
): Promise<FindAnswer> {
  const byDate = question.terms.length === 0 && question.sort === "relevance";
  return library.find({
    terms: question.terms.map(queryTerm),
    scope,
    // A picture that the question starts from may lie outside what narrows the answer, not outside the reader's view.
    limit: (page + 1) * HITS_PER_PAGE + 1,
    sort: byDate ? "newest" : question.sort,
  });
}

interface CheckedHit {
  readonly hit: Hit;
  readonly placement: DiscordPlacement | undefined;
  readonly gone: boolean;
  readonly unsure: boolean;
}

async function stillPosted(liveness: Liveness, hit: Hit): Promise<CheckedHit> {
  let gone = false;
  let unsure = false;
  for (const placement of oldestFirst(hit)) {
    const state = await liveness.check(placement);
    if (state === "posted") return { hit, placement, gone, unsure: false };
    gone ||= state === "gone";
    unsure ||= state === "unsure";
  }
  return { hit, placement: undefined, gone, unsure };
}

/** Looking messages up took time in which a right may have been taken away. */
async function readableNow(parts: FindParts, reader: Reader, hits: readonly ShownHit[]): Promise<ShownHit[]> {
  const ids = [...new Set(hits.map(({ placement }) => placement.channelId))];
  const places = await readablePlaces(reader, ids, parts.server);
  const open = new Set(places.map((place) => place.channelId));
  return hits.filter(({ placement }) => open.has(placement.channelId));
}

export function oldestFirst(image: { readonly placements: Hit["placements"] }): DiscordPlacement[] {
  const posted = image.placements.filter((placement) => placement.kind === "discord");
  return posted.sort((a, b) => a.postedAt - b.postedAt);
}

function unsureNote(checked: readonly CheckedHit[]): string[] {
  const unsure = checked.filter(({ unsure: unknown }) => unknown).length;
  if (unsure === 0) return [];
  const pictures = unsure === 1 ? "1 picture is" : `${unsure} pictures are`;
  return [`${pictures} left out: Discord did not confirm in time that they are still posted.`];
}
