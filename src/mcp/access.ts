import { stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, join } from "node:path";
import {
  type CompanionKind,
  dateRange,
  type ImageRecord,
  type ImageRef,
  type MediaKind,
  momentName,
  NotFoundError,
  pictureFilters,
  UsageError,
} from "../core/index.ts";
import { VisibleFolders } from "../shared/visible-folders.ts";
import { existingInside, namedInside } from "./allowed-path.ts";
import type { McpLibrary, McpLibraryView } from "./library-port.ts";
import { namedFolders } from "./named-folder.ts";
import { quotedName } from "./untrusted-text.ts";

export interface AccessOptions {
  /** Absolute. Empty: every folder that was added to the library. */
  readonly folders: readonly string[];
  readonly includeDiscord: boolean;
}

/** How an answer may be narrowed by arguments. */
export interface Narrowing {
  readonly folder?: string | undefined;
  /** First and last day, month, year or time, both included. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly kind?: MediaKind | undefined;
  readonly has?: CompanionKind | undefined;
  readonly camera?: string | undefined;
  /** A city or country, or coordinates with a distance. */
  readonly place?: string | undefined;
  readonly rating?: string | undefined;
  readonly screenshots?: boolean | undefined;
  readonly orientation?: string | undefined;
  readonly min_width?: number | undefined;
  readonly format?: string | undefined;
}

/** Of a picture, or of a moment of a film: id@1:02. */
const ID = /^[0-9a-f]{4,64}(@[\d:.]+)?$/i;

type NamedPicture = Exclude<ImageRef, { readonly bytes: Uint8Array }>;

/** What this server may see and read. The one place where its scopes are made. */
export class Access {
  readonly includesDiscord: boolean;
  readonly #visible: VisibleFolders;

  constructor({ folders, includeDiscord }: AccessOptions) {
    this.includesDiscord = includeDiscord;
    this.#visible = new VisibleFolders(folders);
  }

  /** The folders named at the start; empty when there was no restriction. */
  get restriction(): readonly string[] {
    return this.#visible.restriction;
  }

  /** Absolute paths of the folders that may be read. */
  folders(library: McpLibrary): Promise<readonly string[]> {
    return this.#visible.folders(library);
  }

  /** All that this server may see; computed once a call. */
  async view(library: McpLibrary): Promise<McpLibraryView> {
    const files = await this.#visible.scope(library);
    return library.within({ files, discord: this.includesDiscord ? "all" : "none" });
  }

  /** The part of a view that a call's arguments leave. @throws UsageError, NotFoundError */
  async narrow(library: McpLibrary, view: McpLibraryView, narrowing: Narrowing): Promise<McpLibraryView> {
    const { folder, since, until, tags, kind, has, camera, place, rating, format } = narrowing;
    await view.requireTags(tags ?? []);
    await view.requireCamera(camera);
    return library.within({
      ...view.scope,
      ...(folder !== undefined && {
        files: { folders: await this.#namedFolders(library, view, folder) },
        discord: "none",
      }),
      ...(await dateRange({ since: dayIn(since), until: dayIn(until) })),
      ...(tags !== undefined && tags.length > 0 && { tags }),
      ...(has !== undefined && { has: [has] }),
      ...(await pictureFilters({
        ...{ camera, rating, ...placeOf(place) },
        ...{ screenshots: narrowing.screenshots, orientation: narrowing.orientation },
        minWidth: narrowing.min_width,
        formats: format === undefined ? [] : [format],
        kinds: kind === undefined ? [] : [kind],
      })),
    });
  }

  /** Real path of a folder that may be read. @throws UsageError, NotFoundError */
  async existingFolder(library: McpLibrary, path: string): Promise<string> {
    const real = await existingInside(path, await this.folders(library));
    if ((await stat(real)).isDirectory()) return real;
    throw new UsageError(`${quotedName(path)} is not a folder. Give the folder that holds it.`);
  }

  /** An id or unambiguous prefix of a picture in scope, an image:// address, or a file that may be read. */
  async picture(library: McpLibrary, view: McpLibraryView, idOrPath: string): Promise<NamedPicture> {
    const id = idOrPath.replace(/^image:\/\//i, "").replace(/\/thumbnail$/, "");
    if (!ID.test(id)) return this.#file(library, view, idOrPath);
    try {
      const { image, part } = await view.moment(id);
      return { id: momentName(image.id, part) };
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      // "cafe" is four hex digits and may well be a file's name.
      return this.#file(library, view, idOrPath).catch(() => Promise.reject(error));
    }
  }

  /** What is known of a picture in scope, named as for `picture`. @throws NotFoundError, AmbiguousIdError, UsageError */
  async image(library: McpLibrary, view: McpLibraryView, idOrPath: string): Promise<ImageRecord> {
    return (await this.moment(library, view, idOrPath)).image;
  }

  /** Likewise, with the moment that is named, if one is. */
  async moment(library: McpLibrary, view: McpLibraryView, idOrPath: string) {
    const named = await this.picture(library, view, idOrPath);
    if ("id" in named) return view.moment(named.id);
    return { image: await view.resolveImage(named.path), part: undefined };
  }

  /** Of a picture whose disk is away the library knows enough. */
  async #file(library: McpLibrary, view: McpLibraryView, path: string): Promise<NamedPicture> {
    try {
      return { path: await this.#existingFile(library, path) };
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      for (const candidate of namedInside(path, await this.folders(library))) {
        const known = await view.resolveImage(candidate).catch(() => undefined);
        if (known) return { id: known.id };
      }
      throw error;
    }
  }

  async #existingFile(library: McpLibrary, path: string): Promise<string> {
    const folders = await this.folders(library);
    const real = await existingInside(path, folders).catch((error) => {
      if (!(error instanceof NotFoundError) || isAbsolute(path) || dirname(path) === ".") throw error;
      return fileInNamedFolder(library, path, folders, error);
    });
    if ((await stat(real)).isFile()) return real;
    throw new UsageError(
      `${quotedName(path)} is not a picture file. search_images finds pictures in a folder.`,
    );
  }

  async #namedFolders(library: McpLibrary, { scope }: McpLibraryView, folder: string) {
    const allowed =
      typeof scope.files === "object" ? scope.files.folders : await this.#visible.placementFolders(library);
    return namedFolders(library, folder, allowed);
  }
}

/** Of a time stamp its day, as it is written: models add times, and zones, that nobody asked for. */
const dayIn = (written: string | undefined) => written?.replace(/^(\d{4}-\d{2}-\d{2})[T ]\d{2}:.*$/s, "$1");

/** A place by its name, or by coordinates with a distance. */
export const placeOf = (
  place: string | undefined,
): { readonly near?: string; readonly places?: readonly string[] } =>
  place === undefined ? {} : /^[\s\d.+-]+,/.test(place) ? { near: place } : { places: [place] };

/** "2024/a.jpg" of the one folder that is named 2024, wherever it lies. @throws UsageError for several, else `notFound` */
async function fileInNamedFolder(
  library: McpLibrary,
  path: string,
  folders: readonly string[],
  notFound: NotFoundError,
): Promise<string> {
  try {
    const [folder = ""] = await namedFolders(library, dirname(path), folders);
    return await existingInside(join(folder, basename(path)), folders);
  } catch (error) {
    throw error instanceof NotFoundError ? notFound : error;
  }
}
