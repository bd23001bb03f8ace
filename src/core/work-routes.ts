/** Where pictures posted on Discord are fetched from. */
export const DISCORD_ROUTE = "discord";

/** What is done besides adding has routes of its own: not every worker reads text or has another model. */
export const READING = "~text";
export const embeddingIn = (space: string): string => `~${space}`;

/** Whether new files or posts take it. */
export const isForAdding = (route: string): boolean => !route.includes("~");
