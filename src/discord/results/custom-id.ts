/** Discord's limit. */
const MAX_LENGTH = 100;
const ARGUMENT = /^[\w-]{1,70}$/;

export function customId(prefix: string, ...args: readonly (string | number)[]): string {
  const id = [prefix, ...args].join(":");
  if (id.length > MAX_LENGTH) throw new RangeError(`custom id ${prefix} would have ${id.length} characters`);
  return id;
}

/** Clients can send any custom id; undefined unless it has the shape of ours. */
export function parseCustomId(id: string): { prefix: string; args: readonly string[] } | undefined {
  const [prefix = "", ...args] = id.split(":");
  const sound = id.length <= MAX_LENGTH && ARGUMENT.test(prefix) && args.every((arg) => ARGUMENT.test(arg));
  return sound ? { prefix, args } : undefined;
}

const MAX_PAGE = 99;

/** The page number in a custom id; undefined unless it is one. */
export function pageNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,2}$/.test(text) && Number(text) <= MAX_PAGE ? Number(text) : undefined;
}
