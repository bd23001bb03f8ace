import { type DestinationStream, type Logger, pino } from "pino";

export type Log = Pick<Logger, "debug" | "info" | "warn" | "error">;

/** What must never reach a log: signed links, interaction tokens, the bot's token. */
const SECRETS: readonly [RegExp, string][] = [
  [/([?&](?:ex|is|hm)=)[0-9a-z]+/gi, "$1…"],
  [/(\/(?:webhooks|interactions)\/\d+\/)[^/\s?"]+/g, "$1…"],
  [/[\w-]{20,30}\.[\w-]{6}\.[\w-]{25,110}/g, "…"],
];

export function redact(text: string): string {
  return SECRETS.reduce((clean, [secret, instead]) => clean.replace(secret, instead), text);
}

/** Name, code and message only: errors of discord.js carry request bodies and signed URLs. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: redact(String(error)) };
  const { name, message, stack } = error;
  const code = "code" in error ? { code: error.code } : {};
  return { name, ...code, message: redact(message), stack: redact(stack ?? "") };
}

/** JSON lines, to stderr by default. */
export function createLog(level: string, destination?: DestinationStream): Log {
  return pino(
    { name: "glimpse-discord", level, serializers: { error: describeError, err: describeError } },
    destination ?? pino.destination({ dest: 2, sync: true }),
  );
}
