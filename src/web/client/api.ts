import type { Example, Failed } from "../answers.ts";
import { language, texts } from "./texts/texts.ts";

/** What the server could not do, in words for the reader. */
class ApiError extends Error {
  override name = "ApiError";
}

/** Of whatever a request failed with. */
export const reasonOf = (error: unknown): string =>
  error instanceof ApiError ? error.message : String(error);

/** @throws ApiError */
export async function get<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  return (await request(path, { signal: signal ?? null })).json();
}

/** @throws ApiError */
export async function uploadExample(picture: Blob): Promise<Example> {
  return (await request("/api/examples", { method: "POST", body: picture })).json();
}

/** @throws ApiError */
export async function reveal(id: string): Promise<void> {
  await request(`/api/pictures/${id}/reveal`, { method: "POST" });
}

/** Undefined where the server has nothing to say. @throws ApiError */
export async function post<Answer = void>(path: string, body: unknown): Promise<Answer> {
  const headers = { "content-type": "application/json" };
  const response = await request(path, { method: "POST", headers, body: JSON.stringify(body) });
  return response.status === 204 ? (undefined as Answer) : response.json();
}

/** @throws ApiError */
export async function getBytes(path: string, signal: AbortSignal): Promise<ArrayBuffer> {
  return (await request(path, { signal })).arrayBuffer();
}

/** The name of what a hit shows: of what moves, that moment. */
export const momentOf = ({
  id,
  atMs,
}: {
  readonly id: string;
  readonly atMs?: number | undefined;
}): string => (atMs === undefined ? id : `${id}@${atMs / 1000}`);

export const thumbnailOf = (id: string): string => `/thumbnails/${id}`;
export const screenSizeOf = (id: string): string => `/pictures/${id}`;
export const filmOf = (id: string): string => `/films/${id}`;

async function request(path: string, options: RequestInit): Promise<Response> {
  const headers = { ...options.headers, "accept-language": language.tag };
  const response = await fetch(path, { ...options, headers }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(texts.errors.noServer);
  });
  if (response.ok) return response;
  if (response.status === 401) throw new ApiError(texts.errors.signedOut);
  const failed: Partial<Failed> = await response.json().catch(() => ({}));
  throw new ApiError(failed.error ?? texts.errors.unexpected);
}
