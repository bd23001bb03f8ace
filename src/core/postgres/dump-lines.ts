/** What a shell takes as one word. */
const quoted = (word: string) =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** As PostgreSQL's own programs read it: without the password, which they take from PGPASSWORD or the password file. */
function addressFor(place: string, ssl: unknown): string {
  const url = new URL(place);
  url.password = "";
  if (!url.searchParams.has("sslmode"))
    url.searchParams.set("sslmode", ssl === false ? "disable" : "verify-full");
  // They trust the system's authorities only when told to.
  if (/^verify/.test(url.searchParams.get("sslmode") ?? "") && !url.searchParams.has("sslrootcert"))
    url.searchParams.set("sslrootcert", "system");
  return url.href;
}

/** The command that backs up a library on a server. */
export const dumpLine = (place: string, ssl: unknown, file: string): string =>
  `pg_dump --format=custom --file=${quoted(file)} --dbname=${quoted(addressFor(place, ssl))}`;

/** And the one that restores it: all or nothing; only `replaces` drops what is there. */
export const restoreLine = (place: string, ssl: unknown, file: string, replaces: boolean): string =>
  `pg_restore --exit-on-error --single-transaction --no-owner ${replaces ? "--clean --if-exists " : ""}--dbname=${quoted(addressFor(place, ssl))} ${quoted(file)}`;
