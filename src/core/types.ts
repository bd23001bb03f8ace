/** The nouns of Glimpse. Everything here is plain data; nothing here does anything. */
export type * from "./types/adding.ts";
export type * from "./types/calibration.ts";
export type * from "./types/duplicates.ts";
export type * from "./types/evaluation.ts";
export type * from "./types/folder.ts";
export type * from "./types/image.ts";
export type * from "./types/labels.ts";
export type * from "./types/long-work.ts";
export type * from "./types/mark.ts";
export type * from "./types/model.ts";
export type * from "./types/removal.ts";
export type * from "./types/scope.ts";
export type * from "./types/search.ts";
export type * from "./types/status.ts";
export type * from "./types/text.ts";
export type * from "./types/time.ts";
export type * from "./types/words.ts";
