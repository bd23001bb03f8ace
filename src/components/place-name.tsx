import { visibleText } from "../core/unprintable-characters.ts";
import type { Place } from "../shared/cards.ts";

/** About two lines of a caption. */
const MAX_FOLDER = 44;

interface PlaceNameProps {
  readonly place: Pick<Place, "name" | "folder">;
  /** Where the name leads to. */
  readonly href?: string | undefined;
}

/** Where a picture is: its name bold and whole, its folder dim and shortened in the middle. */
export function PlaceName({ place: { name, folder }, href }: PlaceNameProps) {
  const shown = <bdi class="name">{name}</bdi>;
  return (
    <span class="place">
      {href === undefined ? shown : <a href={href}>{shown}</a>}
      {folder !== undefined && (
        <bdi class="folder" title={visibleText(folder)}>
          {shortened(visibleText(folder))}
        </bdi>
      )}
    </span>
  );
}

/** The beginning says on which disk, the end says more. */
function shortened(folder: string): string {
  const characters = [...folder];
  if (characters.length <= MAX_FOLDER) return folder;
  const head = Math.floor(MAX_FOLDER / 3);
  return `${characters.slice(0, head).join("")}…${characters.slice(head + 1 - MAX_FOLDER).join("")}`;
}
