import type { ImageRecord } from "./types.ts";

/** What systems begin the names of screenshots with, in the languages of most of their users. */
const BEGINNINGS = [
  "screen[ _-]?shot",
  "screen[ _-]?capture",
  "scrnshot",
  "bildschirmfoto",
  "capture d.?écran",
  "captura de (pantalla|tela|ecrã|ecra)",
  "schermata",
  "istantanea schermo",
  "schermafbeelding",
  "skärmavbild",
  "skärmbild",
  "skærmbillede",
  "skjermbilde",
  "zrzut ekranu",
  "ekran (resmi|görüntüsü)",
  "снимок экрана",
  "スクリーンショット",
  "屏幕截图",
  "屏幕快照",
  "截屏",
  "截图",
  "螢幕截圖",
  "스크린샷",
];

/** In the syntax that JavaScript and PostgreSQL share, to be matched whatever the case: the last part of a path. A "screenshotter" is none. */
export const SCREENSHOT_NAME = `(^|[/\\\\])(${BEGINNINGS.join("|")})(?![a-z])[^/\\\\]*$`;

const pattern = new RegExp(SCREENSHOT_NAME, "iu");

/** As `--screenshots` has it: by what the metadata say, or by the name of a file. */
export const isScreenshot = ({ facts, placements }: Pick<ImageRecord, "facts" | "placements">): boolean =>
  facts?.isScreenshot === true || placements.some((at) => at.kind === "file" && isScreenshotName(at.path));

/** Whether a file is named as systems name screenshots. */
export const isScreenshotName = (path: string): boolean => pattern.test(path.normalize("NFC"));
