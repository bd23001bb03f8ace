import type { Command } from "commander";
import { readConfig } from "../../config.ts";
import { packageVersion } from "../../core/package-folder.ts";
import type { MetricsAddress } from "../../shared/metrics.ts";
import { collect, collectPaths, METRICS_OPTION, portNumber } from "../option-values.ts";
import { realFolder } from "../scope-options.ts";
import { globalOptions, libraryOptions } from "../session.ts";

interface WebFlags {
  readonly folder?: readonly string[];
  readonly host: string;
  readonly port: number;
  readonly allowHost?: readonly string[];
  readonly allowEdit?: boolean;
  readonly allowMove?: boolean;
  readonly open?: boolean;
  readonly metrics?: MetricsAddress;
}

const EXAMPLES = `
Examples:
  glimpse web                          on http://127.0.0.1:7412, for this machine only
  glimpse web --folder ~/Pictures      show only this folder
  glimpse web --allow-edit             with verdicts, tags, labels, folders and models
  GLIMPSE_WEB_PASSWORD=… glimpse web --host 0.0.0.0 --allow-host nas.local

The page changes nothing in the library unless --allow-edit, and no file unless --allow-move. docs/web.md says what it shows, and who may see it.`;

export function registerWeb(program: Command): void {
  const command = program
    .command("web")
    .description("look at the library in the browser")
    .option("--folder <folders...>", "show only these folders (default: every added folder)", collectPaths)
    .option(
      "--host <host>",
      "address to listen on; others than this machine need GLIMPSE_WEB_PASSWORD",
      "127.0.0.1",
    )
    .option("--port <port>", "port to listen on; 0 for any free port", portNumber, 7412)
    .option("--allow-host <name>", "accept this Host name too (repeatable)", collect)
    .option("--allow-edit", "let the page record verdicts, and change tags, labels, folders and models")
    .option("--allow-move", "let the page move spare copies to a folder that you name, and back")
    .option("--open", "open the page in the browser (default: on a terminal)")
    .option(...METRICS_OPTION)
    .option("--no-open", "only print the link")
    .addHelpText("after", EXAMPLES)
    .action(async (flags: WebFlags) => {
      const config = readConfig(globalOptions(command));
      const { runWeb } = await import("../../web/main.ts");
      await runWeb({
        library: libraryOptions(config),
        version: packageVersion(),
        folders: await Promise.all((flags.folder ?? []).map(realFolder)),
        host: flags.host,
        port: flags.port,
        password: config.webPassword,
        allowedHosts: flags.allowHost,
        mayEdit: flags.allowEdit ?? false,
        mayMove: flags.allowMove ?? false,
        hub: config.hub,
        opensBrowser: flags.open ?? process.stdout.isTTY,
        metrics: flags.metrics,
      });
    });
}
