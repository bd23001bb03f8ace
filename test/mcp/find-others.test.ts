import { expect, test } from "vitest";
import { findOthers } from "../../src/mcp/find-others.ts";
import { pictureNamed, standInLibrary } from "./support/stand-in-library.ts";

const pictures = Array.from({ length: 6 }, (_, n) => pictureNamed(`${n}.jpg`));
const [best = pictureNamed(""), ...others] = pictures;
const stranger = pictureNamed("stranger.jpg");
const scope = { files: "all", discord: "none" } as const;

const like = (id: string, cursor?: string) =>
  findOthers(standInLibrary(pictures), { terms: [{ image: { id } }], scope, limit: 3, cursor });

test("the example is not among its own matches, and pages stay full and in order", async () => {
  const first = await like(best.id);
  expect(first.hits.map(({ id, rank }) => [id, rank])).toEqual(
    others.slice(0, 3).map(({ id }, at) => [id, at + 1]),
  );
  const second = await like(best.id, first.nextCursor ?? "");
  expect(second.hits.map(({ id, rank }) => [id, rank])).toEqual(
    others.slice(3).map(({ id }, at) => [id, at + 4]),
  );
});

test("an example outside of what is searched takes nobody's place", async () => {
  const { hits } = await like(stranger.id);
  expect(hits.map(({ id, rank }) => [id, rank])).toEqual(
    pictures.slice(0, 3).map(({ id }, at) => [id, at + 1]),
  );
});
