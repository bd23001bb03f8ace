import type {
  DiscordPlacement,
  FindAnswer,
  FindRequest,
  Hit,
  Library,
  LibraryView,
  TextSource,
} from "../../core/index.ts";
import type { PostVerifier } from "../ingest/post-verifier.ts";
import type {
  AnswerBasis,
  ChannelDirectory,
  ReadableChannel,
  Viewer,
} from "../permissions/readable-channels.ts";
import { visibleLibrary } from "../permissions/viewer-scope.ts";
import { type SavedQuery, toQueryTerm } from "./saved-queries.ts";

const HITS_PER_PAGE = 9;
/** Posted with the picture, or said of it here. */
const WORD_SOURCES: readonly TextSource[] = ["name", "caption", "tag"];
/** Deleted pictures leave a page short; the query is repeated at most this often. */
const ROUNDS = 4;

export interface VisibleHit {
  readonly hit: Hit;
  /** Where it is shown from: the newest post that this viewer can open, or the oldest in an order from the oldest on. */
  readonly placement: DiscordPlacement;
  /** What its poster wrote of it there. Untrusted text. */
  readonly description?: string | undefined;
  /** Of the webhook that posted it there. Untrusted text. */
  readonly webhook?: string | undefined;
}

export interface ResultsPage {
  readonly page: number;
  readonly hits: readonly VisibleHit[];
  readonly hasNext: boolean;
  readonly match?: FindAnswer["match"];
  /** Number of pictures in the scope. */
  readonly searched: number;
  /** Of the search. */
  readonly notes: readonly string[];
  /** Pictures left out because Discord did not confirm in time that they are still posted. */
  readonly unsure: number;
  readonly view: LibraryView;
  readonly basis: AnswerBasis;
  /** Ids of channels whose pictures are spoilers. */
  readonly blurred: ReadonlySet<string>;
}

export interface FindParts {
  readonly library: Pick<Library, "posts" | "within" | "readsPosts">;
  readonly directory: ChannelDirectory;
  readonly verifier: PostVerifier;
}

/** One page of results, by the viewer's permissions at this moment. Pictures that are gone from Discord are dropped. */
export async function findPage(
  parts: FindParts,
  viewer: Viewer,
  query: SavedQuery,
  page: number,
  /** Ids of the pictures that are looked at; how well they fit is judged by all that the viewer may see. */
  only?: readonly string[],
): Promise<ResultsPage> {
  for (let round = 1; ; round += 1) {
    const { view, basis, channels } = await visibleLibrary(parts, viewer, query.narrowing);
    const blurred = blurredAmong(channels);
    // What another place of the same picture allowed to be read is not searched here.
    const readsText = await parts.library.readsPosts(viewer.guildId);
    const wordSources: readonly TextSource[] = readsText ? [...WORD_SOURCES, "read"] : WORD_SOURCES;
    const answer = await runQuery(view, query, page, { wordSources, only });
    const wanted = answer.hits.slice(page * HITS_PER_PAGE, (page + 1) * HITS_PER_PAGE);
    const checked = await Promise.all(wanted.map((hit) => verifyHit(parts.verifier, hit, query.sort)));
    const someGone = checked.some(({ gone }) => gone);
    if (someGone && round < ROUNDS) continue;
    return {
      page,
      hits: checked.flatMap(({ hit, placement }) =>
        placement ? [shownFrom(parts.verifier, blurred, hit, placement)] : [],
      ),
      match: answer.match,
      hasNext: answer.hits.length > (page + 1) * HITS_PER_PAGE,
      searched: answer.searched,
      notes: answer.notes,
      unsure: checked.filter(({ unsure }) => unsure).length,
      view,
      basis,
      blurred,
    };
  }
}

export const blurredAmong = (channels: readonly ReadableChannel[]): ReadonlySet<string> =>
  new Set(channels.filter(({ spoiler }) => spoiler).map(({ channelId }) => channelId));

