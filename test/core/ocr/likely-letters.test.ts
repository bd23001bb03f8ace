import { expect, test } from "vitest";
import { likelyLetters } from "../../../src/core/ocr/likely-letters.ts";

test("an ß that was taken for a B is one again where German spells it", () => {
  const read =
    "StraBenbahn, GrüBe, FuBball und FuBgänger: groB, weiB, heiBt, drauBen, SpaB, mäBig, schlieBlich, GroBkunde";
  expect(likelyLetters(read)).toBe(
    "Straßenbahn, Grüße, Fußball und Fußgänger: groß, weiß, heißt, draußen, Spaß, mäßig, schließlich, Großkunde",
  );
});

test("a B that belongs where it stands stays", () => {
  const read =
    "MacBook PhotoBooth eBay iBook FaceBook DropBox YouBike MegaByte KiloBit DataBase VideoBlog JetBrains uBlock WeiBo B AB OB HBO 3B A4B Bahn STRABE";
  expect(likelyLetters(read)).toBe(read);
});

test("a zero in a word is an O, beside digits a zero", () => {
  expect(likelyLetters("INV0ICE t0matoes R0OM 100 A0 0K 2O0")).toBe("INVOICE tomatoes ROOM 100 A0 0K 2O0");
});
