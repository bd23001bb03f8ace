import type { ImageId, ImageTag, Scope, TagState, TagSummary } from "../types.ts";
import type { ImageKey } from "./images.ts";

export interface WordsOfFile {
  readonly path: string;
  /** Of its picture. */
  readonly id: ImageId;
  readonly tags: readonly string[];
  readonly titles: readonly string[];
}

export interface TagDecision {
  readonly key: ImageKey;
  /** False where a person withdrew the tag. */
  readonly isRight: boolean;
}

export interface TagStore {
  /** Replaces the model's tags of these images; tags that a user put or rejected stay as they are. */
  setFromModel(
    tags: readonly { readonly key: ImageKey; readonly tags: readonly Omit<ImageTag, "by">[] }[],
  ): Promise<void>;
  /** As a user's own. */
  put(id: ImageId, tag: string): Promise<void>;
  /** Remembered: the model cannot put it back. */
  reject(id: ImageId, tag: string): Promise<void>;
  /** As a user's own, to many; images that are gone are skipped. @returns how many did not have it as a user's before */
  putAll(ids: readonly ImageId[], tag: string): Promise<number>;
  /**
   * Replaces what these files carry: keywords as tags, while those that a user put or rejected stay as they are, and
   * titles, which are searched. Both are seen where the file is, and go with it. A file that is gone, or holds another
   * picture by now, is skipped.
   */
  setFromFiles(carried: readonly WordsOfFile[]): Promise<void>;
  /** The tags that each of these files carries, without those that a user rejected. */
  carriedBy(paths: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
  /**
   * Files that came to a picture with carried words, or were given another picture, and whose words were not set since: at
   * most `limit`, after this path.
   */
  filesWithUnreadWords(after: string, limit: number): Promise<string[]>;
  /**
   * On every image that carries or rejected it, exactly as it is spelled here. Where an image has both, what a user said
   * is kept before what a file carries, and that before the model's. Of several steps; a repeated call finishes it.
   * @returns images that carried it
   */
  rename(from: string, to: string): Promise<number>;
  /** From every image, rejections included. Of several steps. @returns images that carried it */
  remove(tag: string): Promise<number>;
  summaries(scope?: Scope): Promise<TagSummary[]>;
  /**
   * Makes the image say exactly this of the tag, or nothing, whoever said something before; what its files carry stands
   * again where neither a person's word nor a rejection does.
   * @returns what it said before
   * @throws NotFoundError when the image is gone
   */
  replace(id: ImageId, tag: string, state: TagState | undefined): Promise<TagState | undefined>;
  /**
   * What people and the files in scope say of the tag, in any spelling, of images in scope or not; in batches, each image
   * once.
   */
  said(tag: string, scope: Scope): AsyncIterable<readonly TagDecision[]>;
}
