import { addValue, ask } from "../address.ts";

/** Of the words nothing is left: the pictures themselves are the question now. */
export const moreLike = (ids: readonly string[]) =>
  ask((params) => {
    params.delete("q");
    params.delete("sort");
    for (const id of ids) addValue(params, "like", id);
  });

export const lessLike = (id: string) => ask((params) => addValue(params, "unlike", id));
