/** In how many bytes of a page its generator is named (components/pages/main.tsx). */
export const MARKER_WITHIN = 512;

/** Whether a file that begins like this is a page that Glimpse wrote. */
export const isOwnPage = (beginning: string): boolean =>
  beginning.includes('<meta name="generator" content="Glimpse"');
