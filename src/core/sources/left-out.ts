import type { AddReport, LeftOut, LeftOutCount, LeftOutReason } from "../types.ts";
import { IGNORE_FILE } from "./ignore-rules.ts";
import { describeOtherKinds, sumOfKinds } from "./other-kinds.ts";

/** In a folder, it tells programs that show pictures to leave that folder alone (Android and many others). */
export const NO_MEDIA_FILE = ".nomedia";

/** Lower case: file systems and their servers spell these in more than one way. */
const FOLDERS = new Map<string, LeftOutReason>(
  Object.entries({
    // Synology, QNAP, Windows and its FAT disks, WD, Buffalo, Nextcloud, Samba's recycle module, macOS, digiKam
    "#recycle": "recycle-bin",
    "@recycle": "recycle-bin",
    "$recycle.bin": "recycle-bin",
    recycler: "recycle-bin",
    recycled: "recycle-bin",
    "recycle bin": "recycle-bin",
    trashbox: "recycle-bin",
    files_trashbin: "recycle-bin",
    ".recycle": "recycle-bin",
    ".trash": "recycle-bin",
    ".trashes": "recycle-bin",
    "network trash folder": "recycle-bin",
    ".dtrash": "recycle-bin",
    // Synology, QNAP, NetApp, ZFS, snapper, Syncthing, Nextcloud
    "#snapshot": "snapshot",
    "@sharesnap": "snapshot",
    "@recently-snapshot": "snapshot",
    "@snapshot": "snapshot",
    ".snapshot": "snapshot",
    "~snapshot": "snapshot",
    ".snapshots": "snapshot",
    ".zfs": "snapshot",
    ".stversions": "snapshot",
    files_versions: "snapshot",
    // Windows, Linux, Synology's and QNAP's thumbnails and work folders, macOS's archiver
    "system volume information": "system",
    "lost+found": "system",
    "@eadir": "system",
    "@__thumb": "system",
    "@tmp": "system",
    "@synoresource": "system",
    __macosx: "system",
  }),
);

const PATTERNS: readonly (readonly [RegExp, LeftOutReason])[] = [
  // freedesktop.org's bin of a disk, with the number of the user
  [/^\.trash-\d+$/, "recycle-bin"],
  // Samba's names for shadow copies
  [/^@gmt-\d{4}\.\d\d\.\d\d-\d\d\.\d\d\.\d\d$/, "snapshot"],
  // What chkdsk recovers
  [/^found\.\d{3}$/, "system"],
  // macOS Photos, iPhoto, Aperture, Lightroom, Capture One, iMovie, Final Cut, TV: originals and previews that belong to those
  [
    /\.(photoslibrary|photolibrary|migratedphotolibrary|aplibrary|lrdata|lrlibrary|lrcat-data|cocatalog|imovielibrary|fcpbundle|tvlibrary)$/,
    "photo-library",
  ],
];

/** Why scans leave out what has this name, unless an ignore file takes it back. No picture has the name of such a folder. */
export function leftOutByName(name: string): LeftOutReason | undefined {
  const lower = name.toLowerCase();
  const reason = FOLDERS.get(lower) ?? PATTERNS.find(([pattern]) => pattern.test(lower))?.[1];
  return reason ?? (isHidden(name) ? "hidden" : undefined);
}

export const isHidden = (name: string): boolean => name.startsWith(".");

/** Files that are hidden, but rule what a scan of their folder finds. */
export const isRuleFile = (name: string): boolean => name === IGNORE_FILE || isNoMediaFile(name);

/** In any case: cards and shares spell it as they like. */
export const isNoMediaFile = (name: string): boolean => name.toLowerCase() === NO_MEDIA_FILE;

const LOOKED_INTO: readonly LeftOutReason[] = ["recycle-bin", "nomedia"];

/** Whether pictures in a folder that is left out for this reason are counted. */
export const isCountedInside = (reason: LeftOutReason): boolean => LOOKED_INTO.includes(reason);

const PICTURES: Readonly<Record<LeftOutReason, string>> = {
  "recycle-bin": "in a recycle bin",
  snapshot: "in snapshots",
  system: "in folders of the system",
  "photo-library": "in libraries of other programs",
  nomedia: `in folders marked ${NO_MEDIA_FILE}`,
  hidden: "hidden",
  glimpseignore: `listed in a ${IGNORE_FILE}`,
};

const FOLDERS_OF: Readonly<Partial<Record<LeftOutReason, string>>> = {
  snapshot: "of snapshots",
  system: "of the system",
  "photo-library": "of other programs' photo libraries",
  hidden: "hidden",
  glimpseignore: `listed in a ${IGNORE_FILE}`,
};

/**
 * "214 files of kinds not read: 120 HEIC, 94 MOV; pictures left out: 31 in a recycle bin, 2 hidden; folders not looked into: 1
 * of snapshots", of several folders together; undefined for nothing.
 */
export function describeNotRead(found: readonly NotRead[]): string | undefined {
  const kinds = describeOtherKinds(sumOfKinds(found.map(({ otherKinds }) => otherKinds)));
  const leftOut = sumOfLeftOut(found.map((each) => each.leftOut));
  const pictures = listOf(PICTURES, (reason) => leftOut[reason]?.pictures ?? 0);
  const folders = listOf(FOLDERS_OF, (reason) => leftOut[reason]?.folders ?? 0);
  const parts = [
    ...(kinds ? [kinds] : []),
    ...(pictures ? [`pictures left out: ${pictures}`] : []),
    ...(folders ? [`folders not looked into: ${folders}`] : []),
  ];
  return parts.length > 0 ? parts.join("; ") : undefined;
}

type NotRead = Pick<AddReport, "otherKinds" | "leftOut">;

/** "in a recycle bin" */
export const whereLeftOut = (reason: LeftOutReason): string => PICTURES[reason];

/** "31 in a recycle bin, 2 hidden"; empty for none. */
export const describeNowLeftOut = (counts: AddReport["nowLeftOut"]): string =>
  listOf(PICTURES, (reason) => counts[reason] ?? 0);

function listOf(
  words: Readonly<Partial<Record<LeftOutReason, string>>>,
  count: (reason: LeftOutReason) => number,
): string {
  return (Object.entries(words) as [LeftOutReason, string][])
    .filter(([reason]) => count(reason) > 0)
    .map(([reason, where]) => `${count(reason).toLocaleString("en")} ${where}`)
    .join(", ");
}

/** Adds up counts of several folders. */
export function sumOfLeftOut(counts: readonly LeftOut[]): LeftOut {
  const sum: Partial<Record<LeftOutReason, LeftOutCount>> = {};
  for (const [reason, { pictures, folders }] of counts.flatMap(entriesOf)) {
    const before = sum[reason] ?? { pictures: 0, folders: 0 };
    sum[reason] = { pictures: before.pictures + pictures, folders: before.folders + folders };
  }
  return sum;
}

const entriesOf = (leftOut: LeftOut) => Object.entries(leftOut) as [LeftOutReason, LeftOutCount][];
