import { useEffect } from "preact/hooks";
import { texts } from "../texts/texts.ts";
import { dropping, listenForPictures } from "./dropped-pictures.ts";

/** Over every view: a picture that is dropped or pasted anywhere is asked with. */
export function DropHere() {
  useEffect(listenForPictures, []);
  if (!dropping.isOver.value) return null;
  return (
    <div class="drop-here" role="status">
      <p>{texts.find.drop}</p>
    </div>
  );
}
