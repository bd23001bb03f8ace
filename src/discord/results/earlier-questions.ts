import { LRUCache } from "lru-cache";

const MAX_PEOPLE = 5_000;
const MAX_QUESTIONS = 20;

/**
 * What each member asked in a server since the bot started, and the tags of pictures that they were shown there, newest
 * first: for suggestions to them alone, in memory only.
 */
export class EarlierQuestions {
  readonly #asked: Said = new LRUCache({ max: MAX_PEOPLE });
  readonly #tags: Said = new LRUCache({ max: MAX_PEOPLE });

  note(guildId: string, userId: string, question: string): void {
    note(this.#asked, `${guildId}/${userId}`, [question]);
  }

  noteTags(guildId: string, userId: string, tags: readonly string[]): void {
    if (tags.length > 0) note(this.#tags, `${guildId}/${userId}`, tags);
  }

  /** Questions before tags. */
  of(guildId: string, userId: string): readonly string[] {
    const key = `${guildId}/${userId}`;
    return [...new Set([...(this.#asked.get(key) ?? []), ...(this.#tags.get(key) ?? [])])];
  }

  /** Of somebody who erases what is kept of them. */
  forget(userId: string): void {
    for (const said of [this.#asked, this.#tags])
      for (const key of [...said.keys()]) if (key.endsWith(`/${userId}`)) said.delete(key);
  }
}

/** By server and member. */
type Said = LRUCache<string, readonly string[]>;

function note(said: Said, key: string, words: readonly string[]): void {
  const others = (said.get(key) ?? []).filter((one) => !words.includes(one));
  said.set(key, [...words, ...others].slice(0, MAX_QUESTIONS));
}
