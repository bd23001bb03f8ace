import type { Classification } from "../../core/index.ts";
import { quoted } from "../plain-text.ts";

const BAR = 10;

/** The likeliest labels with bars, or that none fits. */
export function classificationText({ labels, none, skipped }: Classification): string {
  if (skipped) return `That picture could not be used: ${quoted(skipped.reason, 300)}`;
  const lines = labels.map(({ label, probability }) => {
    const filled = Math.round(probability * BAR);
    const bar = "█".repeat(filled) + "░".repeat(BAR - filled);
    return `\`${bar}\` ${Math.round(probability * 100)} % · ${quoted(label, 80)}`;
  });
  return none ? ["**None of these** fits well. Closest:", ...lines].join("\n") : lines.join("\n");
}
