import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import type { Socket } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { UsageError } from "../../src/core/index.ts";
import type { Picture } from "../../src/core/types.ts";
import type {
  DuplicatesPage,
  Facets,
  FindPage,
  FolderNode,
  Label,
  LabelQuality,
  LibraryState,
  ModelState,
  MonthCount,
  Move,
  PictureDetails,
  Pulse,
  ReviewCard,
  VerdictsPage,
} from "../../src/web/answers.ts";
import { listen } from "../../src/web/server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { BUILT_PAGE, type Opened, openServer } from "./open-server.ts";

const PICTURES = {
  "animals/dog.jpg": "dog on grass",
  "animals/cat.jpg": "cat sleeping",
  "animals/young/puppy.jpg": "puppy dog",
  "boats/sail.jpg": "sailing boat",
};

const open = (setup: Partial<Parameters<typeof openServer>[0]> = {}) =>
  openServer({ directory: temporaryFolder(), pictures: PICTURES, ...setup });

/** Signs in as a browser does, and gives its cookie. */
async function signIn({ link }: Opened): Promise<string> {
  const response = await fetch(link(), { redirect: "manual" });
  return (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
}

async function get<Answer>(opened: Opened, cookie: string, path: string): Promise<Answer> {
  const response = await fetch(opened.origin + path, { headers: { cookie } });
  expect(response.status, path).toBe(200);
  return response.json() as Promise<Answer>;
}

test("a browser that goes away in the middle of what it sends is no defect", async () => {
  const opened = await open();
  const headers = { cookie: await signIn(opened), origin: opened.origin, "content-length": 1000 };
  const sent = request(`${opened.origin}/api/examples`, { method: "POST", headers, agent: false });
  sent.on("error", () => undefined);
  const connected = once(opened.server, "connection") as Promise<[Socket]>;
  const arrived = once(opened.server, "request");
  sent.write("the first bytes of it");
  const [served] = await connected;
  await arrived;
  const closed = new Promise((resolve) => served.on("close", resolve));
  sent.destroy();
  await closed;
  await get(opened, headers.cookie, "/api/find?q=dog");
  expect(opened.errors).toEqual([]);
});

describe("who may see the page", () => {
  test("a link opens one browser, and the next link is given out", async () => {
    const opened = await open();
    const link = opened.link();
    const first = await fetch(link, { redirect: "manual" });
    expect(first.status).toBe(303);
    expect(first.headers.get("location")).toBe("/");
    expect(first.headers.get("set-cookie")).toMatch(/HttpOnly/i);
    expect(first.headers.get("set-cookie")).toMatch(/SameSite=Strict/i);
    expect(opened.links).toEqual([opened.link()]);
    expect(opened.link()).not.toBe(link);

    const again = await fetch(link, { redirect: "manual" });
    expect(again.status).toBe(401);
    expect(again.headers.get("set-cookie")).toBeNull();
  });

  test("without a session there is nothing but a page that says what to do", async () => {
    const { origin, idOf } = await open();
    for (const path of ["/", "/library", "/files/icon.svg", `/thumbnails/${idOf("animals/dog.jpg")}`]) {
      const response = await fetch(origin + path);
      expect(response.status, path).toBe(401);
      expect(await response.text()).toContain("glimpse web");
    }
    const api = await fetch(`${origin}/api/find?q=dog`);
    expect(api.status).toBe(401);
    expect(await api.json()).toEqual({ error: "Sign in again." });
  });

  test.each(["evil.example", "evil.example:80", "glimpse.localhost.evil.example"])(
    "under the name %s, which another site could point here, nothing is answered",
    async (host) => {
      const opened = await open();
      const cookie = await signIn(opened);
      expect(await statusUnder(opened.origin, host, cookie)).toBe(403);
      expect(await statusUnder(opened.origin, new URL(opened.origin).host, cookie)).toBe(200);
    },
  );

  test.each([undefined, "http://evil.example", "null", "http://127.0.0.1:1"])(
    "a request that changes something from the origin %s is refused",
    async (origin) => {
      const opened = await open();
      const cookie = await signIn(opened);
      const response = await fetch(`${opened.origin}/api/examples`, {
        method: "POST",
        headers: { cookie, ...(origin !== undefined && { origin }) },
        body: "dog on grass",
      });
      expect(response.status).toBe(403);
    },
  );

  test("a password opens it, and guessing ends soon", async () => {
    const opened = await open({ options: { password: "correct horse" } });
    const attempt = (password: string) =>
      fetch(`${opened.origin}/sign-in`, {
        method: "POST",
        redirect: "manual",
        headers: { origin: opened.origin },
        body: new URLSearchParams({ password }),
      });
    const right = await attempt("correct horse");
    expect(right.status).toBe(303);
    expect(right.headers.get("set-cookie")).toMatch(/HttpOnly/i);
    for (let wrong = 0; wrong < 10; wrong++) expect((await attempt(`guess ${wrong}`)).status).toBe(401);
    expect((await attempt("correct horse")).status).toBe(429);
  });

  test("other machines need a password", async () => {
    const { library } = await open();
    const web = { library } as Parameters<typeof listen>[0];
    const options = { host: "0.0.0.0", port: 0, files: BUILT_PAGE, onError: () => undefined };
    await expect(listen(web, options)).rejects.toThrow("GLIMPSE_WEB_PASSWORD");
  });

  test("nothing from elsewhere and nothing inline is allowed on the page", async () => {
    const opened = await open();
    const response = await fetch(opened.origin, { headers: { cookie: await signIn(opened) } });
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe");
    expect(policy).not.toContain("http");
    expect(response.headers.get("x-frame-options")).toBe("DENY");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await response.text()).not.toMatch(/<script>|style=|https?:/);
  });
});

