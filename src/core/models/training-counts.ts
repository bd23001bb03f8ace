import { readFile } from "node:fs/promises";
import { ModelError } from "../errors.ts";

/** How many of the pictures that a model learned from each word was said of: a table with a word and a number on each line. */
export class TrainingCounts {
  /** A row for each word; a few are looked up, so none is taken apart before. */
  readonly #table: string;

  /** @throws ModelError when the file cannot be read */
  static async read(file: string): Promise<TrainingCounts> {
    const table = await readFile(file, "utf8").catch((cause) => {
      throw new ModelError(`${file} cannot be read. Install the model again.`, { cause });
    });
    return new TrainingCounts(table);
  }

  constructor(table: string) {
    this.#table = table;
  }

  /** Of the word or its other number, whichever was shown more often. */
  trainingCounts(word: string): number {
    const plain = word.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    return Math.max(...numbersOf(plain).map((form) => this.#picturesOf(form)));
  }

  #picturesOf(word: string): number {
    const row = `\n${word}\t`;
    const at = this.#table.indexOf(row);
    return at < 0 ? 0 : Number.parseInt(this.#table.slice(at + row.length, at + row.length + 12), 10) || 0;
  }
}

/** Singular and plural, as English makes most of them. */
function numbersOf(word: string): string[] {
  const forms = [word, `${word}s`, `${word}es`];
  if (word.length > 3 && word.endsWith("s")) forms.push(word.slice(0, -1));
  if (word.length > 4 && word.endsWith("es")) forms.push(word.slice(0, -2));
  if (word.length > 4 && word.endsWith("ies")) forms.push(`${word.slice(0, -3)}y`);
  if (word.endsWith("y")) forms.push(`${word.slice(0, -1)}ies`);
  return forms;
}
