import type { ImageRecord } from "../core/index.ts";
import type { McpLibraryView } from "./library-port.ts";

/** The image of an id, an unambiguous prefix of one, or an `image://` address. @throws NotFoundError, AmbiguousIdError */
export const imageOf = (view: McpLibraryView, id: string): Promise<ImageRecord> =>
  view.image(id.replace(/^image:\/\//i, ""));
