const HOSTS = new Set(["cdn.discordapp.com", "media.discordapp.net"]);
const PATH = /^\/(?:ephemeral-)?attachments\/\d{1,20}\/\d{1,20}\/[^/]+$/;

/** The address of an attachment on Discord's own two hosts; undefined for anything else whatsoever. */
export function attachmentUrl(address: string): URL | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  const plain = url.protocol === "https:" && url.port === "" && url.username === "" && url.password === "";
  return plain && HOSTS.has(url.hostname) && PATH.test(url.pathname) ? url : undefined;
}
