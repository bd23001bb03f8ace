import { expect, test } from "vitest";
import { DeviceTower, type FoundDevice } from "../../../src/core/embedder/device-tower.ts";

/** What a tower does on one device, and how many milliseconds a picture takes there. */
interface Doing {
  readonly ms?: number;
  readonly opens?: () => void;
  readonly embeds?: (pictures: readonly Float32Array[]) => Float32Array[];
}

const turned = (vector: Float32Array, by: number) => {
  const [x = 0, y = 0] = vector;
  return Float32Array.of(x * Math.cos(by) - y * Math.sin(by), x * Math.sin(by) + y * Math.cos(by));
};

/** A tower whose vector of a picture is its first two numbers, on devices that do what they are told. */
function towerOn(
  doing: Readonly<Record<string, Doing>>,
  options: { asked?: boolean; leastCosine?: number } = {},
) {
  let clock = 0;
  const tried: string[] = [];
  const closed: string[] = [];
  const runs: string[] = [];
  const found: FoundDevice[] = [];
  const tower = new DeviceTower({
    devices: Object.keys(doing).filter((device) => device !== "cpu"),
    asked: options.asked ?? true,
    leastCosine: options.leastCosine ?? 0.9999,
    cpuBatch: 8,
    golden: () => [Float32Array.of(1, 0), Float32Array.of(3, 4)],
    onTry: async (device) => void tried.push(device),
    onFound: (each) => found.push(each),
    now: () => clock,
    open: async (device) => {
      doing[device]?.opens?.();
      return {
        embed: async (pictures) => {
          clock += (doing[device]?.ms ?? 10) * pictures.length;
          const vectors = doing[device]?.embeds?.(pictures) ?? pictures.map((picture) => picture.slice());
          runs.push(`${device} ${pictures.length}`);
          return vectors;
        },
        close: async () => void closed.push(device),
      };
    },
  });
  return { tower, tried, closed, runs, found, last: () => found.at(-1) };
}

const pictures = (count: number) => Array.from({ length: count }, (_, at) => Float32Array.of(at + 1, 1));

test("a device that gives the CPU's vectors embeds the pictures, and the CPU's weights are given back", async () => {
  const { tower, tried, closed, runs, last } = towerOn({ cuda: { ms: 1 } });
  const vectors = await tower.embed(pictures(3));
  expect(vectors).toEqual(pictures(3));
  expect(tried).toEqual(["cuda"]);
  expect(last()).toEqual({
    device: "cuda",
    test: { cosine: 1, perSecond: 1000, cpuPerSecond: 100 },
    refused: [],
  });
  expect(closed).toEqual(["cpu"]);
  expect(runs.at(-1)).toBe("cuda 3");
});

