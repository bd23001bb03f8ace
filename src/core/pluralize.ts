/** `1 picture`, `1,204 pictures`, `1 old picture` */
export const pluralize = (count: number, noun: string): string =>
  `${count.toLocaleString("en")} ${count === 1 ? noun : plural(noun)}`;

const plural = (noun: string) => (noun.endsWith("y") ? `${noun.slice(0, -1)}ies` : `${noun}s`);
