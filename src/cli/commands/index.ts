import type { Command } from "commander";
import { registerAdd } from "./add.ts";
import { registerBackup, registerRestore } from "./backup.ts";
import { registerClassify } from "./classify.ts";
import { registerCopy } from "./copy.ts";
import { registerDemo } from "./demo.ts";
import { registerDiscord } from "./discord.ts";
import { registerDoctor } from "./doctor.ts";
import { registerDuplicates } from "./duplicates.ts";
import { registerEvaluate } from "./evaluate.ts";
import { registerFind } from "./find.ts";
import { registerGroups } from "./groups.ts";
import { registerMaintain } from "./maintain.ts";
import { registerMark } from "./mark.ts";
import { registerMcp } from "./mcp.ts";
import { registerModels } from "./models.ts";
import { registerRemove } from "./remove.ts";
import { registerStatus } from "./status.ts";
import { registerTag } from "./tag.ts";
import { registerText } from "./text.ts";
import { registerVolume } from "./volume.ts";
import { registerWatch } from "./watch.ts";
import { registerWeb } from "./web.ts";
import { registerWorker } from "./worker.ts";

/** In the order that help lists them. */
const commands: readonly ((program: Command) => void)[] = [
  registerDemo,
  registerAdd,
  registerWatch,
  registerWorker,
  registerVolume,
  registerFind,
  registerMark,
  registerEvaluate,
  registerText,
  registerClassify,
  registerTag,
  registerDuplicates,
  registerGroups,
  registerStatus,
  registerModels,
  registerDoctor,
  registerRemove,
  registerCopy,
  registerBackup,
  registerRestore,
  registerMaintain,
  registerWeb,
  registerMcp,
  registerDiscord,
];

export function registerCommands(program: Command): void {
  for (const register of commands) register(program);
}
