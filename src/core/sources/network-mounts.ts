import { readFile } from "node:fs/promises";
import { isInside } from "../is-inside.ts";

/** File systems, as the kernel names them, that other computers change too without this kernel reporting it. */
const NETWORK_TYPES =
  /^(nfs4?|cifs|smb3|smbfs|ncpfs|afs|coda|ceph|lustre|9p|virtiofs|vboxsf|vmhgfs|prl_fs|fuse|fuse\..+)$/;

/** Desktops mount these inside every home folder or beside it; no pictures are kept there. */
const OF_THE_DESKTOP = /^fuse\.(portal|gvfsd-fuse|lxcfs|snapfuse)$/;

/**
 * The network file system that a folder lies on, or that is mounted somewhere inside it: "nfs4", "cifs", "fuse.sshfs".
 * Undefined for none, and where the system does not list its mounts the way Linux does.
 */
export async function networkFileSystem(
  folder: string,
  readMounts = () => readFile("/proc/self/mountinfo", "utf8"),
): Promise<string | undefined> {
  if (folder.startsWith("\\\\")) return "a Windows share";
  const mounts = parseMounts(await readMounts().catch(() => ""));
  const around = mounts.filter(({ path }) => isInside(folder, path));
  // Of mounts one over the other the last is the one that is seen.
  const own = around.reduce<MountPoint | undefined>(
    (best, mount) => (best && best.path.length > mount.path.length ? best : mount),
    undefined,
  );
  const inside = mounts.filter(({ path }) => path !== folder && isInside(path, folder));
  return [own, ...inside].find((mount) => mount && isNetwork(mount.type))?.type;
}

const isNetwork = (type: string) => NETWORK_TYPES.test(type) && !OF_THE_DESKTOP.test(type);

interface MountPoint {
  readonly path: string;
  readonly type: string;
}

/** proc(5): the fifth field is the mount point, and the first after a lone hyphen the type. */
function parseMounts(text: string): MountPoint[] {
  return text.split("\n").flatMap((line) => {
    const [before = "", after = ""] = line.split(" - ");
    const path = before.split(" ")[4];
    const type = after.split(" ")[0];
    return path && type ? [{ path: unescaped(path), type }] : [];
  });
}

/** Blanks and backslashes are written as octal numbers of three digits. */
const unescaped = (text: string) =>
  text.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
