/**
 * Channels that Discord hides from the bot, as the gateway says. discord.js cannot be asked: a channel that is named
 * in an interaction arrives there unhidden, and the client believes that for all that follows.
 */
export class HiddenChannels {
  readonly #ids = new Set<string>();

  heard(channelId: string, hidden: boolean): void {
    if (hidden) this.#ids.add(channelId);
    else this.#ids.delete(channelId);
  }

  has(channelId: string): boolean {
    return this.#ids.has(channelId);
  }
}
