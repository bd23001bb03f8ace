import { signal } from "@preact/signals";
import { address, addValue, ask } from "../address.ts";
import { reasonOf, uploadExample } from "../api.ts";
import { rememberDropped } from "./examples.ts";

export const dropping = {
  /** A picture is held over the page. */
  isOver: signal(false),
  isReading: signal(false),
  problem: signal<string | undefined>(undefined),
};

/** In the find view, which says how far it is. */
async function searchLike(picture: Blob): Promise<void> {
  const isElsewhere = address.peek().path !== "/";
  if (isElsewhere) ask(() => {});
  dropping.isReading.value = true;
  dropping.problem.value = undefined;
  try {
    const { name } = await uploadExample(picture);
    rememberDropped(name, picture);
    ask((params) => addValue(params, "like", name), isElsewhere);
  } catch (error) {
    dropping.problem.value = reasonOf(error);
  } finally {
    dropping.isReading.value = false;
  }
}

const holdsFiles = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes("Files") ?? false;

const firstFile = (data: DataTransfer | null) => [...(data?.files ?? [])][0];

/** Anywhere on the page, for as long as it is open. */
export function listenForPictures(): () => void {
  const over = (event: DragEvent) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    dropping.isOver.value = true;
  };
  const leave = (event: DragEvent) => {
    if (event.relatedTarget === null) dropping.isOver.value = false;
  };
  const drop = (event: DragEvent) => {
    dropping.isOver.value = false;
    // Else the browser would leave the page for the file.
    if (holdsFiles(event)) event.preventDefault();
    const file = firstFile(event.dataTransfer);
    if (file) void searchLike(file);
  };
  const paste = (event: ClipboardEvent) => {
    const file = firstFile(event.clipboardData);
    if (file) void searchLike(file);
  };
  addEventListener("dragover", over);
  addEventListener("dragleave", leave);
  addEventListener("drop", drop);
  addEventListener("paste", paste);
  return () => {
    removeEventListener("dragover", over);
    removeEventListener("dragleave", leave);
    removeEventListener("drop", drop);
    removeEventListener("paste", paste);
  };
}
