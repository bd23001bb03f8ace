import type { FindAnswer, FindRequest } from "../core/index.ts";
import type { McpLibrary } from "./library-port.ts";

/** Like `find`, without the picture of the library that serves as the example: nobody asks for what they have. */
export async function findOthers(
  library: McpLibrary,
  request: FindRequest & { readonly limit: number },
): Promise<FindAnswer> {
  const [example] = request.terms.flatMap((term) =>
    "image" in term && "id" in term.image ? term.image.id : [],
  );
  if (example === undefined) return library.find(request);
  const isFirstPage = request.cursor === undefined;
  // An example that is in the scope is its own best match, so one more makes the first page full.
  const answer = await library.find(isFirstPage ? { ...request, limit: request.limit + 1 } : request);
  const others = answer.hits.filter(({ id }) => id !== example);
  if (isFirstPage && others.length === answer.hits.length) return library.find(request);
  return { ...answer, hits: others.map((hit) => ({ ...hit, rank: hit.rank - 1 })) };
}
