import { addValue, ask } from "../address.ts";

/** Of the words nothing is left: the picture itself is the question now. */
export const moreLike = (id: string) =>
  ask((params) => {
    params.delete("q");
    params.delete("sort");
    addValue(params, "like", id);
  });

export const lessLike = (id: string) => ask((params) => addValue(params, "unlike", id));
