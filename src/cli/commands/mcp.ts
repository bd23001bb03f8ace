import { resolve } from "node:path";
import type { Command } from "commander";
import { readConfig } from "../../config.ts";
import { UsageError } from "../../core/errors.ts";
import { packageVersion } from "../../core/package-folder.ts";
import type { MetricsAddress } from "../../shared/metrics.ts";
import {
  collect,
  collectPaths,
  METRICS_OPTION,
  pathName,
  portNumber,
  wholeNumber,
} from "../option-values.ts";
import { realFolder } from "../scope-options.ts";
import { globalOptions, libraryOptions } from "../session.ts";

interface McpFlags {
  readonly folder?: readonly string[];
  readonly allowIndex?: boolean;
  readonly allowMarks?: boolean;
  readonly allowTags?: boolean;
  readonly rescan: boolean;
  readonly allowExport?: string;
  readonly includeDiscord?: boolean;
  readonly http?: boolean;
  readonly host: string;
  readonly port: number;
  readonly allowHost?: readonly string[];
  readonly oauthIssuer?: string;
  readonly publicUrl?: string;
  readonly oauthUser?: readonly string[];
  readonly oauthScope?: readonly string[];
  readonly rate?: number;
  readonly metrics?: MetricsAddress;
}

const RESCAN_MS = 60_000;

const EXAMPLES = `
Examples:
  glimpse mcp                                        started by a client (stdio)
  glimpse mcp --folder ~/Pictures --allow-index      only this folder; clients may index it
  glimpse mcp --http --oauth-issuer https://login.example --public-url https://pictures.example/mcp
  glimpse mcp --http                                 on http://127.0.0.1:7411/mcp, with a bearer token

Read-only unless --allow-index, --allow-tags, --allow-marks or --allow-export. docs/mcp.md has configuration snippets for clients.`;

export function registerMcp(program: Command): void {
  const command = program
    .command("mcp")
    .description("serve the library to AI assistants (Model Context Protocol)")
    .option("--folder <folders...>", "show only these folders (default: every added folder)", collectPaths)
    .option("--allow-index", "let clients index the visible folders")
    .option("--allow-marks", "let clients note which pictures you said were right, as `glimpse mark` does")
    .option("--allow-tags", "let clients tag pictures, and note what you said of answers and of pairs")
    .option("--allow-export <folder>", "let clients copy pictures into this folder", pathName)
    .option("--no-rescan", "do not look for new files in the folders when a question comes")
    .option("--include-discord", "include pictures from Discord")
    .option("--http", "serve Streamable HTTP instead of stdio")
    .option("--host <host>", "address to listen on", "127.0.0.1")
    .option("--port <port>", "port to listen on; 0 for any free port", portNumber, 7411)
    .option(...METRICS_OPTION)
    .option("--allow-host <name>", "accept this Host and Origin name too (repeatable)", collect)
    .option(
      "--oauth-issuer <url>",
      "let in who has an access token of this OAuth 2.1 issuer for --public-url",
    )
    .option(
      "--public-url <url>",
      "where clients reach this server, for their tokens: https://pictures.example/mcp",
    )
    .option("--oauth-user <subject>", "of the issuer's users only this one (repeatable)", collect)
    .option("--oauth-scope <scope>", "only tokens with this scope (repeatable)", collect)
    .option("--rate <requests>", "requests a minute of each caller (default: 600)", wholeNumber)
    .addHelpText("after", EXAMPLES)
    .action(async (flags: McpFlags) => {
      checkTransport(command, flags);
      const config = readConfig(globalOptions(command));
      // Nothing else is imported: a client waits for the first answer.
      const { runMcp } = await import("../../mcp/main.ts");
      await runMcp({
        library: libraryOptions(config),
        version: packageVersion(),
        folders: await Promise.all((flags.folder ?? []).map(realFolder)),
        allowIndex: flags.allowIndex ?? false,
        allowMarks: flags.allowMarks ?? false,
        allowTags: flags.allowTags ?? false,
        rescanMs: flags.rescan ? RESCAN_MS : undefined,
        exportFolder: flags.allowExport === undefined ? undefined : resolve(flags.allowExport),
        includeDiscord: flags.includeDiscord ?? false,
        metrics: flags.metrics,
        http: flags.http
          ? {
              host: flags.host,
              port: flags.port,
              token: config.mcpToken,
              allowedHosts: flags.allowHost,
              oauth: oauthOf(flags),
              requestsPerMinute: flags.rate,
            }
          : undefined,
      });
    });
}

/** Over stdio nothing listens: an address would be ignored silently. @throws UsageError */
function checkTransport(command: Command, { http }: McpFlags): void {
  if (http) return;
  const unused = [
    "host",
    "port",
    "allowHost",
    "metrics",
    "oauthIssuer",
    "publicUrl",
    "oauthUser",
    "oauthScope",
    "rate",
  ].filter((name) => command.getOptionValueSource(name) === "cli");
  const [first] = unused.map(
    (name) => command.options.find((option) => option.attributeName() === name)?.long,
  );
  if (first)
    throw new UsageError(`${first} is for a server over HTTP. Add --http, or leave ${first} out for stdio.`);
}

/** @throws UsageError for one half of what it takes */
function oauthOf({
  oauthIssuer: issuer,
  publicUrl,
  oauthUser: users = [],
  oauthScope: scopes = [],
}: McpFlags) {
  if (issuer !== undefined && publicUrl !== undefined) return { issuer, publicUrl, users, scopes };
  if (issuer === undefined && publicUrl === undefined && users.length + scopes.length === 0) return undefined;
  throw new UsageError(
    "OAuth takes --oauth-issuer and --public-url: whose tokens, and the address that they are for.",
  );
}
