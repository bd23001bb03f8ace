import { pluralize } from "../english.ts";
import type { LibraryStatus } from "../types.ts";

const WAY_OUT =
  "connect their folders and run `glimpse add`; the running Discord bot fetches pictures of posts again by itself";

/** A sentence on the pictures that a verb which compares vectors had to leave out; undefined when there are none. */
export function describeNotCompared({
  unembedded,
  model,
}: Pick<LibraryStatus, "unembedded" | "model">): string | undefined {
  if (unembedded === 0) return undefined;
  return `${picturesHave(unembedded)} no vector under ${model} yet and ${unembedded === 1 ? "was" : "were"} not compared by it: ${WAY_OUT}.`;
}

/** A sentence for each model that is the only one to know some pictures. */
export const describeOlderModels = ({ older }: Pick<LibraryStatus, "older">): string[] =>
  older.map(
    ({ space, images }) =>
      `${picturesHave(images)} a vector only of an older model, ${space}, and ${images === 1 ? "is" : "are"} found by it while it is installed: ${WAY_OUT}.`,
  );

const picturesHave = (count: number) => `${pluralize(count, "picture")} ${count === 1 ? "has" : "have"}`;
