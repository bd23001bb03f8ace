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

/** Of causes of causes. */
const MAX_CAUSES = 5;

/** Name, code, message and cause only: errors of discord.js carry request bodies and signed URLs. */
function describeError(error: unknown, causes = MAX_CAUSES): object {
  if (!(error instanceof Error)) return { message: redact(String(error)) };
  const { name, message, stack, cause } = error;
  const code = "code" in error ? { code: error.code } : {};
  const because = cause !== undefined && causes > 0 ? { cause: describeError(cause, causes - 1) } : {};
  return { name, ...code, message: redact(message), stack: redact(stack ?? ""), ...because };
}

/** JSON lines, to stderr by default. */
export function createLog(level: string, destination?: DestinationStream): Log {
  return pino(
    {
      name: "glimpse-discord",
      level,
      serializers: { error: (error) => describeError(error), err: (error) => describeError(error) },
    },
    destination ?? pino.destination({ dest: 2, sync: true }),
  );
}
