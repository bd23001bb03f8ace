import { resolve } from "node:path";
import { AmbiguousIdError, NotFoundError, UsageError } from "../errors.ts";
import { keysInScope } from "../images-in-scope.ts";
import type { Catalog } from "../ports.ts";
import { ENTIRE_LIBRARY } from "../scopes.ts";
import { resolveByPathOrId } from "../search/resolve-image.ts";
import type { EvaluationQuestion, ImageId, Mark, Scope } from "../types.ts";
import { globPattern, isGlob, type WrittenQuestion } from "./questions-file.ts";

const IMAGES_AT_ONCE = 200;

/**
 * The questions of a file with the images that they name, in scope or not (`withinScope`). @throws UsageError for a picture
 * that is not in the library, or a glob that matches none: a question whose answer is missing would count as one that
 * nothing answers
 */
export async function resolveQuestions(
  catalog: Catalog,
  scope: Scope,
  written: readonly WrittenQuestion[],
): Promise<EvaluationQuestion[]> {
  const globs = [...new Set(written.flatMap(({ right }) => right.filter(isGlob)))];
  const matching = await imagesMatching(catalog, globs);
  const questions: EvaluationQuestion[] = [];
  for (const { line, text, right } of written) {
    const ids = new Set<ImageId>();
    for (const picture of right) {
      const found = isGlob(picture)
        ? [...(matching.get(picture) ?? [])]
        : ((await imageOf(catalog, scope, picture)) ??
          (await imageOf(catalog, ENTIRE_LIBRARY, picture)) ??
          []);
      if (found.length === 0)
        throw new UsageError(`Line ${line} of the questions: ${picture} is no picture of the library.`);
      for (const id of found) ids.add(id);
    }
    questions.push({ text, source: "file", right: [...ids] });
  }
  return questions;
}

async function imageOf(catalog: Catalog, scope: Scope, picture: string): Promise<ImageId[] | undefined> {
  try {
    return [(await resolveByPathOrId(catalog, picture, scope)).record.id];
  } catch (error) {
    if (error instanceof NotFoundError || error instanceof AmbiguousIdError) return undefined;
    throw error;
  }
}

async function imagesMatching(
  catalog: Catalog,
  globs: readonly string[],
): Promise<Map<string, Set<ImageId>>> {
  const patterns = globs.map((glob) => ({ glob, pattern: globPattern(resolve(glob)) }));
  const matching = new Map<string, Set<ImageId>>(globs.map((glob) => [glob, new Set()]));
  if (globs.length === 0) return matching;
  for await (const keys of keysInScope(catalog, ENTIRE_LIBRARY, IMAGES_AT_ONCE))
    for (const { record } of await catalog.images.byKey(keys))
      for (const at of record.placements)
        for (const { glob, pattern } of patterns)
          if (at.kind === "file" && pattern.test(at.path)) matching.get(glob)?.add(record.id);
  return matching;
}

/** What lies outside the scope is left out of the right images, and counted. */
export async function withinScope(
  catalog: Pick<Catalog, "images">,
  scope: Scope,
  questions: readonly EvaluationQuestion[],
): Promise<EvaluationQuestion[]> {
  const ids = [...new Set(questions.flatMap(({ right }) => right))];
  const inside = new Set<ImageId>();
  for (let start = 0; start < ids.length; start += IMAGES_AT_ONCE) {
    const some = ids.slice(start, start + IMAGES_AT_ONCE);
    for (const { record } of await catalog.images.byId(some, scope, "first")) inside.add(record.id);
  }
  return questions.map((question) => {
    const right = question.right.filter((id) => inside.has(id));
    return { ...question, right, rightOutside: question.right.length - right.length };
  });
}

/** Questions that marks answer: those with a right image, and those of which nothing is right. */
export function questionsOfMarks(marks: readonly Mark[]): EvaluationQuestion[] {
  const questions = new Map<string, Set<ImageId>>();
  for (const { question, id, isRight } of marks) {
    if (!isRight) continue;
    const right = questions.get(question) ?? new Set();
    if (id !== null) right.add(id);
    questions.set(question, right);
  }
  return [...questions].map(([text, right]) => ({ text, source: "marks", right: [...right] }));
}
