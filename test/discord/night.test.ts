import { expect, test } from "vitest";
import type { MaintenanceReport } from "../../src/core/types.ts";
import { maintainAtNight } from "../../src/discord/backfill/maintenance.ts";

function fakes(report: Partial<MaintenanceReport> = {}) {
  const notes = new Map<string, string>();
  const said: string[] = [];
  let runs = 0;
  const library = {
    state: {
      get: async (name: string) => notes.get(name),
      set: async (name: string, value: string) => void notes.set(name, value),
    },
    maintain: async () => {
      runs++;
      return { erasures: 1, rewritten: [], postponed: [], elsewhere: [], ...report };
    },
  };
  const log = { info: () => said.push("info"), warn: () => said.push("warn") };
  return { parts: { library, log } as never, runs: () => runs, said };
}

const at = (day: number, hour: number) => new Date(2026, 10, day, hour, 30);

test("once each night, the bot rids the database's files of what was erased", async () => {
  const { parts, runs, said } = fakes();
  for (const time of [at(3, 2), at(3, 3), at(3, 3), at(3, 4), at(3, 5), at(3, 15)])
    await maintainAtNight(parts, time);
  expect(runs()).toBe(1);
  await maintainAtNight(parts, at(4, 4));
  expect(runs()).toBe(2);
  expect(said).toEqual(["info", "info"]);
});

test("what was in the way is told, and tried again while it is night", async () => {
  const { parts, runs, said } = fakes({ postponed: ["Something still sees what was erased."] });
  for (const time of [at(3, 3), at(3, 4), at(3, 5)]) await maintainAtNight(parts, time);
  expect(runs()).toBe(2);
  expect(said).toEqual(["warn", "warn"]);
});
