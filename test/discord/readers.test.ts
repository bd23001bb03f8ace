import { expect, test } from "vitest";
import { type Overwrite, readersAlsoRead } from "../../src/discord/permissions/readers.ts";

const [VIEW, HISTORY, CONNECT] = [1n, 2n, 4n] as const;
const READING = VIEW | HISTORY;

interface Given {
  readonly id: string;
  readonly allow?: bigint;
  readonly deny?: bigint;
}

const role = ({ id, allow = 0n, deny = 0n }: Given): Overwrite => ({ id, isMember: false, allow, deny });
const member = ({ id, allow = 0n, deny = 0n }: Given): Overwrite => ({ id, isMember: true, allow, deny });

function also(
  first: readonly Overwrite[],
  second: readonly Overwrite[],
  roles: Readonly<Record<string, bigint>> = { everyone: READING },
  needed: readonly [bigint, bigint] = [READING, READING],
): boolean {
  return readersAlsoRead(
    { everyone: "everyone", roles: new Map(Object.entries(roles)), leaveOut: new Set(["bot", "owner"]) },
    { needed: needed[0], overwrites: first },
    { needed: needed[1], overwrites: second },
  );
}

const closed = role({ id: "everyone", deny: VIEW });

test.each<[string, boolean, Parameters<typeof also>]>([
  ["open to open", true, [[], []]],
  [
    "closed to open",
    true,
    [[closed, role({ id: "staff", allow: VIEW })], [], { everyone: READING, staff: 0n }],
  ],
  ["open to closed", false, [[], [closed]]],
  ["nobody reads the first", true, [[closed], [closed]]],
  [
    "equal overwrites",
    true,
    [
      [closed, role({ id: "m", allow: VIEW })],
      [closed, role({ id: "m", allow: VIEW })],
      { everyone: READING, m: 0n },
    ],
  ],
  ["a members' role gives it in the server", true, [[], [], { everyone: 0n, m: READING }]],
  [
    "a members' role gives it, and is denied in the second",
    false,
    [[], [role({ id: "m", deny: VIEW })], { everyone: 0n, m: READING }],
  ],
  [
    "another role reads the first only",
    false,
    [
      [closed, role({ id: "m", allow: VIEW }), role({ id: "g", allow: VIEW })],
      [closed, role({ id: "m", allow: VIEW })],
      { everyone: READING, m: 0n, g: 0n },
    ],
  ],
  [
    "one role is denied in the second",
    false,
    [[], [role({ id: "barred", deny: HISTORY })], { everyone: READING, barred: 0n }],
  ],
  [
    "one role is denied in both",
    true,
    [
      [role({ id: "barred", deny: VIEW })],
      [role({ id: "barred", deny: VIEW })],
      { everyone: READING, barred: 0n },
    ],
  ],
  [
    "a denial in both, which another role lifts in the first",
    false,
    [
      [role({ id: "barred", deny: VIEW }), role({ id: "vip", allow: VIEW })],
      [role({ id: "barred", deny: VIEW })],
      { everyone: READING, barred: 0n, vip: 0n },
    ],
  ],
  [
    "two roles together read the first only",
    false,
    [
      [
        role({ id: "everyone", deny: READING }),
        role({ id: "a", allow: VIEW }),
        role({ id: "b", allow: HISTORY }),
      ],
      [role({ id: "everyone", deny: READING }), role({ id: "a", allow: VIEW })],
      { everyone: READING, a: 0n, b: 0n },
    ],
  ],
  ["a member is let into the first", false, [[closed, member({ id: "ann", allow: READING })], [closed]]],
  [
    "a member is let into both",
    true,
    [
      [closed, member({ id: "ann", allow: READING })],
      [closed, member({ id: "ann", allow: READING })],
    ],
  ],
  ["a member is denied in the second", false, [[], [member({ id: "ann", deny: VIEW })]]],
  [
    "the bot and the owner do not count",
    true,
    [
      [closed, member({ id: "bot", allow: READING })],
      [closed, member({ id: "owner", deny: VIEW })],
    ],
  ],
  ["the second needs more", false, [[], [], { everyone: READING }, [READING, READING | CONNECT]]],
  ["both need it", true, [[], [], { everyone: READING, v: CONNECT }, [READING | CONNECT, READING | CONNECT]]],
  ["a role of administrators, which the caller leaves out", true, [[role({ id: "admin", allow: VIEW })], []]],
])("%s: %s", (_, expected, given) => {
  expect(also(...given)).toBe(expected);
});

test("more kinds of roles than can be gone through count as no", () => {
  const kinds = Array.from({ length: 64 }, (_, at) => ({
    id: `r${at}`,
    base: BigInt(at & 3),
    allow: BigInt((at >> 2) & 3),
    deny: BigInt(at >> 4),
  }));
  const given = (count: number) => {
    const some = kinds.slice(0, count);
    const roles = Object.fromEntries([
      ["everyone", READING],
      ...some.map(({ id, base }) => [id, base] as const),
    ]);
    return also(
      some.map(role),
      some.map(({ id }) => role({ id, allow: READING })),
      roles,
    );
  };
  expect(given(20)).toBe(true);
  expect(given(64)).toBe(false);
});
