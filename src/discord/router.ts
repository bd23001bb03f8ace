import {
  type AutocompleteInteraction,
  type Client,
  Events,
  type Interaction,
  type MessageComponentInteraction,
  MessageFlags,
  type RepliableInteraction,
} from "discord.js";
import { GlimpseError, LibraryError, ModelError, ModelMismatchError, PictureError } from "../core/index.ts";
import type { App } from "./app.ts";
import type { Command, ComponentHandler, Reply } from "./command.ts";
import { commands, componentHandlers } from "./commands/index.ts";
import { parseCustomId } from "./custom-id.ts";
import { discordCode, patiently } from "./patience.ts";
import { spendModelWork } from "./rate-limit.ts";

/** What only the bot's owner can mend; their words name folders of the machine. */
const OWNERS_ERRORS = [LibraryError, ModelError, ModelMismatchError];

type Answerable = RepliableInteraction | MessageComponentInteraction;

/** A second acknowledgement: the first one arrived although its answer got lost. */
const ALREADY_ACKNOWLEDGED = 40_060;

/** Every interaction comes through here: acknowledged first, then worked on, failures worded in one place. */
export function routeInteractions(client: Client, app: App): void {
  client.on(Events.InteractionCreate, (interaction) => {
    void answer(interaction, app);
  });
}

async function answer(interaction: Interaction, app: App): Promise<void> {
  try {
    if (interaction.isAutocomplete()) await complete(interaction);
    else if (interaction.isMessageComponent()) await useComponent(interaction, app);
    else if (interaction.isChatInputCommand()) {
      const command = commands.find(
        (each) => each.kind === "slash" && each.data.name === interaction.commandName,
      );
      await reply(interaction, app, command, () =>
        command?.kind === "slash" ? command.execute(interaction, app) : unknownCommand(),
      );
    } else if (interaction.isMessageContextMenuCommand()) {
      const command = commands.find(
        (each) => each.kind === "message-menu" && each.data.name === interaction.commandName,
      );
      await reply(interaction, app, command, () =>
        command?.kind === "message-menu" ? command.execute(interaction, app) : unknownCommand(),
      );
    }
  } catch (error) {
    const { id, guildId, channelId } = interaction;
    app.log.warn({ interaction: id, guildId, channelId, error }, "an interaction could not be answered");
  }
}

async function complete(interaction: AutocompleteInteraction): Promise<void> {
  const command = commands.find(({ data }) => data.name === interaction.commandName);
  const choices = command?.kind === "slash" ? (command.autocomplete?.(interaction) ?? []) : [];
  await interaction.respond(
    choices.slice(0, 25).map((choice) => ({ name: choice.slice(0, 100), value: choice })),
  );
}

async function useComponent(interaction: MessageComponentInteraction, app: App): Promise<void> {
  const parsed = parseCustomId(interaction.customId);
  const handler = componentHandlers.find(({ prefix }) => prefix === parsed?.prefix);
  const work = () =>
    handler && parsed
      ? handler.handle(interaction, parsed.args, app)
      : Promise.reject(new GlimpseError("This button belongs to an older version of the bot. Ask anew."));
  if (handler?.answer === "update") {
    await acknowledge(interaction, () => interaction.deferUpdate());
    await carryOut(interaction, app, handler, work, (content) =>
      interaction.followUp({ content, flags: MessageFlags.Ephemeral }),
    );
    return;
  }
  await reply(interaction, app, handler, work);
}

async function reply(
  interaction: Answerable,
  app: App,
  what: Command | ComponentHandler | undefined,
  work: () => Promise<Reply>,
): Promise<void> {
  await acknowledge(interaction, () => interaction.deferReply({ flags: MessageFlags.Ephemeral }));
  await carryOut(interaction, app, what, work, (content) =>
    patiently(() => interaction.editReply({ content })),
  );
}

/** Before anything else: Discord waits three seconds, whatever else this machine has to do. */
async function acknowledge(interaction: Answerable, defer: () => Promise<unknown>): Promise<void> {
  try {
    await patiently(defer, { attempts: 4, firstPauseMs: 100 });
  } catch (error) {
    if (discordCode(error) !== ALREADY_ACKNOWLEDGED) throw error;
    interaction.deferred = true;
  }
}

async function carryOut(
  interaction: Answerable,
  app: App,
  what: { readonly costly?: boolean } | undefined,
  work: () => Promise<Reply>,
  say: (content: string) => Promise<unknown>,
): Promise<void> {
  try {
    if (what?.costly) spendModelWork(app.limits, interaction.user.id, interaction.guildId);
    const message = await work();
    if (message) await patiently(() => interaction.editReply(message), { attempts: 4 });
  } catch (error) {
    await say(worded(error, interaction, app));
  }
}

/** Expected failures speak for themselves; of others people only learn a number to report. */
function worded(error: unknown, { id, guildId, channelId }: Answerable, { log }: App): string {
  if (error instanceof PictureError) return `That picture could not be used: ${error.message}`;
  const forOwner = OWNERS_ERRORS.some((kind) => error instanceof kind);
  if (error instanceof GlimpseError && !forOwner) return error.message;
  log.error({ interaction: id, guildId, channelId, error }, "an interaction failed");
  return `Something went wrong. If it happens again, tell the bot's owner this number: ${id}`;
}

const unknownCommand = (): Promise<Reply> =>
  Promise.reject(new GlimpseError("This command belongs to another version of the bot."));
