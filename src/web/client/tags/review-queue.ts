import { signal } from "@preact/signals";
import type { PreviousTagState, ReviewCard } from "../../answers.ts";
import { get, post, reasonOf } from "../api.ts";

export type Answer = "yes" | "no" | "skip";

interface Answered {
  readonly card: ReviewCard;
  readonly answer: Answer;
  /** What the picture said of the tag before. */
  readonly before: PreviousTagState;
}

const PAGE = 60;
const FEW_LEFT = 10;

/** Pictures of which it is asked whether they have one tag, and the answers so far, in this tab. */
export class ReviewQueue {
  readonly waiting = signal<readonly ReviewCard[] | undefined>(undefined);
  readonly answered = signal<readonly Answered[]>([]);
  readonly problem = signal<string | undefined>(undefined);
  readonly #tag: string;
  /** Answers are sent one after the other, so that undoing follows what it undoes. */
  #sending: Promise<unknown> = Promise.resolve();
  #isLoading = false;
  #isComplete = false;

  constructor(tag: string) {
    this.#tag = tag;
  }

  async load(): Promise<void> {
    if (this.#isLoading || this.#isComplete) return;
    this.#isLoading = true;
    const seen = new Set(
      [...(this.waiting.peek() ?? []), ...this.answered.peek().map(({ card }) => card)].map(({ id }) => id),
    );
    // Those that were skipped, and those that wait, come again.
    const limit = Math.min(200, PAGE + seen.size);
    await this.#attempt(async () => {
      const params = new URLSearchParams({ tag: this.#tag, limit: String(limit) });
      const found = await get<readonly ReviewCard[]>(`/api/review?${params}`);
      const fresh = found.filter(({ id }) => !seen.has(id));
      this.#isComplete = fresh.length === 0;
      this.waiting.value = [...(this.waiting.peek() ?? []), ...fresh];
    });
    this.#isLoading = false;
  }

  answer(answer: Answer): void {
    const [card, ...rest] = this.waiting.peek() ?? [];
    if (!card) return;
    this.waiting.value = rest;
    this.#sending = this.#sending.then(() =>
      this.#attempt(async () => {
        const before = answer === "skip" ? null : await this.#say(card, stateFor(answer));
        this.answered.value = [...this.answered.peek(), { card, answer, before }];
      }, card),
    );
    if (rest.length < FEW_LEFT) void this.#sending.then(() => this.load());
  }

  /** The last picture is asked about again, and says what it said before. */
  undo(): void {
    this.#sending = this.#sending.then(() => {
      const last = this.answered.peek().at(-1);
      if (!last) return undefined;
      return this.#attempt(async () => {
        if (last.answer !== "skip") await this.#say(last.card, last.before);
        this.answered.value = this.answered.peek().slice(0, -1);
        this.waiting.value = [last.card, ...(this.waiting.peek() ?? [])];
      });
    });
  }

  #say({ id }: ReviewCard, said: PreviousTagState): Promise<PreviousTagState> {
    return post<PreviousTagState>("/api/judgements", { id, tag: this.#tag, said });
  }

  /** @param card is asked about again where the work fails */
  async #attempt(work: () => Promise<void>, card?: ReviewCard): Promise<void> {
    try {
      await work();
      this.problem.value = undefined;
    } catch (error) {
      this.problem.value = reasonOf(error);
      if (card) this.waiting.value = [card, ...(this.waiting.peek() ?? [])];
    }
  }
}

const stateFor = (answer: "yes" | "no"): PreviousTagState => ({
  by: answer === "yes" ? "person" : "rejected",
  score: 1,
});
