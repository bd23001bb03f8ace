/** The page's own icon (web/client/icon.svg). */
const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" role="img"><title>Glimpse</title><circle cx="14" cy="14" r="9" fill="none" stroke="#2f7d5b" stroke-width="3"/><path d="m21 21 7 7" stroke="#2f7d5b" stroke-width="4" stroke-linecap="round"/><path d="m8.5 17 4-4.5 3 3 2-2 3 3.5" fill="none" stroke="#e0a33a" stroke-width="2.2" stroke-linejoin="round"/></svg>';

/** As the protocol has it: clients fetch nothing for it. */
export const ICON = {
  src: `data:image/svg+xml;base64,${Buffer.from(SVG).toString("base64")}`,
  mimeType: "image/svg+xml",
  sizes: ["any"],
};
