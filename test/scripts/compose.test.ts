import { readFileSync } from "node:fs";
import { Command } from "commander";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { registerCommands } from "../../src/cli/commands/index.ts";

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, unknown>>;
  readonly volumes?: readonly string[];
  readonly deploy?: { readonly replicas?: number };
}

const repository = new URL("../../", import.meta.url);
const read = (file: string) => readFileSync(new URL(file, repository), "utf8");
const compose = parse(read("packaging/compose.yaml"), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};
const services = Object.entries(compose.services);
const ours = services.filter(([, { build }]) => build !== undefined);

test("database, two workers, bot and page are there", () => {
  expect(compose.services.database?.image).toMatch(/^pgvector\/pgvector:0\.8\.\d+-pg1[5-9]$/);
  expect(compose.services.worker?.deploy?.replicas).toBe(2);
  expect(ours.map(([, { command = [] }]) => command[0]).sort()).toEqual([
    "discord",
    "web",
    "worker",
    "worker",
  ]);
});

test.each(ours)("what %s runs is a command with these options", (_, { command = [] }) => {
  const program = new Command();
  registerCommands(program);
  const run = program.commands.find((each) => each.name() === command[0]);
  const options = run?.options.map(({ long }) => long);
  expect(options).toEqual(expect.arrayContaining(command.filter((word) => word.startsWith("--"))));
});

test.each(ours)("what %s is configured by exists, and its volumes and services do", (_, service) => {
  const known = read("src/config.ts");
  for (const name of Object.keys(service.environment ?? {}).filter((each) =>
    /^(?:GLIMPSE|DISCORD)_/.test(each),
  ))
    expect(known).toContain(name);
  for (const volume of service.volumes ?? []) {
    const [source = ""] = volume.split(":");
    if (/^[a-z]+$/.test(source)) expect(Object.keys(compose.volumes)).toContain(source);
  }
  for (const other of Object.keys(service.depends_on ?? {}))
    expect(Object.keys(compose.services)).toContain(other);
});
