import { describe, expect, test } from "vitest";
import type { FindPage, MapState, Pin, Tagged, ThemesState } from "../../src/web/answers.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { everything } from "../support/test-library.ts";
import { type Opened, openServer } from "./open-server.ts";

const KINDS = ["cat", "boat", "mountain"];

/** Eight pictures of each kind in a folder of their own, one of each kind in another. */
const PICTURES: Readonly<Record<string, string>> = Object.fromEntries(
  KINDS.flatMap((kind) => [
    ...Array.from({ length: 8 }, (_, nth) => [
      `open/${kind}-${nth}.jpg`,
      `${kind} ${kind} ${kind} detail${nth}`,
    ]),
    [`secret/${kind}.jpg`, `${kind} ${kind} ${kind} secret`],
  ]),
);
const OPEN = 24;
/** The whole of the map. */
const ALL = "-2,-2;2,-2;2,2;-2,2";

async function open(setup: Partial<Parameters<typeof openServer>[0]> = {}) {
  const opened = await openServer({ directory: temporaryFolder(), pictures: PICTURES, ...setup });
  const response = await fetch(opened.link(), { redirect: "manual" });
  const cookie = (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  return { ...opened, ask: (path: string, init: RequestInit = {}) => ask(opened, cookie, path, init) };
}

const ask = ({ origin }: Opened, cookie: string, path: string, init: RequestInit) =>
  fetch(origin + path, { ...init, headers: { cookie, origin, ...init.headers } });

type Asked = Awaited<ReturnType<typeof open>>;

async function get<Answer>({ ask }: Asked, path: string): Promise<Answer> {
  const response = await ask(path);
  expect(response.status, path).toBe(200);
  return response.json() as Promise<Answer>;
}

async function whenDone<Done extends { state: string }>(opened: Asked, path: string) {
  for (;;) {
    const state = await get<Done>(opened, path);
    if (state.state === "done") return state as Extract<Done, { state: "done" }>;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function points(opened: Asked) {
  const { version } = await whenDone<MapState>(opened, "/api/map");
  const bytes = Buffer.from(await (await opened.ask("/api/map/points")).arrayBuffer());
  const count = bytes.length / 40;
  const places = Array.from({ length: count }, (_, at) => ({
    x: bytes.readFloatLE(8 * at),
    y: bytes.readFloatLE(8 * at + 4),
    id: bytes.toString("hex", 8 * count + 32 * at, 8 * count + 32 * (at + 1)),
  }));
  return { version, places };
}

/** The square around this place. */
const around = ({ x, y }: { x: number; y: number }, half: number) =>
  [
    [x - half, y - half],
    [x + half, y - half],
    [x + half, y + half],
    [x - half, y + half],
  ].join(";");

const post = (body: unknown): RequestInit => ({
  method: "POST",
  body: JSON.stringify(body),
  headers: { "content-type": "application/json" },
});

describe("themes", () => {
  test("each has a count and examples, and leads to all of its pictures", async () => {
    const opened = await open();
    const { themes } = await whenDone<ThemesState>(opened, "/api/themes");
    expect(themes.reduce((sum, { size }) => sum + size, 0)).toBe(OPEN + KINDS.length);
    for (const { size, representatives } of themes) {
      const [first] = representatives;
      const page = await get<FindPage>(opened, `/api/find?theme=${first?.id}&copies=1`);
      expect(page.searched).toBe(size);
      expect(page.hits.map(({ id }) => id)).toEqual(
        expect.arrayContaining(representatives.map(({ id }) => id)),
      );
    }
  });

  test("words are looked for within a theme, a page at a time", async () => {
    const opened = await open();
    const { themes } = await whenDone<ThemesState>(opened, "/api/themes");
    const [largest] = themes;
    const address = `/api/find?theme=${largest?.representatives[0]?.id}&q=cat&limit=2&copies=1`;
    const page = await get<FindPage>(opened, address);
    expect(page.hits).toHaveLength(2);
    expect(page.searched).toBe(largest?.size);
    const next = await get<FindPage>(opened, `${address}&cursor=${page.nextCursor}`);
    expect(next.hits.some(({ id }) => page.hits.some((hit) => hit.id === id))).toBe(false);
  });

  test("a theme of a picture that is not shown is none", async () => {
    const opened = await open({ visible: ["open"] });
    await whenDone<ThemesState>(opened, "/api/themes");
    const response = await opened.ask(`/api/find?theme=${opened.idOf("secret/cat.jpg")}`);
    expect(response.status).toBe(404);
  });
});

describe("the map", () => {
  test("has every picture once, within the square", async () => {
    const { places } = await points(await open());
    expect(new Set(places.map(({ id }) => id)).size).toBe(OPEN + KINDS.length);
    expect(places.every(({ x, y }) => Math.abs(x) <= 1.001 && Math.abs(y) <= 1.001)).toBe(true);
  });

  test("a server for some folders has a map of their pictures alone", async () => {
    const opened = await open({ visible: ["open"] });
    const { places } = await points(opened);
    const secret = KINDS.map((kind) => opened.idOf(`secret/${kind}.jpg`));
    expect(places).toHaveLength(OPEN);
    expect(places.filter(({ id }) => secret.includes(id))).toEqual([]);
    const cards = await get<unknown[]>(opened, `/api/cards?${secret.map((id) => `id=${id}`).join("&")}`);
    expect(cards).toEqual([]);
    const pin = await get<Pin>(opened, "/api/map/pin?q=cat");
    expect(pin.hits.filter(({ id }) => secret.includes(id))).toEqual([]);
    // The same map when nothing else is in the library.
    const alone = await open({
      pictures: Object.fromEntries(Object.entries(PICTURES).filter(([name]) => name.startsWith("open/"))),
    });
    const byId = (all: typeof places) => all.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    expect(byId((await points(alone)).places)).toEqual(byId(places));
  });

  test("words are pinned where their pictures lie", async () => {
    const opened = await open();
    const { places } = await points(opened);
    const { position, hits, share } = await get<Pin>(opened, "/api/map/pin?q=boat");
    expect(hits[0]?.name).toMatch(/boat/);
    expect(share).toBeGreaterThan(0.5);
    const far = (at: { x: number; y: number }) =>
      Math.hypot(at.x - (position?.x ?? 9), at.y - (position?.y ?? 9));
    const nearest = places
      .toSorted((a, b) => far(a) - far(b))
      .slice(0, 6)
      .map(({ id }) => id);
    const boats = [...Array(8).keys()].map((nth) => opened.idOf(`open/boat-${nth}.jpg`));
    boats.push(opened.idOf("secret/boat.jpg"));
    expect(nearest.filter((id) => boats.includes(id))).toHaveLength(6);
    expect((await opened.ask("/api/map/pin?q=%20")).status).toBe(400);
  });

  test("a region is asked in: only its pictures are searched", async () => {
    const opened = await open();
    const { version, places } = await points(opened);
    const [one] = places;
    const region = around(one ?? { x: 0, y: 0 }, 0.2);
    const inside = places.filter(
      ({ x, y }) => Math.max(Math.abs(x - (one?.x ?? 0)), Math.abs(y - (one?.y ?? 0))) < 0.2,
    );
    const page = await get<FindPage>(opened, `/api/find?q=cat&copies=1&region=${version}:${region}`);
    expect(page.searched).toBe(inside.length);
    expect(inside.length).toBeLessThan(places.length);
    expect(new Set(page.hits.map(({ id }) => id))).toEqual(new Set(inside.map(({ id }) => id)));
  });

  test.each([
    ["of another map", `x:${ALL}`],
    ["of two corners", "1:0,0;1,1"],
    ["of no numbers", "1:a,b;c,d;e,f"],
    ["of very many corners", `1:${"0,0;".repeat(600)}0,0`],
  ])("a region %s is refused", async (_, region) => {
    const opened = await open();
    await points(opened);
    const response = await opened.ask(`/api/find?region=${region}`);
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: string }).error).toMatch(/region|map/);
  });

  test("a region is tagged only where editing is allowed, and never what is not shown", async () => {
    const reading = await open();
    const { version } = await points(reading);
    const tagging = post({ region: `${version}:${ALL}`, tag: "harbour" });
    expect((await reading.ask("/api/map/tags", tagging)).status).toBe(404);

    const opened = await open({ mayEdit: true, visible: ["open"] });
    const own = await points(opened);
    const response = await opened.ask(
      "/api/map/tags",
      post({ region: `${own.version}:${ALL}`, tag: "harbour" }),
    );
    expect(await response.json()).toEqual({ tag: "harbour", pictures: OPEN } satisfies Tagged);
    const secret = await opened.library.within(everything).image(opened.idOf("secret/boat.jpg"));
    expect(secret.tags).toEqual([]);
    expect((await get<FindPage>(opened, "/api/find?tag=harbour&copies=1")).searched).toBe(OPEN);
    const stale = await opened.ask("/api/map/tags", post({ region: `x:${ALL}`, tag: "harbour" }));
    expect(stale.status).toBe(400);
    expect((await opened.ask("/api/map/tags", post({ tag: "harbour" }))).status).toBe(400);
  });

  test("an erased picture is no longer on it", async () => {
    const opened = await open();
    const before = await points(opened);
    await opened.library.remove({ ids: [opened.idOf("open/cat-1.jpg")] });
    const after = await points(opened);
    expect(after.version).toBe(before.version);
    expect(after.places).toEqual(before.places.filter(({ id }) => id !== opened.idOf("open/cat-1.jpg")));
  });
});
