import { expect, test } from "vitest";
import { networkFileSystem } from "../../../src/core/sources/network-mounts.ts";

const MOUNTS = String.raw`
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 22 0:35 / /mnt/nas rw,relatime shared:2 - nfs4 nas:/volume1 rw,vers=4.1
41 22 0:36 / /mnt/My\040Share rw - cifs //nas/photos rw
42 22 0:37 / /home/me/remote rw,nosuid - fuse.sshfs me@host: rw,user_id=1000
43 22 0:38 / /home/me/.cache/doc rw - fuse.portal portal rw
44 22 8:17 / /media/usb rw - fuseblk /dev/sdb1 rw
45 22 0:39 / /mnt/over rw - nfs4 nas:/volume2 rw
46 45 8:33 / /mnt/over rw - ext4 /dev/sdc1 rw
47 40 0:40 / /mnt/nas/scratch rw - tmpfs tmpfs rw
`;
const typeOf = (folder: string) => networkFileSystem(folder, async () => MOUNTS);

test.each([
  ["/mnt/nas", "nfs4"],
  ["/mnt/nas/photos", "nfs4"],
  ["/mnt/My Share/2020", "cifs"],
  ["/home/me/remote", "fuse.sshfs"],
  ["/home/me", "fuse.sshfs"],
  ["/mnt/nas2", undefined],
  ["/mnt/nas/scratch/a", undefined],
  ["/home/me/.cache", undefined],
  ["/media/usb", undefined],
  ["/mnt/over/photos", undefined],
  ["/srv/photos", undefined],
])("%s lies on or holds %s", async (folder, type) => {
  expect(await typeOf(folder)).toBe(type);
});

test("a share of Windows is known by its name, and mounts that cannot be listed are none", async () => {
  const unlisted = async () => Promise.reject(new Error("no /proc here"));
  expect(await networkFileSystem(String.raw`\\nas\photos`, unlisted)).toBe("a Windows share");
  expect(await networkFileSystem("/photos", unlisted)).toBeUndefined();
});
