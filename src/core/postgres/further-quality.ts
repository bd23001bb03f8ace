import type { PictureQuality } from "../types.ts";

/** What of a picture's quality was not measured of every picture. */
type FurtherQuality = Omit<PictureQuality, "jpegQuality" | "detail" | "measuredSide">;

/** As JSON. */
export function furtherQuality({
  jpegSteps,
  tones,
  isLossless,
  isTransparent,
  coefficients,
}: FurtherQuality): string {
  return JSON.stringify({
    ...(jpegSteps && { jpegSteps: Buffer.from(jpegSteps).toString("base64") }),
    ...(tones && { tones }),
    ...(isLossless !== undefined && { isLossless }),
    ...(isTransparent !== undefined && { isTransparent }),
    ...(coefficients && { coefficients: Buffer.from(coefficients).toString("base64") }),
  });
}

/** @param json null for pictures that were stored before it was */
export function parseFurtherQuality(json: string | null): FurtherQuality {
  if (json === null) return {};
  const { jpegSteps, coefficients, ...rest } = JSON.parse(json);
  return {
    ...rest,
    ...(jpegSteps && { jpegSteps: Buffer.from(jpegSteps, "base64") }),
    ...(coefficients && { coefficients: Buffer.from(coefficients, "base64") }),
  };
}
