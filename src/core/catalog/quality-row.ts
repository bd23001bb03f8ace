import type { PictureQuality } from "../types.ts";

export interface QualityRow {
  readonly jpegQuality: number | null;
  readonly jpegSteps: Uint8Array | null;
  readonly detail: number | null;
  readonly measuredSide: number | null;
  readonly contrast: number | null;
  readonly colour: number | null;
  readonly clipped: number | null;
  readonly brightest: number | null;
  readonly isLossless: number | null;
  readonly isTransparent: number | null;
  readonly coefficients: Uint8Array | null;
}

export const QUALITY_COLUMNS = `i.jpeg_quality AS jpegQuality, i.jpeg_steps AS jpegSteps, i.detail,
  i.measured_side AS measuredSide, i.contrast, i.colour, i.clipped, i.brightest, i.lossless AS isLossless,
  i.transparent AS isTransparent, i.coefficients`;

/** For an UPDATE by the parameters that `qualityRow` gives. What was not measured now stays as it was measured before. */
export const QUALITY_ASSIGNMENTS = `jpeg_quality = @jpegQuality, jpeg_steps = coalesce(@jpegSteps, jpeg_steps),
  detail = @detail, measured_side = @measuredSide, contrast = coalesce(@contrast, contrast),
  colour = coalesce(@colour, colour), clipped = coalesce(@clipped, clipped), brightest = coalesce(@brightest, brightest),
  lossless = coalesce(@isLossless, lossless), transparent = coalesce(@isTransparent, transparent),
  coefficients = coalesce(@coefficients, coefficients)`;

export const qualityRow = (quality: PictureQuality | null): QualityRow => ({
  jpegQuality: quality?.jpegQuality ?? null,
  jpegSteps: quality?.jpegSteps ?? null,
  detail: quality?.detail ?? null,
  measuredSide: quality?.measuredSide ?? null,
  contrast: quality?.tones?.contrast ?? null,
  colour: quality?.tones?.colour ?? null,
  clipped: quality?.tones?.clipped ?? null,
  brightest: quality?.tones?.brightest ?? null,
  isLossless: flagOf(quality?.isLossless),
  isTransparent: flagOf(quality?.isTransparent),
  coefficients: quality?.coefficients ?? null,
});

const flagOf = (value: boolean | undefined) => (value === undefined ? null : Number(value));

export function qualityOf(row: QualityRow): PictureQuality | null {
  const { jpegQuality, jpegSteps, detail, measuredSide } = row;
  const { contrast, colour, clipped, brightest, isLossless, isTransparent, coefficients } = row;
  if (detail === null || measuredSide === null) return null;
  const hasTones = contrast !== null && colour !== null && clipped !== null && brightest !== null;
  return {
    ...{ jpegQuality, detail, measuredSide },
    ...(jpegSteps && { jpegSteps }),
    ...(hasTones && { tones: { contrast, colour, clipped, brightest } }),
    ...(isLossless !== null && { isLossless: isLossless === 1 }),
    ...(isTransparent !== null && { isTransparent: isTransparent === 1 }),
    ...(coefficients && { coefficients }),
  };
}
