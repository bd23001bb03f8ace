const byteUnits = ["B", "kB", "MB", "GB", "TB"];

/** `1234567` → `1.2 MB` */
export function formatBytes(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value.toFixed(power === 0 || value >= 100 ? 0 : 1)} ${byteUnits[power]}`;
}

/** The leading digits of an id that results show; accepted wherever an id is. */
export const shortId = (id: string): string => id.slice(0, 12);

/** When in a film: `62_400` → `1:02`, `3_723_000` → `1:02:03` */
export function clockTime(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const padded = (value: number) => String(value).padStart(2, "0");
  return hours > 0
    ? `${hours}:${padded(minutes)}:${padded(seconds % 60)}`
    : `${minutes}:${padded(seconds % 60)}`;
}
