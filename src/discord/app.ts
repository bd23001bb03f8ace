import type { Library } from "../core/index.ts";
import type { DiscordServer } from "./access/discord-server.ts";
import type { NamedChannels } from "./access/named-channels.ts";
import type { Download } from "./attachments/download.ts";
import type { DiscordApi } from "./discord-api.ts";
import type { SavedQuestions } from "./gallery/saved-questions.ts";
import type { Historian } from "./history/historian.ts";
import type { Jobs } from "./history/jobs.ts";
import type { ProgressNotes } from "./history/progress-notes.ts";
import type { Erasures } from "./intake/erasures.ts";
import type { Liveness } from "./intake/liveness.ts";
import type { Marks } from "./intake/marks.ts";
import type { SecondTries } from "./intake/second-tries.ts";
import type { TakePictures } from "./intake/take-pictures.ts";
import type { Log } from "./log.ts";
import type { ModelLimits } from "./rate-limit.ts";
import type { GuildSettingsStore } from "./settings/guild-settings.ts";
import type { PersonChoices } from "./settings/person-choices.ts";

/** What the commands work with. */
export interface App {
  readonly library: Library;
  readonly server: DiscordServer;
  readonly named: NamedChannels;
  readonly api: DiscordApi;
  readonly settings: GuildSettingsStore;
  readonly people: PersonChoices;
  readonly questions: SavedQuestions;
  readonly download: Download;
  readonly pictures: TakePictures;
  readonly erasures: Erasures;
  readonly liveness: Liveness;
  readonly marks: Marks;
  readonly jobs: Jobs;
  readonly secondTries: SecondTries;
  readonly historian: Historian;
  readonly progress: ProgressNotes;
  readonly limits: ModelLimits;
  /** False while Discord withholds message content from the bot. */
  readonly seesContent: () => boolean;
  readonly startedAt: number;
  readonly log: Log;
}
