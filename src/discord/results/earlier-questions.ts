import { LRUCache } from "lru-cache";

const MAX_PEOPLE = 5_000;
const MAX_QUESTIONS = 20;

/** What each member asked in a server since the bot started, newest first: for suggestions to them alone, in memory only. */
export class EarlierQuestions {
  readonly #asked = new LRUCache<string, readonly string[]>({ max: MAX_PEOPLE });

  note(guildId: string, userId: string, question: string): void {
    const key = `${guildId}/${userId}`;
    const others = (this.#asked.get(key) ?? []).filter((one) => one !== question);
    this.#asked.set(key, [question, ...others].slice(0, MAX_QUESTIONS));
  }

  of(guildId: string, userId: string): readonly string[] {
    return this.#asked.get(`${guildId}/${userId}`) ?? [];
  }

  /** Of somebody who erases what is kept of them. */
  forget(userId: string): void {
    for (const key of [...this.#asked.keys()]) if (key.endsWith(`/${userId}`)) this.#asked.delete(key);
  }
}
