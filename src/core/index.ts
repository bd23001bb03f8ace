export * from "./errors.ts";
export { imageDate } from "./image-date.ts";
export { isInside } from "./is-inside.ts";
export { parseVocabulary } from "./labels/tag-vocabulary.ts";
export { parseTruth } from "./labels/truth-file.ts";
export type { Library } from "./library.ts";
export type { Failure } from "./ports.ts";
export type * from "./types.ts";
export { WHOLE_LIBRARY } from "./whole-library.ts";
