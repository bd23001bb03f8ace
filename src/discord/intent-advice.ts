/** What to do when Discord withholds message content from the bot. */
export const INTENT_ADVICE =
  "Discord does not let this bot see message content, so it cannot index pictures. Turn on " +
  "“Message Content Intent” at https://discord.com/developers/applications → your application → Bot → " +
  "Privileged Gateway Intents, then restart the bot. /find image:, Find similar and Classify work without it.";
