export { dateRange } from "./dates/date-range.ts";
export { dayOf, isoDate, isoInstant, minuteOf } from "./dates/format-date.ts";
export { captureTime, imageDate, placementDate } from "./dates/picture-date.ts";
export { describeDevice } from "./embedder/devices.ts";
export { enumerate, formatCount, pluralize } from "./english.ts";
export * from "./errors.ts";
export { parseGroundTruth as parseTruth } from "./evaluation/ground-truth-file.ts";
export type { OwnSource } from "./evaluation/own-questions.ts";
export { parseQuestions } from "./evaluation/questions-file.ts";
export { isInside } from "./is-inside.ts";
export { requireTags, tagCandidates } from "./labels/require-tags.ts";
export { checkTag, parseVocabulary, sameTags } from "./labels/tag-vocabulary.ts";
export type { LibraryView } from "./library/library-view.ts";
export { describeNotCompared, describeOlderModels } from "./library/missing-vectors.ts";
export { describePartlyRead, describeShortfall } from "./library/partly-read.ts";
export { describeUnknownScript } from "./library/script-hint.ts";
export type { Library } from "./library.ts";
export { measure, onMeasurement, timed } from "./measurements.ts";
export { isFilmName, mediaKind } from "./media-kind.ts";
export { momentName } from "./moment.ts";
export { nearNames } from "./near-names.ts";
export { placeNotes } from "./places/find-places.ts";
export type { Failure, OriginalReader } from "./ports.ts";
export { ENTIRE_LIBRARY, NO_IMAGES } from "./scopes.ts";
export { isScreenshot } from "./screenshot-name.ts";
export { requiresWords } from "./search/parse-text.ts";
export { describeCompanions, isPaired } from "./sources/companions.ts";
export { fileAt, holdsPicture } from "./sources/file-as-added.ts";
export { describeNotRead, describeNowLeftOut, sumOfLeftOut } from "./sources/left-out.ts";
export { sumOfKinds } from "./sources/other-kinds.ts";
export { listPictures } from "./sources/walk-folder.ts";
export type * from "./types.ts";
export {
  escapeControls,
  escapeUnprintable,
  replaceInvisible,
  visibleText,
} from "./unprintable-characters.ts";
export { vectorFromBase64, vectorToBase64 } from "./vector.ts";
export { IMAGE_FORMATS, pictureFilters } from "./written-filters.ts";
