import type { ImageRecord } from "../core/index.ts";
import type { McpLibraryView } from "./library-port.ts";

/** The image of an id, an unambiguous prefix of one, or an `image://` address. @throws NotFoundError, AmbiguousIdError */
export const imageOf = (view: McpLibraryView, id: string): Promise<ImageRecord> => view.image(idIn(id));

/** The same of an image or a moment of it. @throws NotFoundError, AmbiguousIdError, UsageError */
export const momentOf = (view: McpLibraryView, id: string) => view.moment(idIn(id));

const idIn = (address: string) => address.replace(/^image:\/\//i, "");
