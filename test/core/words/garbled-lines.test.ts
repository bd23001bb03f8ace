import { expect, test } from "vitest";
import { garbledLines } from "../../../src/core/words/garbled-lines.ts";
import { searchedLines } from "../../../src/core/words/searched-lines.ts";

type Read = readonly (readonly [text: string, confidence: number])[];

const box = { x: 0, y: 0, width: 1, height: 0.1 };
const linesOf = (read: Read) => read.map(([text, confidence]) => ({ text, confidence, box, angle: 0 }));

/** As PP-OCR v4 reads Cyrillic and Greek print. */
const GARBLED: readonly Read[] = [
  [["BHNMAHИE OnACHO", 0.85]],
  [["MoCKBa, yJIua JeHИHa", 0.84]],
  [["CueT 3a 9nekTp03HeprИo", 0.81]],
  [
    ["PeMOHT 06yBb", 0.8],
    ["nlyHKT Bblna4a 3aKa30B", 0.82],
  ],
  [["HE BXOИTb", 0.98]],
  [["Aπo8εin mAnpwμns", 0.73]],
  [["KIN△YNOE", 0.87]],
];

test.each(GARBLED.map((read) => ({ read })))(
  "text in a script that the reader does not know is told, and not searched: $read",
  ({ read }) => {
    const lines = linesOf(read);
    expect(garbledLines(lines)).toContain(true);
    expect(searchedLines(lines)).toContain("");
  },
);

const CLEAR: readonly Read[] = [
  [
    ["My iPhone and McDonald's", 0.85],
    ["YouTube on a MacBook", 0.8],
  ],
  [
    ["Error 0x8007o057", 0.88],
    ["in the second module, B0lS", 0.9],
  ],
  [
    ["BMWM3COMPETITION", 0.9],
    ["500ml of H2O on the 4th", 0.8],
  ],
  [
    ["Straße geschlossen", 0.9],
    ["12 PCs and DVDs", 0.85],
  ],
  [
    ["МОСКВА", 0.8],
    ["Улица Ленина", 0.85],
  ],
  [["STOp", 0.8]],
  // As read on a sports ground.
  [
    ["yellowtaitT", 0.83],
    ["R.luanovic", 0.86],
    ["SRB", 0.95],
    ["R.mauresmoFRA", 0.92],
  ],
  [["一杯 coffee", 0.85]],
];

test.each(CLEAR.map((read) => ({ read })))("so is no other: $read", ({ read }) => {
  expect(garbledLines(linesOf(read))).not.toContain(true);
});
