import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { DuplicatesPage, FindPage, FolderNode, PictureDetails } from "../../src/web/answers.ts";
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
      { origin: join(opened.folder, "boats/broken.jpg"), reason: expect.any(String) },
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
    expect((await download("spare.txt")).split("\n").length).toBeGreaterThanOrEqual(3);
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
    expect((await give(editable, cookie, "same")).status).toBe(204);
    expect((await groups(editable, cookie)).total).toBe(1);
    expect((await give(editable, cookie, null)).status).toBe(204);
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
