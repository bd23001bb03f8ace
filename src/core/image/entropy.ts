/** Shannon's entropy of a histogram, in bits. @param total the sum of its counts */
export function entropyOf(counts: Float64Array, total: number): number {
  let entropy = 0;
  for (const count of counts) if (count > 0) entropy -= (count / total) * Math.log2(count / total);
  return entropy;
}
