import { setTimeout as pause } from "node:timers/promises";
import {
  type AutocompleteInteraction,
  type Client,
  RESTJSONErrorCodes as ErrorCode,
  Events,
  type Interaction,
  type MessageComponentInteraction,
  MessageFlags,
  type RepliableInteraction,
} from "discord.js";
import { LRUCache } from "lru-cache";
import {
  GlimpseError,
  LibraryError,
  ModelError,
  ModelMismatchError,
  measure,
  NotFoundError,
  PictureError,
  timed,
} from "../../core/index.ts";
import { discordErrorCode, withRetry } from "../gateway/retry.ts";
import { canReadAll } from "../permissions/readable-channels.ts";
import { parseCustomId } from "../results/custom-id.ts";
import type { MadeOf } from "../results/made-of.ts";
import { answersIn } from "../texts/languages.ts";
import { Refusal } from "../texts/refusal.ts";
import type { BotContext } from "./bot-context.ts";
import type { Command, ComponentHandler, Reply } from "./command.ts";
import { commands, componentHandlers } from "./index.ts";
import { enforceRateLimits } from "./rate-limit.ts";
import { refreshMember, viewerIn } from "./viewer.ts";

/** Only the bot's owner can fix these; their messages name folders of the machine. */
const OWNERS_ERRORS = [LibraryError, ModelError, ModelMismatchError];

type Answerable = RepliableInteraction | MessageComponentInteraction;

/** How long a stop waits for answers that are being made. */
const FINISH_MS = 15_000;
/** Of interactions, so that one that is delivered twice is answered once. */
const REMEMBERED = 10_000;

/** All interactions pass through here: acknowledged first, then executed; errors become messages in one place. */
export class InteractionRouter {
  readonly #context: BotContext;
  readonly #handled = new LRUCache<string, true>({ max: REMEMBERED });
  readonly #inProgress = new Map<Interaction, Promise<void>>();
  #isStopping = false;

  constructor(context: BotContext) {
    this.#context = context;
  }

