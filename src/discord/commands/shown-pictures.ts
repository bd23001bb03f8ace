import { GlimpseError, PictureError } from "../../core/index.ts";
import type { App } from "../app.ts";
import { downloadLimits } from "../attachments/download.ts";

interface OfferedFile {
  readonly url: string;
  readonly name: string;
  readonly size: number;
}

/** The bytes of a picture that a person shows to the bot. It is looked at and not kept. @throws GlimpseError */
export async function fetchShown(app: App, { url, size }: OfferedFile): Promise<Uint8Array> {
  if (size > downloadLimits.maxBytes) {
    const mib = downloadLimits.maxBytes / 2 ** 20;
    throw new GlimpseError(`That file is too large; pictures up to ${mib} MiB are looked at.`);
  }
  try {
    return await app.download(url);
  } catch (error) {
    // Words of its own: too many bytes, too slow, not one of Discord's addresses.
    if (error instanceof PictureError) throw error;
    app.log.debug({ error }, "a shown picture could not be fetched");
    throw new GlimpseError("That picture could not be fetched from Discord. Please try again.", {
      cause: error,
    });
  }
}
