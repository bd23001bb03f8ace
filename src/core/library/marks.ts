import { UsageError } from "../errors.ts";
import type { Catalog, MarkSelector, RememberedAnswer } from "../ports.ts";
import { normalizeText } from "../search/normalize-text.ts";
import { isEmptyText, parseText } from "../search/parse-text.ts";
import type { ImageId, Mark, MarkMaker } from "../types.ts";

/** No question is longer; what is, was not typed. */
const MAX_QUESTION_LENGTH = 500;

/** What people say of answers, and the answer that the owner's command line gave last. */
export class Marks {
  readonly #catalog: Pick<Catalog, "marks">;

  constructor(catalog: Pick<Catalog, "marks">) {
    this.#catalog = catalog;
  }

  /**
   * Marks an image as what the question asked for, or as not; with null, that nothing in the library is.
   * @throws UsageError for no question, NotFoundError when the image is gone
   */
  async put(
    question: string,
    id: ImageId | null,
    { isRight = true, maker = "owner" }: { readonly isRight?: boolean; readonly maker?: MarkMaker } = {},
  ): Promise<Mark> {
    const mark: Mark = {
      maker,
      question: checked(question),
      id,
      isRight: id === null || isRight,
      at: Date.now(),
    };
    await this.#catalog.marks.put(mark);
    return mark;
  }

  /** @returns whether there was such a mark */
  withdraw(question: string, id: ImageId | null, maker: MarkMaker = "owner"): Promise<boolean> {
    return this.#catalog.marks.withdraw(maker, checked(question), id);
  }

  /** Oldest first. */
  list(whose: MarkSelector = "owner"): Promise<Mark[]> {
    return this.#catalog.marks.list(whose);
  }

  /** @returns how many there were */
  erase(whose: MarkSelector): Promise<number> {
    return this.#catalog.marks.erase(whose);
  }

  /** @throws UsageError for no question */
  async remember({ question, hits }: RememberedAnswer): Promise<void> {
    await this.#catalog.marks.remember({ question: checked(question), hits });
  }

  remembered(): Promise<RememberedAnswer | undefined> {
    return this.#catalog.marks.remembered();
  }
}

function checked(question: string): string {
  const normalized = normalizeText(question);
  if (isEmptyText(parseText(question)))
    throw new UsageError("The question is empty. Say what was looked for.");
  if (normalized.length > MAX_QUESTION_LENGTH)
    throw new UsageError(`A question of more than ${MAX_QUESTION_LENGTH} characters is not kept.`);
  return normalized;
}
