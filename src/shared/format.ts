const byteUnits = ["B", "kB", "MB", "GB", "TB"];

/** `1234567` → `1.2 MB` */
export function formatBytes(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value.toFixed(power === 0 || value >= 100 ? 0 : 1)} ${byteUnits[power]}`;
}

/** The leading digits of an id that results show; accepted wherever an id is. */
export const shortId = (id: string): string => id.slice(0, 12);
