import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { processors, processorsOf } from "../../../src/core/embedder/processors.ts";
import { memoryLimitFor, tuningFor } from "../../../src/core/embedder/tuning.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** A machine as Linux shows it, by the files that differ. */
function machine(files: Readonly<Record<string, string>>): string {
  const root = temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), `${content}\n`);
  }
  return root;
}

/** Cores of two threads each: 0 and 4 are one, as most machines number them. */
const fourCores = Object.fromEntries(
  Array.from({ length: 8 }, (_, cpu) => [
    `sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`,
    `${cpu % 4},${(cpu % 4) + 4}`,
  ]),
);

const on = (files: Readonly<Record<string, string>>, allowed = 8) =>
  processorsOf("linux", machine({ ...fourCores, ...files }), allowed);

test("two threads of one core are one core", () => {
  expect(on({})).toEqual({ logical: 8, physical: 4 });
});

test("only cores that the process may run on count", () => {
  const status = (list: string) => ({ "proc/self/status": `Name:\tnode\nCpus_allowed_list:\t${list}` });
  expect(on(status("0-2,4-6"), 6)).toEqual({ logical: 6, physical: 3 });
  expect(on(status("2,6"), 2)).toEqual({ logical: 2, physical: 1 });
});

test("a machine that tells nothing of its cores has as many as processors, as far as is known", () => {
  expect(processorsOf("linux", machine({}), 6)).toEqual({ logical: 6, physical: undefined });
  expect(processorsOf("darwin", "/", 10)).toEqual({ logical: 10, physical: undefined });
});

test("a processor that is switched off is no core", () => {
  const { "sys/devices/system/cpu/cpu3/topology/thread_siblings_list": _, ...others } = fourCores;
  const root = machine({ ...others, "sys/devices/system/cpu/cpu3/online": "0" });
  expect(processorsOf("linux", root, 7)).toEqual({ logical: 7, physical: 4 });
});

test("this machine has at least one", () => {
  const { logical, physical = 1 } = processors();
  expect(physical).toBeGreaterThanOrEqual(1);
  expect(logical).toBeGreaterThanOrEqual(physical);
});

test.each([
  ["version 2, in a container", { "proc/self/cgroup": "0::/", "sys/fs/cgroup/cpu.max": "200000 100000" }, 2],
  [
    "version 2, of a group above",
    {
      "proc/self/cgroup": "0::/user.slice/job/part",
      "sys/fs/cgroup/user.slice/job/part/cpu.max": "max 100000",
      "sys/fs/cgroup/user.slice/job/cpu.max": "300000 100000",
    },
    3,
  ],
  [
    "version 2, by the path of the host, which is not there",
    { "proc/self/cgroup": "0::/docker/3f2a9c", "sys/fs/cgroup/cpu.max": "50000 100000" },
    1,
  ],
  ["version 2, a fraction", { "proc/self/cgroup": "0::/", "sys/fs/cgroup/cpu.max": "150000 100000" }, 2],
  [
    "version 1",
    {
      "proc/self/cgroup": "5:memory:/pod\n4:cpu,cpuacct:/pod\n1:name=systemd:/",
      "sys/fs/cgroup/cpu,cpuacct/pod/cpu.cfs_quota_us": "100000",
      "sys/fs/cgroup/cpu,cpuacct/pod/cpu.cfs_period_us": "50000",
    },
    2,
  ],
  [
    "version 1, under the name of the one controller",
    {
      "proc/self/cgroup": "4:cpu,cpuacct:/",
      "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "300000",
      "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
    },
    3,
  ],
  [
    "both, the memory's version 2",
    {
      "proc/self/cgroup": "1:cpu:/\n0::/",
      "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "100000",
      "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
    },
    1,
  ],
])("a quota of processor time bounds both: %s", (_, files, quota) => {
  expect(on(files)).toEqual({ logical: quota, physical: quota });
});

test.each([
  ["none", { "proc/self/cgroup": "0::/", "sys/fs/cgroup/cpu.max": "max 100000" }],
  ["none in version 1", { "proc/self/cgroup": "4:cpu:/", "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1" }],
  ["more than there are", { "proc/self/cgroup": "0::/", "sys/fs/cgroup/cpu.max": "3200000 100000" }],
  ["nonsense", { "proc/self/cgroup": "what\n::\n0::/../..", "sys/fs/cgroup/cpu.max": "soon" }],
])("a quota that bounds nothing: %s", (_, files) => {
  expect(on(files)).toEqual({ logical: 8, physical: 4 });
});

test("inference has a thread for each core, and half of them where other programs go first", () => {
  const machine = { logical: 8, physical: 4 };
  expect(tuningFor(machine)).toMatchObject({ threads: 4, decoders: 8 });
  expect(tuningFor(machine, { nice: true })).toMatchObject({ threads: 2, decoders: 4 });
  expect(tuningFor({ logical: 1, physical: 1 }, { nice: true })).toMatchObject({ threads: 1, decoders: 1 });
});

test("a child is replaced before a container's memory is full", () => {
  const gib = 2 ** 30;
  expect(memoryLimitFor(0.5 * gib, 0)).toBe(2.5 * gib);
  expect(memoryLimitFor(0.5 * gib, 2 ** 63)).toBe(2.5 * gib);
  expect(memoryLimitFor(0.5 * gib, 2 * gib)).toBe(1.5 * gib);
});
