import { createHash, timingSafeEqual } from "node:crypto";

/** Compares digests, so that neither length nor content shows in the time it takes. */
export const isSameSecret = (given: string, secret: string): boolean =>
  timingSafeEqual(digest(given), digest(secret));

const digest = (text: string) => createHash("sha256").update(text).digest();