describe("find", () => {
  test("by words, by picture, away from words", async () => {
    const opened = await open();
    const cookie = await signIn(opened);
    const names = async (query: string) =>
      (await get<FindPage>(opened, cookie, `/api/find?${query}`)).hits.map(({ name }) => name);
    expect((await names("q=sailing+boat"))[0]).toBe("sail.jpg");
    expect((await names(`like=${opened.idOf("animals/dog.jpg")}`))[0]).toBe("puppy.jpg");
    expect(await names(`q=dog&in=${encodeURIComponent(join(opened.folder, "animals/young"))}`)).toEqual([
      "puppy.jpg",
    ]);
    expect((await names("q=dog&not=puppy"))[0]).toBe("dog.jpg");
    expect((await names("q=dog+on+grass&and=sailing+boat^0.01"))[0]).toBe("dog.jpg");
    expect((await names("q=dog+on+grass&and=sailing+boat^50"))[0]).toBe("sail.jpg");
    expect(await names("")).toHaveLength(4);
    const { notes } = await get<FindPage>(opened, cookie, "/api/find?place=London");
    expect(notes[0]).toContain('"London" is read as London, GB.');
  });

  test("pages follow each other", async () => {
    const opened = await open();
    const cookie = await signIn(opened);
    const first = await get<FindPage>(opened, cookie, "/api/find?q=dog&limit=3");
    const second = await get<FindPage>(opened, cookie, `/api/find?q=dog&limit=3&cursor=${first.nextCursor}`);
    expect([...first.hits, ...second.hits].map(({ rank }) => rank)).toEqual([1, 2, 3, 4]);
    expect(second.nextCursor).toBeNull();
  });

  test("a dropped picture is an example that the address can name", async () => {
    const opened = await open();
    const cookie = await signIn(opened);
    const response = await fetch(`${opened.origin}/api/examples`, {
      method: "POST",
      headers: { cookie, origin: opened.origin },
      body: "cat sleeping",
    });
    const { name, id } = (await response.json()) as { name: string; id?: string };
    expect(id).toBe(opened.idOf("animals/cat.jpg"));
    const { hits } = await get<FindPage>(opened, cookie, `/api/find?q=cat&like=${name}`);
    expect(hits.length).toBeGreaterThan(0);
  });

  test.each([
    ["sort=sideways", 400],
    ["since=2024-02-31", 400],
    ["limit=0", 400],
    ["limit=100000", 400],
    ["min=2", 400],
    ["like=dropped-gone", 400],
    ["like=ffffffffffff", 404],
    ["tag=nosuch", 404],
    ["cursor=nonsense&q=dog", 400],
    [`q=${"a".repeat(10_001)}`, 400],
  ])("%s is refused in words", async (query, status) => {
    const opened = await open();
    const cookie = await signIn(opened);
    const response = await fetch(`${opened.origin}/api/find?${query}`, { headers: { cookie } });
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ error: expect.stringMatching(/\.$/) });
    expect(opened.errors).toEqual([]);
  });
});

describe("pictures", () => {
  test("thumbnail, screen size and details", async () => {
    const opened = await open();
    const cookie = await signIn(opened);
    const id = opened.idOf("boats/sail.jpg");
    const thumbnail = await fetch(`${opened.origin}/thumbnails/${id}`, { headers: { cookie } });
    expect(thumbnail.headers.get("content-type")).toBe("image/webp");
    expect(thumbnail.headers.get("cache-control")).toContain("immutable");
    const details = await get<PictureDetails>(opened, cookie, `/api/pictures/${id}`);
    expect(details).toMatchObject({
      id,
      name: "sail.jpg",
      folder: join(opened.folder, "boats"),
      places: [{ kind: "file", at: join(opened.folder, "boats/sail.jpg"), online: true }],
    });
  });

  test("the file manager opens only files of the library, and only where the server may", async () => {
    const revealed: string[] = [];
    const opened = await open({ reveal: async (path) => void revealed.push(path) });
    const cookie = await signIn(opened);
    const post = (path: string) =>
      fetch(opened.origin + path, { method: "POST", headers: { cookie, origin: opened.origin } });
    const id = opened.idOf("animals/cat.jpg");
    expect((await post(`/api/pictures/${id}/reveal`)).status).toBe(204);
    expect((await post("/api/pictures/..%2F..%2Fetc%2Fpasswd/reveal")).status).toBe(400);
    expect(revealed).toEqual([join(opened.folder, "animals/cat.jpg")]);

    const elsewhere = await open();
    const other = await signIn(elsewhere);
    const refused = await fetch(`${elsewhere.origin}/api/pictures/${id}/reveal`, {
      method: "POST",
      headers: { cookie: other, origin: elsewhere.origin },
    });
    expect(refused.status).toBe(404);
  });
});