  listen(client: Client): void {
    client.on(Events.InteractionCreate, (interaction) => {
      if (this.#handled.has(interaction.id)) return;
      this.#handled.set(interaction.id, true);
      const { guildId, user } = interaction;
      if (interaction.inCachedGuild()) this.#context.sharedServers.noticed(user.id, guildId ?? "");
      const work = this.#isStopping ? refuse(interaction) : handleInteraction(interaction, this.#context);
      const task = work
        .catch((error: unknown) => this.#logFailure(interaction, error))
        .finally(() => this.#inProgress.delete(interaction));
      this.#inProgress.set(interaction, task);
    });
  }

  /** Lets answers in progress finish for a while, and tells the others to ask again. */
  async close(finishMs = FINISH_MS): Promise<void> {
    this.#isStopping = true;
    const timeout = new AbortController();
    const finished = Promise.all(this.#inProgress.values());
    await Promise.race([finished, pause(finishMs, undefined, timeout).catch(() => undefined)]);
    timeout.abort();
    await Promise.all([...this.#inProgress.keys()].map((left) => this.#apologise(left)));
  }

  async #apologise(interaction: Interaction): Promise<void> {
    if (!interaction.isRepliable() || !interaction.deferred) return;
    const content = answersIn(interaction.locale).restarting;
    try {
      // An answer whose button was pressed stays as it is.
      if (interaction.isMessageComponent() && interaction.ephemeral === null)
        await interaction.followUp({ content, flags: MessageFlags.Ephemeral });
      else await interaction.editReply({ content });
    } catch (error) {
      this.#logFailure(interaction, error);
    }
  }

  #logFailure({ id, guildId, channelId }: Interaction, error: unknown): void {
    this.#context.log.warn(
      { interaction: id, guildId, channelId, error },
      "an interaction could not be answered",
    );
  }
}

async function refuse(interaction: Interaction): Promise<void> {
  if (!interaction.isRepliable()) return;
  const { restarting } = answersIn(interaction.locale);
  await interaction.reply({ content: restarting, flags: MessageFlags.Ephemeral });
}

async function handleInteraction(interaction: Interaction, context: BotContext): Promise<void> {
  if (interaction.isAutocomplete()) await autocomplete(interaction, context);
  else if (interaction.isMessageComponent()) await handleComponent(interaction, context);
  else if (interaction.isChatInputCommand()) {
    const command = commands.find(
      (each) => each.kind === "slash" && each.data.name === interaction.commandName,
    );
    await reply(interaction, context, command, () =>
      command?.kind === "slash" ? command.execute(interaction, context) : unknownCommand(),
    );
  } else if (interaction.isMessageContextMenuCommand()) {
    const command = commands.find(
      (each) => each.kind === "message-menu" && each.data.name === interaction.commandName,
    );
    await reply(interaction, context, command, () =>
      command?.kind === "message-menu" ? command.execute(interaction, context) : unknownCommand(),
    );
  }
}

async function autocomplete(interaction: AutocompleteInteraction, context: BotContext): Promise<void> {
  const command = commands.find(({ data }) => data.name === interaction.commandName);
  const choices = command?.kind === "slash" ? (command.autocomplete?.(interaction, context) ?? []) : [];
  await interaction.respond(
    choices.slice(0, 25).map((choice) => ({ name: choice.slice(0, 100), value: choice.slice(0, 100) })),
  );
}

async function handleComponent(interaction: MessageComponentInteraction, context: BotContext): Promise<void> {
  const parsed = parseCustomId(interaction.customId);
  const handler = componentHandlers.find(({ prefix }) => prefix === parsed?.prefix);
  const work = () =>
    handler && parsed
      ? handler.handle(interaction, parsed.args, context)
      : Promise.reject(new Refusal(({ olderButton }) => olderButton));
  if (handler?.answer === "update" && isPrivate(interaction)) {
    if (!(await acknowledge(interaction, () => interaction.deferUpdate()))) return;
    await runAndReply(interaction, context, handler, work, (content) =>
      interaction.followUp({ content, flags: MessageFlags.Ephemeral }),
    );
    return;
  }
  await reply(interaction, context, handler, work);
}

/** Clients can send any custom id with any message: an answer for one person never replaces what all can read. */
const isPrivate = ({ message }: MessageComponentInteraction): boolean =>
  message.flags.has(MessageFlags.Ephemeral);

async function reply(
  interaction: Answerable,
  context: BotContext,
  what: Command | ComponentHandler | undefined,
  work: () => Promise<Reply>,
): Promise<void> {
  const isOurs = await acknowledge(interaction, () =>
    interaction.deferReply({ flags: MessageFlags.Ephemeral }),
  );
  if (!isOurs) return;
  await runAndReply(interaction, context, what, work, (content) =>
    withRetry(() => interaction.editReply({ content })),
  );
}

/**
 * First of all: Discord waits three seconds, however busy this machine is. False when another process of the bot, such
 * as the one that this replaces, answers the interaction.
 */
async function acknowledge(interaction: Answerable, defer: () => Promise<unknown>): Promise<boolean> {
  let attempts = 0;
  try {
    await withRetry(
      () => {
        attempts += 1;
        return defer();
      },
      { attempts: 4, firstDelayMs: 100 },
    );
  } catch (error) {
    if (discordErrorCode(error) !== ErrorCode.InteractionHasAlreadyBeenAcknowledged) throw error;
    if (attempts === 1) return false;
    // The first attempt arrived although its response was lost.
    interaction.deferred = true;
  }
  return true;
}

async function runAndReply(
  interaction: Answerable,
  context: BotContext,
  what: Command | ComponentHandler | undefined,
  work: () => Promise<Reply>,
  sendError: (content: string) => Promise<unknown>,
): Promise<void> {
  try {
    if (what?.rateLimited) enforceRateLimits(context.rateLimits, interaction.user.id, interaction.guildId);
    await timed(
      () => answer(interaction, context, work),
      (seconds, failed) => measure("command", { command: nameOf(what), seconds, failed }),
    );
  } catch (error) {
    await sendError(errorText(error, interaction, context));
  }
}

class RightsChangedError extends Refusal {
  override name = "RightsChangedError";

  constructor() {
    super(({ rightsChanged }) => rightsChanged);
  }
}

/** Rights may change, and pictures may go, again and again. */
const ROUNDS = 3;

/** Puts the answer together again when what it tells of may no longer be shown at the moment of sending. */
async function answer(
  interaction: Answerable,
  context: BotContext,
  work: () => Promise<Reply>,
): Promise<void> {
  const startedAt = performance.now();
  for (let round = 1; ; round += 1) {
    try {
      const made = await work();
      if (!made) return;
      const { madeOf, ...message } = made;
      await withRetry(
        async () => {
          if (madeOf && !(await mayBeShown(interaction, context, madeOf, startedAt)))
            throw new RightsChangedError();
          await interaction.editReply(message);
        },
        { attempts: 4 },
      );
      if (madeOf?.tags)
        context.earlierQuestions.noteTags(madeOf.basis.guildId, interaction.user.id, madeOf.tags);
      return;
    } catch (error) {
      // A picture that goes while it is being shown is not found.
      const isStale = error instanceof RightsChangedError || error instanceof NotFoundError;
      if (!isStale || round === ROUNDS) throw error;
    }
  }
}

async function mayBeShown(
  interaction: Answerable,
  { directory, erasures, trustMemberMs }: BotContext,
  { basis, posts }: MadeOf,
  startedAt: number,
): Promise<boolean> {
  if (performance.now() - startedAt >= trustMemberMs) await refreshMember(interaction);
  const viewer = await viewerIn(interaction, basis.guildId);
  const shownFrom = posts.map(({ channelId }) => channelId);
  if (!(await canReadAll(viewer, basis, directory, shownFrom))) return false;
  return !posts.some((post) => erasures.isErased(post));
}

const nameOf = (what: Command | ComponentHandler | undefined): string => {
  if (what === undefined) return "unknown";
  return "data" in what ? what.data.name : what.prefix;
};

/** Expected errors have a message; of others users get an id to report. */
function errorText(
  error: unknown,
  { id, guildId, channelId, locale }: Answerable,
  { log }: BotContext,
): string {
  const texts = answersIn(locale);
  if (error instanceof Refusal) return error.tell(texts);
  if (error instanceof PictureError) return texts.badPicture(texts.badPictures[error.code]);
  const forOwner = OWNERS_ERRORS.some((kind) => error instanceof kind);
  if (error instanceof GlimpseError && !forOwner) return error.message;
  log.error({ interaction: id, guildId, channelId, error }, "an interaction failed");
  return texts.wentWrong(id);
}

const unknownCommand = (): Promise<Reply> => Promise.reject(new Refusal(({ otherVersion }) => otherVersion));
