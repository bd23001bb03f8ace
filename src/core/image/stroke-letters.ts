/**
 * Letters as strokes on a grid 4 wide and 6 high, y downwards, as SVG path data. Pictures made on a server
 * often meet no font at all, and a contact sheet without its numbers is useless; so the labels bring their own.
 */
const STROKES: Readonly<Record<string, string>> = {
  "0": "M1 0H3L4 1V5L3 6H1L0 5V1ZM1 5L3 1",
  "1": "M1 1L2 0V6M1 6H3",
  "2": "M0 1L1 0H3L4 1V2L0 6H4",
  "3": "M0 0H4L2 2H3L4 3V5L3 6H1L0 5",
  "4": "M3 6V0L0 4H4",
  "5": "M4 0H0V2.5H3L4 3.5V5L3 6H0",
  "6": "M3.5 0H1.5L0 2V5L1 6H3L4 5V3.5L3 2.5H0",
  "7": "M0 0H4L1.5 6",
  "8": "M1 0H3L4 1V2L3 3H1L0 2V1ZM1 3H3L4 4V5L3 6H1L0 5V4Z",
  "9": "M4 3.5H1L0 2.5V1L1 0H3L4 1V4L2.5 6H.5",
  A: "M0 6L2 0L4 6M.8 4H3.2",
  B: "M0 0V6H3L4 5V4L3 3H0M3 3L4 2V1L3 0H0",
  C: "M4 1L3 0H1L0 1V5L1 6H3L4 5",
  D: "M0 0V6H2L4 4V2L2 0Z",
  E: "M4 0H0V6H4M0 3H3",
  F: "M4 0H0V6M0 3H3",
  G: "M4 1L3 0H1L0 1V5L1 6H3L4 5V3H2",
  H: "M0 0V6M4 0V6M0 3H4",
  I: "M1 0H3M2 0V6M1 6H3",
  J: "M4 0V5L3 6H1L0 5",
  K: "M0 0V6M4 0L0 3.5M1.3 2.5L4 6",
  L: "M0 0V6H4",
  M: "M0 6V0L2 3L4 0V6",
  N: "M0 6V0L4 6V0",
  O: "M1 0H3L4 1V5L3 6H1L0 5V1Z",
  P: "M0 6V0H3L4 1V2L3 3H0",
  Q: "M1 0H3L4 1V5L3 6H1L0 5V1ZM2.5 4.5L4 6",
  R: "M0 6V0H3L4 1V2L3 3H0M2 3L4 6",
  S: "M4 1L3 0H1L0 1V2L1 3H3L4 4V5L3 6H1L0 5",
  T: "M0 0H4M2 0V6",
  U: "M0 0V5L1 6H3L4 5V0",
  V: "M0 0L2 6L4 0",
  W: "M0 0L1 6L2 3L3 6L4 0",
  X: "M0 0L4 6M4 0L0 6",
  Y: "M0 0L2 3L4 0M2 3V6",
  Z: "M0 0H4L0 6H4",
  " ": "",
  "#": "M1.3 0L.7 6M3.3 0L2.7 6M0 2H4M0 4H4",
  ".": "M1.8 6H2.2",
  "…": "M0 6H.2M2 6H2.2M4 6H4.2",
  ",": "M2 5.5L1.5 7",
  ":": "M2 2V2.2M2 5V5.2",
  "-": "M1 3H3",
  "+": "M2 1V5M0 3H4",
  "=": "M0 2H4M0 4H4",
  _: "M0 6.5H4",
  "/": "M0 6L4 0",
  "(": "M3 0L2 1.5V4.5L3 6",
  ")": "M1 0L2 1.5V4.5L1 6",
  "%": "M0 6L4 0M.5 .5H1V1H.5ZM3 5H3.5V5.5H3Z",
  "?": "M0 1L1 0H3L4 1V2L2 3.5V4.2M2 5.9V6",
};

/** Grid steps from one letter to the next. */
const ADVANCE = 6;
export const LETTER_HEIGHT = 6;

/** Width of the text in grid steps. */
export function strokedWidth(text: string): number {
  return Math.max(0, [...text].length * ADVANCE - 2);
}

/** SVG elements for the text with its upper left corner at 0,0. Small letters become capitals, unknown ones "?". */
export function strokedText(text: string): string {
  return [...text.toUpperCase()]
    .map((letter, index) => ({ path: STROKES[letter] ?? STROKES["?"], x: index * ADVANCE }))
    .map(({ path, x }) => `<path transform="translate(${x} 0)" d="${path}"/>`)
    .join("");
}
