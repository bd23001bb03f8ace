import { DiscordAPIError, REST, Routes } from "discord.js";
import * as z from "zod";
import { GlimpseError, messageOf } from "../core/index.ts";
import { commands } from "./commands/index.ts";
import { snowflake } from "./gateway/payloads.ts";
import { isTransient, withRetry } from "./gateway/retry.ts";
import { TokenRefusedError } from "./gateway/token-refused.ts";

export interface DeployOptions {
  readonly token: string;
  /** Looked up by the token when absent. */
  readonly applicationId?: string | undefined;
  /** Only in this server, where changes show at once: for development. Default: everywhere. */
  readonly guildId?: string | undefined;
  /** Discord's REST API; for tests. */
  readonly api?: string | undefined;
  /** Of calls that fail for the moment; for tests. */
  readonly attempts?: number | undefined;
}

export interface DeployReport {
  readonly applicationId: string;
  readonly deployed: readonly string[];
  /** False when exactly these commands were registered already. */
  readonly changed: boolean;
}

const application = z.object({ id: snowflake });
const known = z.array(z.looseObject({ name: z.string() }));

/**
 * Registers the commands with Discord if they differ from those registered.
 * @throws GlimpseError when Discord refuses it or cannot be reached
 */
export async function deployTo(options: DeployOptions): Promise<DeployReport> {
  try {
    return await register(options);
  } catch (error) {
    throw inASentence(error, options);
  }
}

function inASentence(cause: unknown, { guildId }: DeployOptions): GlimpseError {
  const { status = 0 } = cause instanceof DiscordAPIError ? cause : {};
  // A token with characters that no header may have is not even sent.
  const isUnsendable = cause instanceof Error && "code" in cause && cause.code === "UND_ERR_INVALID_ARG";
  if (status === 401 || isUnsendable) return new TokenRefusedError();
  if (status === 403 || status === 404)
    return new GlimpseError(
      guildId
        ? `Discord does not let the bot register commands in the server ${guildId}: check the id, and invite the bot there.`
        : "Discord does not let the bot register commands: check the application's id.",
      { cause },
    );
  const [reason = ""] =
    cause instanceof z.ZodError ? ["not what Discord answers"] : messageOf(cause).split("\n");
  const [what, then] = isTransient(cause)
    ? ["Discord cannot be reached now", "please try again later"]
    : cause instanceof DiscordAPIError
      ? ["Discord refused the commands", "update Glimpse and try again"]
      : ["What answers is not Discord", "check the network and its proxy"];
  return new GlimpseError(`${what} (${reason}). Nothing was registered; ${then}.`, { cause });
}

async function register(options: DeployOptions): Promise<DeployReport> {
  const rest = new REST({ timeout: 15_000, retries: 0, ...(options.api && { api: options.api }) }).setToken(
    options.token,
  );
  const applicationId =
    options.applicationId ??
    application.parse(await withRetry(() => rest.get(Routes.currentApplication()), options)).id;
  const route = options.guildId
    ? Routes.applicationGuildCommands(applicationId, options.guildId)
    : Routes.applicationCommands(applicationId);
  const query = new URLSearchParams({ with_localizations: "true" });
  const before = known.parse(await withRetry(() => rest.get(route, { query }), options));
  const wanted = commands.map(({ data }) => data);
  const changed =
    !wanted.every((data) => before.some((old) => covers(old, data))) || before.length !== wanted.length;
  if (changed) await withRetry(() => rest.put(route, { body: wanted }), options);
  return { applicationId, deployed: wanted.map(({ name }) => name), changed };
}

/** Whether Discord's record contains ours; it adds ids and defaults. */
function covers(theirs: unknown, ours: unknown): boolean {
  if (Array.isArray(ours)) {
    return (
      Array.isArray(theirs) &&
      theirs.length === ours.length &&
      ours.every((item, at) => covers(theirs[at], item))
    );
  }
  if (typeof ours !== "object" || ours === null) return Object.is(theirs ?? undefined, ours ?? undefined);
  const entries = Object.entries(ours);
  if (typeof theirs !== "object" || theirs === null) return entries.length === 0;
  const record: Record<string, unknown> = { ...theirs };
  return entries.every(([key, value]) => isDefault(record[key], value) || covers(record[key], value));
}

/** Discord leaves out what is empty or false. */
const isDefault = (theirs: unknown, ours: unknown): boolean =>
  (theirs === undefined || theirs === null) && (ours === false || ours === "" || ours === undefined);
