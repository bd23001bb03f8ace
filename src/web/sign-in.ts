import { randomBytes } from "node:crypto";
import { isSameSecret } from "../shared/same-secret.ts";

const newSecret = () => randomBytes(24).toString("base64url");

/** Wrong passwords in a minute, from all sides together. */
const MAX_ATTEMPTS = 10;
const ATTEMPTS_MS = 60_000;
const MAX_SESSIONS = 100;

/**
 * Who may see the page: a browser that was opened by a link with a key, which serves once, or one whose user knew the
 * password. Either gives a session, which ends with the server.
 */
export class SignIn {
  readonly #password: string | undefined;
  readonly #sessions = new Set<string>();
  #key = newSecret();
  #failedAt: number[] = [];

  constructor(password: string | undefined) {
    this.#password = password;
  }

  /** For the next browser. */
  get key(): string {
    return this.#key;
  }

  get takesPassword(): boolean {
    return this.#password !== undefined;
  }

  /** @returns a new session; undefined for a wrong key, and for one that has served */
  byKey(key: string): string | undefined {
    if (!isSameSecret(key, this.#key)) return undefined;
    this.#key = newSecret();
    return this.#newSession();
  }

  /** @returns a new session, or why there is none */
  byPassword(given: string, now = Date.now()): { readonly session: string } | "wrong" | "too-many-attempts" {
    this.#failedAt = this.#failedAt.filter((at) => at > now - ATTEMPTS_MS);
    if (this.#failedAt.length >= MAX_ATTEMPTS) return "too-many-attempts";
    if (this.#password !== undefined && isSameSecret(given, this.#password))
      return { session: this.#newSession() };
    this.#failedAt.push(now);
    return "wrong";
  }

  isSession(session: string | undefined): boolean {
    return session !== undefined && this.#sessions.has(session);
  }

  #newSession(): string {
    const session = newSecret();
    this.#sessions.add(session);
    const [oldest] = this.#sessions;
    if (this.#sessions.size > MAX_SESSIONS && oldest !== undefined) this.#sessions.delete(oldest);
    return session;
  }
}
