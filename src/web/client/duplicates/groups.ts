import { batch, signal } from "@preact/signals";
import type { GroupCard } from "../../../shared/cards.ts";
import type { DuplicatesPage, SaidOfPair } from "../../answers.ts";
import { post, reasonOf } from "../api.ts";
import { getWhenDone } from "../long-answer.ts";

const PAGE = 50;

type Done = Extract<DuplicatesPage, { state: "done" }>;

/** The groups of copies, as far as they were loaded. */
export const found = {
  progress: signal<{ readonly done: number; readonly total: number | null } | undefined>(undefined),
  groups: signal<readonly GroupCard[]>([]),
  totals: signal<Omit<Done, "groups" | "state"> | undefined>(undefined),
  problem: signal<string | undefined>(undefined),
};

let running: AbortController | undefined;

/** `question`: kind, keep and keepin, as the address has them. */
export async function search(question: string): Promise<void> {
  running?.abort();
  const own = new AbortController();
  running = own;
  batch(() => {
    found.groups.value = [];
    found.totals.value = undefined;
    found.problem.value = undefined;
    found.progress.value = { done: 0, total: null };
  });
  await loadFrom(question, 0, own.signal);
}

export async function loadMore(question: string): Promise<void> {
  const loaded = found.groups.peek().length;
  if (loaded === 0 || loaded >= (found.totals.peek()?.total ?? 0) || !running) return;
  await loadFrom(question, loaded, running.signal);
}

async function loadFrom(question: string, from: number, signal: AbortSignal): Promise<void> {
  const params = new URLSearchParams(question);
  params.set("from", String(from));
  params.set("limit", String(PAGE));
  try {
    const page = await getWhenDone<Done>(`/api/duplicates?${params}`, signal, (progress) => {
      found.progress.value = progress;
    });
    show(page, from);
  } catch (error) {
    if (signal.aborted) return;
    batch(() => {
      found.progress.value = undefined;
      found.problem.value = reasonOf(error);
    });
  }
}

function show({ groups, state: _, ...totals }: Done, from: number): void {
  // Another page of the same groups was on its way meanwhile.
  if (found.groups.peek().length !== from) return;
  batch(() => {
    found.progress.value = undefined;
    found.totals.value = totals;
    found.groups.value = [...found.groups.peek(), ...groups];
  });
}

export type Judgement = SaidOfPair["verdict"];

/** How many verdicts were given or taken back in this tab: their list is read again. */
export const judged = signal(0);

/** null takes the last one back. @returns what is said of the pair now @throws ApiError */
export async function judge(a: string, b: string, verdict: Judgement): Promise<Judgement> {
  const said = await post<SaidOfPair>("/api/verdicts", { a, b, verdict });
  judged.value += 1;
  return said.verdict;
}
