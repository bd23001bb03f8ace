/**
 * What the core says is English, made of fixed words and of values. A book has, for each such sentence with `{}` for every
 * value, the same in another language: `{1}` is the first value, `{1!}` the first value where it is made of words itself.
 */
export type SentenceBook = Readonly<Record<string, string>>;
