import { batch, effect, signal } from "@preact/signals";
import type { HitCard } from "../../../shared/cards.ts";
import type { FindPage } from "../../answers.ts";
import { address, questionOf } from "../address.ts";
import { get, reasonOf } from "../api.ts";

type State = "loading" | "waiting" | "complete" | "failed";

const FIRST_PAGE = 60;
const FURTHER_PAGE = 200;

/** The answer to the question in the address bar, as far as it was loaded. */
export const results = {
  question: signal<string | undefined>(undefined),
  hits: signal<readonly HitCard[]>([]),
  /** What the first page says of the whole answer. */
  summary: signal<Omit<FindPage, "hits" | "nextCursor"> | undefined>(undefined),
  state: signal<State>("loading"),
  problem: signal<string | undefined>(undefined),
};

let cursor: string | null = null;
let running: AbortController | undefined;

effect(() => {
  const now = address.value;
  if (now.path !== "/") return;
  const question = questionOf(now);
  if (question !== results.question.peek()) void begin(question);
});

export function retry(): void {
  void (results.hits.peek().length > 0 ? loadMore() : begin(results.question.peek() ?? ""));
}

/** The hits that are shown stay until the first of the new ones are there. */
async function begin(question: string): Promise<void> {
  batch(() => {
    results.question.value = question;
    results.state.value = "loading";
    results.problem.value = undefined;
    results.summary.value = undefined;
  });
  const page = await load(question, FIRST_PAGE);
  if (!page) return;
  const { hits, nextCursor, ...summary } = page;
  batch(() => {
    results.hits.value = hits;
    results.summary.value = summary;
    finish(nextCursor);
  });
}

/** The next page, unless one is on its way or there is none. */
export async function loadMore(): Promise<void> {
  const { state, question } = results;
  if (state.peek() !== "waiting" && state.peek() !== "failed") return;
  state.value = "loading";
  const page = await load(question.peek() ?? "", FURTHER_PAGE, cursor);
  if (!page) return;
  batch(() => {
    results.hits.value = [...results.hits.peek(), ...page.hits];
    finish(page.nextCursor);
  });
}

function finish(nextCursor: string | null): void {
  cursor = nextCursor;
  results.state.value = nextCursor === null ? "complete" : "waiting";
}

/** Undefined when it failed, or when another question was asked meanwhile. */
async function load(question: string, limit: number, from?: string | null): Promise<FindPage | undefined> {
  running?.abort();
  const own = new AbortController();
  running = own;
  const params = new URLSearchParams(question);
  params.set("limit", String(limit));
  if (from) params.set("cursor", from);
  try {
    return await get<FindPage>(`/api/find?${params}`, own.signal);
  } catch (error) {
    if (own.signal.aborted) return undefined;
    batch(() => {
      results.state.value = "failed";
      results.problem.value = reasonOf(error);
      if (from === undefined) {
        results.hits.value = [];
        results.summary.value = undefined;
      }
    });
    return undefined;
  }
}
