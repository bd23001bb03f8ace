import { GlimpseError } from "../../core/index.ts";

export class TokenRefusedError extends GlimpseError {
  override name = "TokenRefusedError";

  constructor() {
    super(
      "Discord refused the bot's token. Copy a fresh one from https://discord.com/developers/applications → " +
        "your application → Bot → Reset Token, and set DISCORD_TOKEN to it.",
    );
  }
}