describe("a server of some folders only", () => {
  test("shows nothing of the others: no hit, no count, no picture, no folder, no failure", async () => {
    const opened = await open({
      pictures: { ...PICTURES, "boats/broken.jpg": "broken file" },
      visible: ["animals"],
    });
    const cookie = await signIn(opened);
    const page = await get<FindPage>(opened, cookie, "/api/find?q=sailing+boat");
    expect(page.searched).toBe(3);
    expect(page.hits.map(({ name }) => name)).not.toContain("sail.jpg");
    const outside = opened.idOf("boats/sail.jpg");
    for (const path of [`/thumbnails/${outside}`, `/pictures/${outside}`, `/api/pictures/${outside}`])
      expect((await fetch(opened.origin + path, { headers: { cookie } })).status, path).toBe(404);
    const folders = await get<FolderNode[]>(opened, cookie, "/api/folders");
    expect(folders).toEqual([
      {
        path: join(opened.folder, "animals"),
        name: "animals",
        pictures: 3,
        folders: [{ path: join(opened.folder, "animals/young"), name: "young", pictures: 1, folders: [] }],
      },
    ]);
    expect(await get(opened, cookie, "/api/failures")).toEqual([]);
    expect(await get(opened, cookie, "/api/library")).toMatchObject({ pictures: 3, failed: 0 });
    const narrowed = await fetch(
      `${opened.origin}/api/find?in=${encodeURIComponent(join(opened.folder, "boats"))}`,
      { headers: { cookie } },
    );
    expect(narrowed.status).toBe(400);
  });

  test("lists failures of its own", async () => {
    const opened = await open({ pictures: { "boats/broken.jpg": "broken file" } });
    const cookie = await signIn(opened);
    expect(await get(opened, cookie, "/api/failures")).toEqual([
      {
        origin: join(opened.folder, "boats/broken.jpg"),
        code: "damaged",
        reason: expect.any(String),
      },
    ]);
  });
});

test("names that disguise themselves are shown as they are", async () => {
  const opened = await open({ pictures: { "pho\u202egpj.exe.jpg": "dog", "<b>bold.jpg": "cat" } });
  const cookie = await signIn(opened);
  const { hits } = await get<FindPage>(opened, cookie, "/api/find?q=dog");
  expect(hits.map(({ name }) => name).sort()).toEqual(["<b>bold.jpg", "pho\u2426gpj.exe.jpg"]);
});

test("what is a defect is answered without its details, which go to the operator", async () => {
  const opened = await open();
  const cookie = await signIn(opened);
  opened.library.within = () => {
    throw new Error("secret detail");
  };
  const response = await fetch(`${opened.origin}/api/find?q=dog`, { headers: { cookie } });
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain("secret");
  expect(opened.errors).toHaveLength(1);
});

