import { batch, signal } from "@preact/signals";
import type { CopyCard, GroupCard } from "../../../shared/cards.ts";
import type { DuplicatesPage, PairVerdict } from "../../answers.ts";
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

let asked = "";

/** `question`: kind, keep and keepin, as the address has them. */
export async function search(question: string): Promise<void> {
  running?.abort();
  asked = question;
  judgedPairs.clear();
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

type Pair = readonly [string, string];

/** Given a verdict since the groups were loaded, and not asked about again yet. */
const judgedPairs = new Set<Pair>();

let refreshing: AbortController | undefined;

/** The groups stay where they are, with their buttons; how much could go, and which of their files, is said again. */
async function refresh(pair: Pair): Promise<void> {
  judgedPairs.add(pair);
  refreshing?.abort();
  const own = new AbortController();
  refreshing = own;
  if (!running) return;
  const signal = AbortSignal.any([running.signal, own.signal]);
  const pairs = [...judgedPairs];
  const params = new URLSearchParams(asked);
  params.set("of", pairs.flat().join());
  params.set("limit", String(MOST_AT_ONCE));
  found.progress.value = { done: 0, total: null };
  try {
    const now = await getWhenDone<Done>(`/api/duplicates?${params}`, signal, (progress) => {
      found.progress.value = progress;
    });
    for (const each of pairs) judgedPairs.delete(each);
    const { groups, state: _, ...totals } = now;
    batch(() => {
      found.progress.value = undefined;
      found.problem.value = undefined;
      found.totals.value = totals;
      found.groups.value = found.groups
        .peek()
        .map((group) => (holdsOneOf(group, pairs) ? asItStands(group, groups) : group));
    });
  } catch (error) {
    if (signal.aborted) return;
    batch(() => {
      found.progress.value = undefined;
      found.problem.value = reasonOf(error);
    });
  }
}

const MOST_AT_ONCE = 200;

const copiesOf = ({ keeper, others }: GroupCard) => [keeper, ...others];

const holdsOneOf = (group: GroupCard, pairs: readonly Pair[]) =>
  copiesOf(group).some(({ id }) => pairs.some((pair) => pair.includes(id)));

/** A group as it is shown, with what is true of its pictures now: in no group any more, a picture has no file to spare. */
function asItStands(shown: GroupCard, now: readonly GroupCard[]): GroupCard {
  const ids = new Set(copiesOf(shown).map(({ id }) => id));
  const groups = now.filter((group) => copiesOf(group).some(({ id }) => ids.has(id)));
  const copies = new Map(groups.flatMap(copiesOf).map((copy) => [copy.id, copy]));
  const placesOf = ({ id, places }: CopyCard) =>
    copies.get(id)?.places ?? places.map((place) => ({ ...place, isSpare: false }));
  return {
    ...shown,
    reclaimableBytes: groups.reduce((sum, group) => sum + group.reclaimableBytes, 0),
    keeper: { ...shown.keeper, places: placesOf(shown.keeper) },
    others: shown.others.map((other) => ({ ...other, places: placesOf(other) })),
  };
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

export type Judgement = PairVerdict["verdict"];

/** How many verdicts were given or taken back in this tab: their list is read again. */
export const judged = signal(0);

/** null takes the last one back. @returns what is said of the pair now @throws ApiError */
export async function judge(a: string, b: string, verdict: Judgement): Promise<Judgement> {
  const said = await post<PairVerdict>("/api/verdicts", { a, b, verdict });
  judged.value += 1;
  void refresh([a, b]);
  return said.verdict;
}
