/**
 * Which channels the bot can see, as the gateway says. discord.js cannot be asked: it also believes what comes with
 * interactions, where a hidden channel is named unhidden, and an unknown one without its overwrites.
 */
export class ChannelSight {
  readonly #hidden = new Map<string, boolean>();

  heard(channelId: string, hidden: boolean): void {
    this.#hidden.set(channelId, hidden);
  }

  gone(channelId: string): void {
    this.#hidden.delete(channelId);
  }

  sees(channelId: string): boolean {
    return this.#hidden.get(channelId) === false;
  }
}
