import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Whether strace is installed and may trace. */
export const canTrace =
  spawnSync("strace", ["-qq", "-o", "/dev/null", "true"], { stdio: "ignore" }).status === 0;

const SENDING = ["connect", "sendto", "sendmsg", "sendmmsg"];
const WRITING = ["open", "openat", "creat", "mkdir", "mkdirat"];

/**
 * Command that runs another and logs what it and its children send over the network and open for writing. Signals
 * reach that command; strace itself is its grandchild, which holds its output open until everything is logged.
 */
export const tracing = (log: string): string[] => [
  ...[
    "strace",
    "-D",
    "-f",
    "-qq",
    "-s",
    "4096",
    "-e",
    `trace=${[...SENDING, ...WRITING].join(",")}`,
    "-o",
    log,
  ],
];

const callsIn = (log: string) => readFileSync(log, "utf8").split("\n");
const once = <Item>(items: Item[]) => [...new Set(items)];

/** Where the traced processes sent anything over a network, such as "127.0.0.1:8080"; local sockets are left out. */
export const addressesIn = (log: string): string[] =>
  once(callsIn(log).flatMap((call) => addressOf(call) ?? []));

function addressOf(call: string): string | undefined {
  const family = /sa_family=(\w+)/.exec(call)?.[1];
  if (family === undefined || family === "AF_UNIX" || family === "AF_NETLINK") return undefined;
  const address = /inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"/.exec(call);
  const port = /sin6?_port=htons\((\d+)\)/.exec(call)?.[1];
  return address && port ? `${address[1] ?? address[2]}:${port}` : call;
}

/** Files and folders that the traced processes created or opened for writing, except devices. */
export const writtenIn = (log: string): string[] =>
  once(callsIn(log).flatMap((call) => writtenBy(call) ?? [])).filter((path) => !/^\/(dev|proc)\//.test(path));

function writtenBy(call: string): string | undefined {
  const isWriting = /\b(mkdir|mkdirat|creat)\(/.test(call) || /\bO_(WRONLY|RDWR|CREAT)\b/.test(call);
  return isWriting ? /"([^"]*)"/.exec(call)?.[1] : undefined;
}
