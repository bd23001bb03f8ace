import { describe } from "vitest";
import { describeCarriedWords } from "./catalog-contract/carried-words.ts";
import { describeCompanions } from "./catalog-contract/companions.ts";
import { describeEmbeddings } from "./catalog-contract/embeddings.ts";
import { describeErasing } from "./catalog-contract/erasing.ts";
import { describeFacts } from "./catalog-contract/facts.ts";
import { describeFiles } from "./catalog-contract/files.ts";
import { describeImages } from "./catalog-contract/images.ts";
import { describeMaps } from "./catalog-contract/maps.ts";
import { describeMarks } from "./catalog-contract/marks.ts";
import { describeNotes } from "./catalog-contract/notes.ts";
import type { CatalogFactory } from "./catalog-contract/open.ts";
import { describeParts } from "./catalog-contract/parts.ts";
import { describePosts } from "./catalog-contract/posts.ts";
import { describeReadings } from "./catalog-contract/readings.ts";
import { describeScope } from "./catalog-contract/scope.ts";
import { describeTags } from "./catalog-contract/tags.ts";
import { describeTexts } from "./catalog-contract/texts.ts";

/** The contract of every catalog. `create` returns an empty one. */
export function describeCatalog(create: CatalogFactory): void {
  describe("images", () => describeImages(create));
  describe("shots of what moves", () => describeParts(create));
  describe("scope", () => describeScope(create));
  describe("files and roots", () => describeFiles(create));
  describe("posts", () => describePosts(create));
  describe("erasing", () => describeErasing(create));
  describe("embeddings and their changes", () => describeEmbeddings(create));
  describe("tags", () => describeTags(create));
  describe("what files carry", () => describeCarriedWords(create));
  describe("files beside pictures", () => describeCompanions(create));
  describe("what metadata say", () => describeFacts(create));
  describe("texts", () => describeTexts(create));
  describe("readings", () => describeReadings(create));
  describe("marks", () => describeMarks(create));
  describe("maps", () => describeMaps(create));
  describe("verdicts, cursors, leases, counts", () => describeNotes(create));
}