/** `fetch` lets nobody choose Host. */
function statusUnder(origin: string, host: string, cookie: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${origin}/library`, { headers: { host, cookie } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end();
  });
}

describe("duplicates", () => {
  const COPIES = {
    "keep/dog.jpg": "dog on grass",
    "downloads/dog (1).jpg": "dog on grass",
    "cat.jpg": "cat sleeping",
  };

  async function groups(
    opened: Opened,
    cookie: string,
    query = "",
  ): Promise<Extract<DuplicatesPage, { state: "done" }>> {
    for (;;) {
      const page = await get<DuplicatesPage>(opened, cookie, `/api/duplicates?${query}`);
      if (page.state === "done") return page;
    }
  }

  test("come as groups with the keeper and what could go", async () => {
    const opened = await open({ pictures: COPIES });
    const cookie = await signIn(opened);
    const page = await groups(opened, cookie);
    expect(page).toMatchObject({ total: 1, spareFiles: 1 });
    expect(page.groups[0]).toMatchObject({
      kind: "exact",
      keeper: { id: opened.idOf("keep/dog.jpg") },
      others: [],
    });
    expect(page.groups[0]?.keeper.places.map(({ isSpare }) => isSpare)).toEqual([false, true]);
  });

  test("are handed out as a list and as scripts that no name breaks out of", async () => {
    const evil = "a'; touch /tmp/owned; echo '$(id)`id`\n.jpg";
    const opened = await open({ pictures: { ...COPIES, [evil]: "dog on grass" } });
    const cookie = await signIn(opened);
    const download = async (name: string) => {
      const response = await fetch(`${opened.origin}/api/duplicates/${name}`, { headers: { cookie } });
      expect(response.headers.get("content-disposition")).toContain("attachment");
      return response.text();
    };
    const script = await download("trash.sh");
    const folder = temporaryFolder();
    writeFileSync(join(folder, "trash-put"), '#!/bin/sh\nprintf "%s\\0" "$2"\n', { mode: 0o755 });
    const run = spawnSync("sh", ["-s"], {
      input: script,
      env: { PATH: `${folder}:/usr/bin:/bin` },
      encoding: "utf8",
    });
    const paths = run.stdout.split("\0").slice(0, -1);
    expect(run.stderr).toBe("");
    expect(paths).toHaveLength(2);
    for (const path of paths) expect(existsSync(path), path).toBe(true);
    expect((await download("spare0.txt")).split("\0")).toEqual([...paths, ""]);
    const lines = (await download("spare.txt")).split("\n").slice(0, -1);
    expect(lines.map((line) => (line.startsWith('"') ? (JSON.parse(line) as string) : line))).toEqual(paths);
    expect(await download("trash.ps1")).toContain("''; touch /tmp/owned; echo ''$(id)");
  });

  test("verdicts are recorded and taken back where that is allowed, and nowhere else", async () => {
    const pictures = { "a.jpg": "dog", "b.jpg": "cat" };
    const editable = await open({ pictures, mayEdit: true });
    const cookie = await signIn(editable);
    const [a, b] = [editable.idOf("a.jpg"), editable.idOf("b.jpg")];
    const give = (opened: Opened, signed: string, verdict: unknown) =>
      fetch(`${opened.origin}/api/verdicts`, {
        method: "POST",
        headers: { cookie: signed, origin: opened.origin, "content-type": "application/json" },
        body: JSON.stringify({ a, b, verdict }),
      });
    expect((await give(editable, cookie, "same")).status).toBe(200);
    expect((await groups(editable, cookie)).total).toBe(1);
    expect((await groups(editable, cookie)).groups[0]?.others[0]?.said).toBe("same");
    expect((await give(editable, cookie, null)).status).toBe(200);
    expect((await groups(editable, cookie)).total).toBe(0);
    expect((await give(editable, cookie, "perhaps")).status).toBe(400);

    const reading = await open({ pictures });
    expect((await give(reading, await signIn(reading), "same")).status).toBe(404);
  });

  test("the folder to keep copies in is one that is shown", async () => {
    const opened = await open({ pictures: COPIES, visible: ["keep"] });
    const cookie = await signIn(opened);
    const outside = encodeURIComponent(join(opened.folder, "downloads"));
    const response = await fetch(`${opened.origin}/api/duplicates?keepin=${outside}`, {
      headers: { cookie },
    });
    expect(response.status).toBe(400);
    expect((await groups(opened, cookie)).total).toBe(0);
  });
});

describe("labels", () => {
  const post = async (opened: Opened, cookie: string, path: string, body: unknown, origin = opened.origin) =>
    fetch(opened.origin + path, {
      method: "POST",
      headers: { cookie, origin, "content-type": "application/json" },
      body: JSON.stringify(body),
    });

  test("are added, counted, changed, renamed and deleted, and pictures are tagged by them", async () => {
    const opened = await open({ mayEdit: true });
    const cookie = await signIn(opened);
    const labels = () => get<Label[]>(opened, cookie, "/api/labels");
    const tagged = async (tag: string, count: number) =>
      expect.poll(async () => (await labels()).find((label) => label.tag === tag)?.byModel).toBe(count);
    expect(await labels()).toEqual([]);
    expect((await post(opened, cookie, "/api/labels", { tag: "dog", threshold: 0.5 })).status).toBe(204);
    await tagged("dog", 2);
    const change = { tag: "Dog", prompts: ["cat"] };
    expect((await post(opened, cookie, "/api/labels/change", change)).status).toBe(204);
    await tagged("dog", 1);
    for (const [path, body, status, said] of [
      ["/api/labels", { tag: " DOG " }, 400, "There is a label “dog” already."],
      ["/api/labels/change", { tag: "gone" }, 404, "There is no label “gone” any more."],
      ["/api/labels", { tag: " " }, 400, "“tag” must not be empty."],
      ["/api/labels/rename", { from: "dog", to: "" }, 400, "“to” must not be empty."],
      ["/api/labels", { tag: "bird", threshold: 7 }, 400, "“threshold” must be 1 or less."],
      ["/api/labels", { tag: "x".repeat(300) }, 400, "“tag” may have 200 characters at most."],
      ["/api/labels", {}, 400, "“tag” is missing, or cannot be read as what it should be."],
      ["/api/labels", "no object", 400, "The request cannot be read."],
    ] as const) {
      const refused = await post(opened, cookie, path, body);
      expect([refused.status, ((await refused.json()) as { error: string }).error]).toEqual([
        status,
        expect.stringContaining(said),
      ]);
    }
    expect(await labels()).toMatchObject([{ tag: "dog", vocabulary: { prompts: ["cat"], threshold: null } }]);
    expect((await post(opened, cookie, "/api/labels/rename", { from: "dog", to: "feline" })).status).toBe(
      204,
    );
    await tagged("feline", 1);
    expect((await post(opened, cookie, "/api/labels", { tag: "boat" })).status).toBe(204);
    const joined = await post(opened, cookie, "/api/labels/rename", { from: "feline", to: "Boat" });
    expect(joined.status).toBe(400);
    expect(await labels()).toMatchObject([
      { tag: "feline", vocabulary: { prompts: ["cat"] } },
      { tag: "boat" },
    ]);
    expect((await post(opened, cookie, "/api/labels/delete", { tag: "boat" })).status).toBe(204);
    expect((await post(opened, cookie, "/api/labels/delete", { tag: "feline" })).status).toBe(204);
    expect(await labels()).toEqual([]);
    const bad = await post(opened, cookie, "/api/labels", { tag: "a,b" });
    expect([bad.status, ((await bad.json()) as { error: string }).error]).toEqual([
      400,
      expect.stringContaining("a,b"),
    ]);
    expect((await post(opened, cookie, "/api/labels/delete", { tag: "gone" })).status).toBe(404);
    expect(opened.errors).toEqual([]);
  });

  test("pictures are judged, which is undone to what was said before, and thresholds are suggested and applied", async () => {
    const pictures = Object.fromEntries(
      ["dog", "dog one", "dog two three four", "cat", "boat", "tree"].map((shows, at) => [
        `${at}.jpg`,
        shows,
      ]),
    );
    const opened = await open({ pictures, mayEdit: true });
    const { library, idOf } = opened;
    const cookie = await signIn(opened);
    await library.tags.setVocabulary({ tags: [{ tag: "dog", threshold: 0.97 }] });
    const queue = () => get<ReviewCard[]>(opened, cookie, "/api/review?tag=dog");
    expect((await queue()).length).toBe(6);
    const judge = async (name: string, said: unknown) =>
      (await post(opened, cookie, "/api/judgements", { id: idOf(name), tag: "dog", said })).json();
    const before = await judge("0.jpg", { by: "rejected", score: 1 });
    expect(before).toMatchObject({ by: "model" });
    expect((await queue()).length).toBe(5);
    expect(await judge("0.jpg", before)).toEqual({ by: "rejected", score: 1 });
    expect((await queue()).length).toBe(6);
    for (const [name, by] of Object.entries({
      0: "person",
      1: "person",
      2: "person",
      3: "rejected",
      4: "rejected",
      5: "rejected",
    }))
      await judge(`${name}.jpg`, { by, score: 1 });
    const [quality] = await get<LabelQuality[]>(opened, cookie, "/api/labels/quality");
    expect(quality).toMatchObject({ judged: 6, right: 3, precision: 1 });
    expect(quality?.recall).toBeLessThan(1);
    expect((await post(opened, cookie, "/api/labels/suggested", { tags: ["dog"] })).status).toBe(204);
    expect((await library.tags.vocabulary())?.tags).toEqual([{ tag: "dog", threshold: quality?.suggested }]);
    expect((await get<LabelQuality[]>(opened, cookie, "/api/labels/quality"))[0]).toMatchObject({
      recall: 1,
    });
  });

  test("nothing is changed where it is not allowed, from elsewhere, or beyond the folders that are shown", async () => {
    const body = { tag: "dog" };
    const closed = await open();
    const cookie = await signIn(closed);
    for (const path of ["/api/labels", "/api/labels/delete", "/api/labels/rename", "/api/judgements"])
      expect((await post(closed, cookie, path, body)).status, path).toBe(404);

    const opened = await open({ mayEdit: true });
    const own = await signIn(opened);
    for (const path of ["/api/labels", "/api/judgements", "/api/work/1/stop"])
      expect((await post(opened, own, path, body, "http://evil.example")).status, path).toBe(403);

    const narrow = await open({ mayEdit: true, visible: ["boats"] });
    const narrowed = await signIn(narrow);
    expect(await get(narrow, narrowed, "/api/abilities")).toMatchObject({
      mayEdit: true,
      mayEditLibrary: false,
    });
    expect((await post(narrow, narrowed, "/api/labels", body)).status).toBe(404);
    const said = { by: "person", score: 1 };
    const outside = { id: narrow.idOf("animals/dog.jpg"), tag: "dog", said };
    expect((await post(narrow, narrowed, "/api/judgements", outside)).status).toBe(404);
    const inside = { id: narrow.idOf("boats/sail.jpg"), tag: "boat", said };
    expect((await post(narrow, narrowed, "/api/judgements", inside)).status).toBe(200);
    expect(await narrow.library.within({ files: "all", discord: "none" }).tags()).toMatchObject([
      { tag: "boat" },
    ]);
  });
});

describe("what the picture is like, and when it was taken", () => {
  const lisbon = {
    location: { latitude: 38.7167, longitude: -9.1333 },
    place: { id: 2267057, name: "Lisbon, PT" },
  };
  const shaped: Record<string, Pick<Picture, "width" | "height" | "facts"> & { format?: "gif" }> = {
    "wide boat": { width: 4000, height: 3000, facts: { camera: "Canon EOS 5D", rating: 4, ...lisbon } },
    "tall boat": { width: 600, height: 900, facts: { camera: "Nikon D70" } },
    "square boat": { width: 500, height: 500, format: "gif" },
  };
  const setup = {
    pictures: {
      "IMG_20230504_101112.jpg": "wide boat",
      "IMG_20230601_101112.jpg": "tall boat",
      "IMG_20240102_101112.jpg": "square boat",
    },
    facts: (bytes: Uint8Array) => shaped[Buffer.from(bytes).toString()] ?? {},
  };
  const names = async (opened: Opened, cookie: string, question: string) =>
    (await get<FindPage>(opened, cookie, `/api/find?${question}`)).hits.map(({ name }) => name);

  test("filters by size, orientation and format, and refuses what is none", async () => {
    const opened = await open(setup);
    const cookie = await signIn(opened);
    expect(await names(opened, cookie, "q=boat&minwidth=1000")).toEqual(["IMG_20230504_101112.jpg"]);
    expect(await names(opened, cookie, "orientation=portrait")).toEqual(["IMG_20230601_101112.jpg"]);
    expect(await names(opened, cookie, "format=webp&format=gif")).toEqual(["IMG_20240102_101112.jpg"]);
    expect(await names(opened, cookie, "minheight=900&orientation=portrait")).toEqual([
      "IMG_20230601_101112.jpg",
    ]);
    for (const question of ["format=exe", "minwidth=0", "minwidth=wide", "orientation=round"]) {
      const response = await fetch(`${opened.origin}/api/find?${question}`, { headers: { cookie } });
      expect(response.status, question).toBe(400);
    }
  });

  test("filters by what the file knows, tells cameras and places of the answer, and shows them with a picture", async () => {
    const opened = await open(setup);
    const cookie = await signIn(opened);
    const wide = ["IMG_20230504_101112.jpg"];
    for (const question of [
      "camera=canon",
      "place=Lisbon",
      "place=Portugal",
      "near=38.7,-9.1:5km",
      "rating=4..",
    ])
      expect(await names(opened, cookie, `${question}&q=boat`), question).toEqual(wide);
    expect(await names(opened, cookie, "camera=canon&orientation=portrait")).toEqual([]);
    expect(await names(opened, cookie, "screenshots=1")).toEqual([]);
    expect(await get<Facets>(opened, cookie, "/api/facets?orientation=landscape")).toEqual({
      cameras: [{ name: "Canon EOS 5D", images: 1 }],
      places: [{ id: 2267057, name: "Lisbon, PT", images: 1 }],
    });
    const shown = await get<PictureDetails>(opened, cookie, `/api/pictures/${opened.idOf(wide[0] ?? "")}`);
    expect(shown.facts).toMatchObject({ camera: "Canon EOS 5D", place: "Lisbon, PT", rating: 4 });
    for (const [question, status] of [
      ["camera=leica", 404],
      ["place=Lisbonn", 404],
      ["place=Springfield", 400],
      ["near=91,0:1km", 400],
      ["rating=9", 400],
    ] as const) {
      const response = await fetch(`${opened.origin}/api/find?${question}`, { headers: { cookie } });
      expect(response.status, question).toBe(status);
    }
  });

  test("counts months within the other filters, whatever dates are set, and only of what may be seen", async () => {
    const opened = await open(setup);
    const cookie = await signIn(opened);
    const all = [
      { month: "2023-05", pictures: 1 },
      { month: "2023-06", pictures: 1 },
      { month: "2024-01", pictures: 1 },
    ];
    expect(await get(opened, cookie, "/api/months")).toEqual(all);
    expect(await get(opened, cookie, "/api/months?since=2024")).toEqual(all);
    expect(await get(opened, cookie, "/api/months?format=png")).toEqual(all.slice(0, 2));
    const narrow = await open({ visible: ["boats"] });
    const own = await get<MonthCount[]>(narrow, await signIn(narrow), "/api/months");
    expect(own.reduce((sum, { pictures }) => sum + pictures, 0)).toBe(1);
  });

  test("marks and tags several pictures, only what may be seen and where it is allowed", async () => {
    const post = (opened: Opened, cookie: string, path: string, body: unknown) =>
      fetch(opened.origin + path, {
        method: "POST",
        headers: { cookie, origin: opened.origin },
        body: JSON.stringify(body),
      });
    const closed = await open();
    const mark = { question: "dog", ids: [closed.idOf("animals/dog.jpg")], isRight: true };
    expect((await post(closed, await signIn(closed), "/api/marks", mark)).status).toBe(404);

    const opened = await open({ mayEdit: true, visible: ["animals"] });
    const cookie = await signIn(opened);
    const ids = ["animals/dog.jpg", "animals/cat.jpg", "boats/sail.jpg"].map(opened.idOf);
    expect((await post(opened, cookie, "/api/marks", { question: "Pet", ids, isRight: true })).status).toBe(
      204,
    );
    const marks = await opened.library.marks.list();
    expect(marks.map(({ question, id }) => [question, id])).toEqual(ids.slice(0, 2).map((id) => ["Pet", id]));
    await post(opened, cookie, "/api/marks", { question: "Pet", ids: ids.slice(0, 1), isRight: null });
    expect(await opened.library.marks.list()).toHaveLength(1);
    const tagged = await post(opened, cookie, "/api/tagged", { tag: "pet", ids });
    expect(await tagged.json()).toEqual({ tag: "pet", pictures: 2 });
  });
});

describe("moving spare copies", () => {
  const post = async (opened: Opened, cookie: string, path: string, body: unknown, origin = opened.origin) =>
    fetch(opened.origin + path, {
      method: "POST",
      headers: { cookie, origin },
      body: JSON.stringify(body),
    });
  const COPIES = { "keep/dog.jpg": "dog", "old/dog copy.jpg": "dog", "boats/sail.jpg": "sailing boat" };

  test("moves what could go, says so, and puts it back", async () => {
    const opened = await open({ pictures: COPIES, mayMove: true });
    const cookie = await signIn(opened);
    const aside = temporaryFolder();
    expect(await get(opened, cookie, "/api/moves")).toEqual([]);
    const question = `keepin=${encodeURIComponent(join(opened.folder, "keep"))}`;
    expect((await post(opened, cookie, `/api/moves?${question}`, { to: aside })).status).toBe(204);
    await expect.poll(() => existsSync(join(aside, "pictures/old/dog copy.jpg"))).toBe(true);
    expect(existsSync(join(opened.folder, "old/dog copy.jpg"))).toBe(false);
    expect(existsSync(join(opened.folder, "keep/dog.jpg"))).toBe(true);
    const ended = () =>
      get<Pulse>(opened, cookie, "/api/pulse").then(({ work }) => work.map(({ end }) => end));
    await expect.poll(ended).toEqual(["done"]);
    const [move] = await get<Move[]>(opened, cookie, "/api/moves");
    expect(move).toMatchObject({ files: 1, folder: join(aside, "pictures/old") });
    expect((await post(opened, cookie, `/api/moves/${move?.batch}/undo`, {})).status).toBe(204);
    await expect.poll(() => existsSync(join(opened.folder, "old/dog copy.jpg"))).toBe(true);
    await expect.poll(ended).toEqual(["done", "done"]);
    expect(opened.errors).toEqual([]);
  });

  test("moves nothing where it is not allowed, from elsewhere, or to a folder of the library", async () => {
    const closed = await open({ pictures: COPIES, mayEdit: true });
    const aside = temporaryFolder();
    expect((await post(closed, await signIn(closed), "/api/moves", { to: aside })).status).toBe(404);
    const opened = await open({ pictures: COPIES, mayMove: true });
    const cookie = await signIn(opened);
    expect((await post(opened, cookie, "/api/moves", { to: aside }, "http://evil.example")).status).toBe(403);
    for (const to of [opened.folder, "aside", join(aside, "gone"), ""])
      expect((await post(opened, cookie, "/api/moves", { to })).status, to).toBe(400);
    expect((await post(opened, cookie, "/api/moves/unknown/undo", {})).status).toBe(404);
    expect(existsSync(join(opened.folder, "old/dog copy.jpg"))).toBe(true);
  });

  test("verdicts are listed while they stand and taken back one by one, only of pictures that may be seen", async () => {
    const opened = await open({ mayEdit: true, visible: ["animals"] });
    const cookie = await signIn(opened);
    const [dog, cat, boat] = ["animals/dog.jpg", "animals/cat.jpg", "boats/sail.jpg"].map(opened.idOf);
    const judge = async (verdict: string | null) =>
      (await post(opened, cookie, "/api/verdicts", { a: dog, b: cat, verdict })).json();
    const listed = async () => {
      const { verdicts } = await get<VerdictsPage>(opened, cookie, "/api/verdicts");
      return verdicts.map(({ verdict, pair }) => [verdict, ...pair.map(({ name }) => name).sort()]);
    };
    await opened.library.verdicts.put(dog ?? "", boat ?? "", "same");
    expect(await listed()).toEqual([]);
    expect(await judge("same")).toEqual({ verdict: "same" });
    expect(await judge("different")).toEqual({ verdict: "different" });
    expect(await listed()).toEqual([["different", "cat.jpg", "dog.jpg"]]);
    expect(await judge(null)).toEqual({ verdict: "same" });
    expect(await listed()).toEqual([["same", "cat.jpg", "dog.jpg"]]);
    expect(await judge(null)).toEqual({ verdict: null });
    expect(await listed()).toEqual([]);
    expect((await post(opened, cookie, "/api/verdicts", { a: dog, b: boat, verdict: "same" })).status).toBe(
      404,
    );
  });
});

describe("looking after the library", () => {
  const post = async (opened: Opened, cookie: string, path: string, body: unknown) =>
    fetch(opened.origin + path, {
      method: "POST",
      headers: { cookie, origin: opened.origin },
      body: JSON.stringify(body),
    });
  const upkeep: NonNullable<Parameters<typeof openServer>[0]["upkeep"]> = {
    models: async () => [
      {
        id: "fake",
        name: "Fake",
        description: "for tests",
        licence: "MIT",
        dimensions: 128,
        variants: [
          { name: "fp32", bytes: 1000, installed: true, fidelity: "the reference" },
          { name: "fp16", bytes: null, installed: false, fidelity: "half" },
        ],
      },
    ],
    pull: async (id, variant, { onProgress }) => {
      onProgress?.({ stage: "downloading", done: 5, total: 10, item: `${id} ${variant}` });
      throw new UsageError("The hub is away.");
    },
    diagnose: async function* () {
      yield { name: "node", state: "good" as const, detail: "Node" };
      yield { name: "space", state: "note" as const, detail: "little" };
    },
  };

  test("folders are added, looked through, watched and removed", async () => {
    const opened = await open({ mayEdit: true });
    const cookie = await signIn(opened);
    const folder = temporaryFolder();
    writeFileSync(join(folder, "new.jpg"), "elephant");
    const roots = async () =>
      (await get<LibraryState>(opened, cookie, "/api/library")).roots.map(({ path }) => path);
    expect((await post(opened, cookie, "/api/folders/add", { path: folder })).status).toBe(204);
    await expect.poll(roots).toEqual([folder, opened.folder].sort());
    await expect.poll(async () => (await get<LibraryState>(opened, cookie, "/api/library")).pictures).toBe(5);
    expect((await post(opened, cookie, "/api/folders/add", { path: join(folder, "gone") })).status).toBe(404);
    expect((await post(opened, cookie, "/api/folders/watch", {})).status).toBe(204);
    expect((await post(opened, cookie, "/api/folders/watch", {})).status).toBe(204);
    const watching = async () =>
      (await get<Pulse>(opened, cookie, "/api/pulse")).work.filter(({ kind }) => kind === "watching");
    const [work] = await watching();
    expect(await watching()).toHaveLength(1);
    writeFileSync(join(folder, "later.jpg"), "giraffe");
    await expect
      .poll(async () => (await get<LibraryState>(opened, cookie, "/api/library")).pictures, {
        timeout: 20_000,
      })
      .toBe(6);
    expect((await post(opened, cookie, `/api/work/${work?.id}/stop`, {})).status).toBe(204);
    await expect.poll(async () => (await watching())[0]?.end).toBe("stopped");
    expect((await post(opened, cookie, "/api/folders/remove", { path: folder })).status).toBe(204);
    expect(await roots()).toEqual([opened.folder]);
    expect((await post(opened, cookie, "/api/folders/remove", { path: folder })).status).toBe(400);
    expect(opened.errors).toEqual([]);
  });

  test("models and findings are listed, and a download that fails says why", async () => {
    const opened = await open({ mayEdit: true, upkeep });
    const cookie = await signIn(opened);
    const [model] = await get<ModelState[]>(opened, cookie, "/api/models");
    expect(model?.variants.map(({ model: name, isInUse }) => [name, isInUse])).toEqual([
      ["fake", true],
      ["fake:fp16", false],
    ]);
    expect(await get(opened, cookie, "/api/doctor")).toHaveLength(2);
    expect((await post(opened, cookie, "/api/models/pull", { id: "fake", variant: "fp16" })).status).toBe(
      204,
    );
    const { work } = await get<Pulse>(opened, cookie, "/api/pulse");
    expect(work).toMatchObject([
      {
        kind: "pulling",
        subject: "fake:fp16",
        done: 5,
        total: 10,
        end: "failed",
        problem: "The hub is away.",
      },
    ]);
  });

  test("nothing of it is there for who sees some folders only, or may not edit", async () => {
    const narrow = await open({ mayEdit: true, visible: ["boats"] });
    const reading = await open({ upkeep });
    for (const opened of [narrow, reading]) {
      const cookie = await signIn(opened);
      for (const path of [
        "/api/folders/add",
        "/api/folders/remove",
        "/api/folders/watch",
        "/api/models/pull",
        "/api/models/use",
      ])
        expect(
          (await post(opened, cookie, path, { path: opened.folder, id: "a", model: "a" })).status,
          path,
        ).toBe(404);
    }
    for (const path of ["/api/models", "/api/doctor"])
      expect((await fetch(narrow.origin + path, { headers: { cookie: await signIn(narrow) } })).status).toBe(
        404,
      );
    const { revision } = await get<Pulse>(narrow, await signIn(narrow), "/api/pulse");
    expect(revision).toMatch(/^[\w-]{43}$/);
  });
});