test("the smallest cosine of all test pictures decides", async () => {
  const angle = 0.02;
  const embeds = (given: readonly Float32Array[]) =>
    given.map((vector, at) => (at === 1 ? turned(vector, angle) : vector.slice()));
  const strict = towerOn({ cuda: { ms: 1, embeds } });
  await strict.tower.embed(pictures(1));
  expect(strict.last()).toMatchObject({ device: "cpu", refused: [{ device: "cuda" }] });
  expect(strict.last()?.refused[0]?.reason).toMatch(/not the CPU's \(cosine 0\.99980, at least 0\.9999/);
  expect(strict.closed).toEqual(["cuda"]);
  expect(strict.runs.at(-1)).toBe("cpu 1");

  const lax = towerOn({ cuda: { ms: 1, embeds } }, { leastCosine: 0.999 });
  await lax.tower.embed(pictures(1));
  expect(lax.last()?.device).toBe("cuda");
  expect(lax.last()?.test?.cosine).toBeCloseTo(Math.cos(angle), 6);
});

test.each([
  ["no numbers", () => Float32Array.of(Number.NaN, 1)],
  ["nothing", () => new Float32Array(2)],
  ["too few", () => new Float32Array()],
])("a device that gives %s is refused", async (_, gives) => {
  const { tower, last } = towerOn({ cuda: { ms: 1, embeds: (given) => given.map(gives) } });
  expect(await tower.embed(pictures(2))).toEqual(pictures(2));
  expect(last()?.refused).toEqual([{ device: "cuda", reason: expect.stringMatching(/not the CPU's/) }]);
});

test("devices are tried in turn until one is taken, and none twice", async () => {
  const { tower, tried, last } = towerOn({
    cuda: {
      opens: () => {
        throw new Error("Failed to load shared library");
      },
    },
    webgpu: { ms: 1 },
    dml: { ms: 1 },
  });
  await tower.embed(pictures(1));
  await tower.embed(pictures(1));
  expect(tried).toEqual(["cuda", "webgpu"]);
  expect(last()).toMatchObject({ device: "webgpu", refused: [{ device: "cuda" }] });
});

test("without being asked for, a device is tried only after much work, and taken only if it is faster", async () => {
  const slow = towerOn({ cpu: { ms: 100 }, webgpu: { ms: 90 } }, { asked: false });
  await slow.tower.embed(pictures(8));
  expect(slow.tried).toEqual([]);
  for (let run = 0; run < 30; run++) await slow.tower.embed(pictures(8));
  expect(slow.tried).toEqual(["webgpu"]);
  expect(slow.last()?.refused[0]?.reason).toMatch(/not faster than the CPU \(11\.1 against 10\.0/);

  const fast = towerOn({ cpu: { ms: 100 }, webgpu: { ms: 50 } }, { asked: false });
  for (let run = 0; run < 30; run++) await fast.tower.embed(pictures(8));
  expect(fast.last()?.device).toBe("webgpu");
  expect(fast.runs[0]).toBe("cpu 8");
});

test("one that was asked for is taken although it is slower", async () => {
  const { tower, last } = towerOn({ cpu: { ms: 10 }, webgpu: { ms: 100 } });
  await tower.embed(pictures(1));
  expect(last()?.device).toBe("webgpu");
});

test("where the memory of a device does not do for a batch, smaller ones are embedded, in order", async () => {
  const embeds = (given: readonly Float32Array[]) => {
    if (given.length > 5) throw new Error("out of memory");
    return given.map((vector) => vector.slice());
  };
  const { tower, runs, last } = towerOn({ cuda: { ms: 1, embeds } });
  await tower.choose();
  expect(tower.batch).toBe(32);
  expect(await tower.embed(pictures(32))).toEqual(pictures(32));
  expect(last()?.device).toBe("cuda");
  expect(tower.batch).toBe(4);
  expect(runs.filter((run) => run === "cuda 4")).toHaveLength(8);
});

test("a device that fails at work is left, and every picture is embedded", async () => {
  let works = true;
  const embeds = (given: readonly Float32Array[]) => {
    if (!works) throw new Error("device lost");
    return given.map((vector) => vector.slice());
  };
  const { tower, closed, last, runs } = towerOn({ cuda: { ms: 1, embeds } });
  await tower.embed(pictures(4));
  works = false;
  expect(await tower.embed(pictures(4))).toEqual(pictures(4));
  expect(last()).toEqual({
    device: "cpu",
    refused: [{ device: "cuda", reason: "it failed at work: device lost" }],
  });
  expect(closed).toEqual(["cpu", "cuda"]);
  expect(await tower.embed(pictures(2))).toEqual(pictures(2));
  expect(runs.at(-1)).toBe("cpu 2");
  expect(tower.batch).toBe(8);
});

test("a device that begins to give no numbers is left", async () => {
  let gives = 1;
  const embeds = (given: readonly Float32Array[]) =>
    given.map(([x = 0, y = 0]) => Float32Array.of(x * gives, y));
  const { tower, last } = towerOn({ cuda: { ms: 1, embeds } });
  await tower.embed(pictures(1));
  gives = Number.NaN;
  expect(await tower.embed(pictures(3))).toEqual(pictures(3));
  expect(last()?.refused[0]?.reason).toMatch(/no numbers/);
});

test("a run is short where a picture takes long, since questions wait for it", async () => {
  const large = towerOn({ cpu: { ms: 1000 } });
  await large.tower.embed(pictures(1));
  expect(large.tower.batch).toBe(2);
  const middling = towerOn({ cpu: { ms: 80 } });
  await middling.tower.embed(pictures(1));
  expect(middling.tower.batch).toBe(5);
  const small = towerOn({ cpu: { ms: 5 } });
  await small.tower.embed(pictures(1));
  expect(small.tower.batch).toBe(8);
});

test("what the CPU cannot do is an error, and the next call tries again", async () => {
  let fails = true;
  const { tower } = towerOn({
    cpu: {
      opens: () => {
        if (fails) throw new Error("no such file");
      },
    },
  });
  await expect(tower.embed(pictures(1))).rejects.toThrow("no such file");
  fails = false;
  expect(await tower.embed(pictures(1))).toEqual(pictures(1));
});
