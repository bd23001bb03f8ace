import { GlimpseError, LibraryError, systemCode } from "../errors.ts";

/** What passes by itself: the server starts, stops or is another now, or is away behind a pooler (08P01); others were in the way. */
const TRANSIENT_STATES = /^(?:08[0-9A-Z]{3}|57P0[123]|40001|40P01|25006|53300|55P03)$/;
/** The row that this one belongs to was erased between two statements: once more, it is found to be gone. */
const LOST_PARENT = "23503";
const TRANSIENT_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENETDOWN",
  "EAI_AGAIN",
  // A socket file, while the server is down.
  "ENOENT",
]);
/** The driver has no codes for these. */
const TRANSIENT_MESSAGES =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof GlimpseError) return false;
  // Of every address that a name has.
  if (error instanceof AggregateError) return error.errors.some(isTransient);
  const code = String(systemCode(error) ?? "");
  return (
    TRANSIENT_STATES.test(code) ||
    code === LOST_PARENT ||
    TRANSIENT_CODES.has(code) ||
    TRANSIENT_MESSAGES.test(error.message)
  );
}

/** Worded for whoever has to do something about it; any other error is returned as it is. */
export function toLibraryError(error: unknown, where: string): unknown {
  if (!(error instanceof Error) || error instanceof GlimpseError) return error;
  const sentence = sentenceFor(error, String(systemCode(error) ?? ""), where);
  return sentence === undefined ? error : new LibraryError(sentence, { cause: error });
}

function sentenceFor(error: Error, code: string, where: string): string | undefined {
  if (code === "28P01" || code === "28000")
    return `The database server refused to log in at ${where}: ${error.message}. Check the user, and the password in the address, PGPASSWORD or the password file.`;
  if (code === "3D000")
    return `The database server has no database of that name: ${where}. Create it: createdb, or CREATE DATABASE.`;
  if (code === "42501")
    return `The database user may not do what the library at ${where} needs: ${error.message}. Give it the rights, or use the owner of the database.`;
  if (code === "53100")
    return `The disk of the database server is full: ${where}. Free some, then try again.`;
  if (/^XX00[12]$/.test(code))
    return `The library at ${where} is damaged: ${error.message}. Restore it from a backup.`;
  if (code === "ENOTFOUND")
    return `The database server of ${where} is not known: ${error.message}. Check the host's name in the address.`;
  if (isCertificateProblem(code, error.message))
    return `The connection to ${where} is not safe: ${error.message}. Give the authority's certificate with ?sslrootcert=FILE in the address; ?sslmode=disable is for networks that nobody else can listen to.`;
  if (isTransient(error) && code !== LOST_PARENT)
    return `The library at ${where} cannot be reached (${reason(error)}). Check that the database server runs and can be reached from here, then try again; nothing that was stored is lost.`;
  return undefined;
}

const isCertificateProblem = (code: string, message: string) =>
  /^(?:ERR_TLS|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|CERT_)/.test(code) || /does not support SSL/.test(message);

const reason = (error: Error): string =>
  error instanceof AggregateError
    ? [...new Set(error.errors.map((each) => String(systemCode(each) ?? each)))].join(", ")
    : error.message;
