import { basename, dirname, extname, relative, sep } from "node:path";
import type { FilePlacement, Placement } from "../types.ts";

/** What file managers, browsers and sync programs put at the end of a copy's name, before its extension. */
const AT_END = [
  /[ _]?\(\d{1,3}\)$/,
  /[ _-]\(?(another )?copy( ?\(?\d{1,3}\)?)?\)?$/,
  /[ _-]+\(?(kopie|kopia|kopi|kopio|copie|copia|cópia|kopyası|копия|コピー|副本|복사본)( ?\(?\d{1,3}\)?)?\)?$/u,
  / \(.*conflicted copy.*\)$/,
];
const AT_START =
  /^(copy( \(\d{1,3}\))? of|kopie( \(\d{1,3}\))? von|copie de|copia de|cópia de|kopia|kopi av|копия)[ _]/u;

/** Folders of what was fetched, or is there for a while, in the languages whose systems name them on disk. */
const PASSING_FOLDERS = new Set([
  ...["download", "downloads", "téléchargements", "descargas", "transferências", "scaricati", "pobrane"],
  ...["stažené", "letöltések", "загрузки", "завантаження", "下载", "下載", "ダウンロード", "다운로드"],
  ...["tmp", "temp", "temporary", "cache", ".cache", "caches", "trash", "recycled"],
]);

/** Whether a name or folder says of a file that it is a copy, or not where it belongs. */
export function isNamedAsCopy(placement: Placement): boolean {
  if (placement.kind !== "file") return hasCopyName(placement.filename);
  return hasCopyName(basename(placement.path)) || isPassing(ownFolders(placement));
}

/** The added folder and those below it: what lies above says nothing, being above all of them. */
function ownFolders({ root, path }: FilePlacement): string {
  const folder = dirname(path);
  return relative(dirname(root), folder) || basename(folder);
}

function hasCopyName(name: string): boolean {
  const stem = name
    .slice(0, name.length - extname(name).length)
    .normalize("NFC")
    .toLowerCase();
  return AT_START.test(stem) || AT_END.some((pattern) => pattern.test(stem));
}

const isPassing = (folder: string) =>
  folder.split(sep).some((name) => PASSING_FOLDERS.has(name.normalize("NFC").toLowerCase()));