/** Whether it is a spoiler is decided by what it and its channel are now. */
export const asItIsNow = (
  verifier: PostVerifier,
  blurred: ReadonlySet<string>,
  placement: DiscordPlacement,
): DiscordPlacement => ({
  ...placement,
  spoiler: verifier.isSpoiler(placement) || blurred.has(placement.channelId),
});

export const shownFrom = (
  verifier: PostVerifier,
  blurred: ReadonlySet<string>,
  hit: Hit,
  placement: DiscordPlacement,
): VisibleHit => ({
  hit,
  placement: asItIsNow(verifier, blurred, placement),
  description: verifier.descriptionOf(placement),
  webhook: verifier.webhookNameOf(placement),
});

async function runQuery(
  view: LibraryView,
  query: SavedQuery,
  page: number,
  how: Pick<FindRequest, "wordSources" | "only">,
): Promise<FindAnswer> {
  // An example picture may lie outside the filters, but never outside what the viewer may see.
  const request = { terms: query.terms.map(toQueryTerm), ...how };
  const hidden = new Set(query.hidden);
  const limit = (page + 1) * HITS_PER_PAGE + 1 + hidden.size;
  const find = async (page: { readonly limit: number; readonly sort?: SavedQuery["sort"] }) =>
    without(hidden, await view.find({ ...request, ...page }));
  if (query.sort === "relevance") {
    const sort = query.terms.length === 0 ? ("newest" as const) : ("relevance" as const);
    return find({ limit, sort });
  }
  if (query.terms.length === 0) return find({ limit, sort: query.sort });
  const answer = await find({ limit: DATED_HITS, sort: query.sort });
  return { ...answer, hits: byDate(answer.hits, query.sort).map((hit, at) => ({ ...hit, rank: at + 1 })) };
}

function without(hidden: ReadonlySet<string>, answer: FindAnswer): FindAnswer {
  if (hidden.size === 0) return answer;
  const left = answer.hits.filter(({ id }) => !hidden.has(id));
  return { ...answer, hits: left.map((hit, at) => ({ ...hit, rank: at + 1 })) };
}

/** All that an order by date has of what fits. */
const DATED_HITS = 200;

/** By each hit's place that is shown. */
function byDate(hits: readonly Hit[], sort: "newest" | "oldest"): Hit[] {
  const dated = hits.map((hit) => ({ hit, at: placesOf(hit, sort)[0]?.postedAt ?? 0 }));
  return dated.sort((a, b) => (sort === "newest" ? b.at - a.at : a.at - b.at)).map(({ hit }) => hit);
}

interface VerifiedHit {
  readonly hit: Hit;
  readonly placement: DiscordPlacement | undefined;
  readonly gone: boolean;
  readonly unsure: boolean;
}

async function verifyHit(verifier: PostVerifier, hit: Hit, sort: SavedQuery["sort"]): Promise<VerifiedHit> {
  let gone = false;
  let unsure = false;
  for (const placement of placesOf(hit, sort)) {
    const state = await verifier.verify(placement);
    if (state === "posted") return { hit, placement, gone, unsure: false };
    gone ||= state === "gone";
    unsure ||= state === "unsure";
  }
  return { hit, placement: undefined, gone, unsure };
}

export function oldestFirst(image: { readonly placements: Hit["placements"] }): DiscordPlacement[] {
  const posted = image.placements.filter((placement) => placement.kind === "discord");
  return posted.sort((a, b) => a.postedAt - b.postedAt);
}

export const newestFirst = (image: { readonly placements: Hit["placements"] }): DiscordPlacement[] =>
  oldestFirst(image).reverse();

/** A picture that was posted again counts where it was posted last. */
const placesOf = (hit: Hit, sort: SavedQuery["sort"]): DiscordPlacement[] =>
  sort === "oldest" ? oldestFirst(hit) : newestFirst(hit);
