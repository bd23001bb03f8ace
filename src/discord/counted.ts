/** `1 picture`, `1,204 pictures`. */
export const counted = (count: number, noun: string): string =>
  `${count.toLocaleString("en")} ${count === 1 ? noun : `${noun}s`}`;

/** `1 picture was`, `2 pictures were`. */
export const countedWere = (count: number, noun: string): string =>
  `${counted(count, noun)} ${count === 1 ? "was" : "were"}`;
