import { address, addValue, ask } from "../address.ts";
import { formatNumber, texts } from "../texts/texts.ts";

const SIZES = [1000, 2000, 4000];
const ORIENTATIONS = ["landscape", "portrait", "square"];
const FORMATS = [
  "jpeg",
  "png",
  "webp",
  "gif",
  "avif",
  "heic",
  "tiff",
  "bmp",
  "raw",
  "mp4",
  "mov",
  "webm",
  "mkv",
  "avi",
];
const KINDS = ["image", "animation", "video"];

const COMPANIONS = ["raw", "video"];

/** What the picture is like: how large, which way up, in which format, with which files beside it. */
export function ShapeFilter() {
  const { params } = address.value;
  return (
    <div class="shape">
      <Choice
        name={texts.filters.kind}
        values={KINDS}
        textOf={(kind) => texts.filters.kinds[kind] ?? kind}
        isSet={(kind) => params.getAll("kind").includes(kind)}
        onChoose={(kind) => ask((next) => addValue(next, "kind", kind))}
      />
      <Choice
        name={texts.filters.minWidth}
        values={SIZES.map(String)}
        textOf={(size) => `${formatNumber(Number(size))} px`}
        isSet={(size) => params.get("minwidth") === size}
        onChoose={(size) => ask((next) => next.set("minwidth", size))}
      />
      <Choice
        name={texts.filters.orientation}
        values={ORIENTATIONS}
        textOf={(value) => texts.filters.orientations[value] ?? value}
        isSet={(value) => params.get("orientation") === value}
        onChoose={(value) => ask((next) => next.set("orientation", value))}
      />
      <Choice
        name={texts.filters.format}
        values={FORMATS}
        textOf={(format) => format.toUpperCase()}
        isSet={(format) => params.getAll("format").includes(format)}
        onChoose={(format) => ask((next) => addValue(next, "format", format))}
      />
      <Choice
        name={texts.filters.has}
        values={COMPANIONS}
        textOf={(kind) => texts.filters.companions[kind] ?? kind}
        isSet={(kind) => params.getAll("has").includes(kind)}
        onChoose={(kind) => ask((next) => addValue(next, "has", kind))}
      />
    </div>
  );
}

function Choice(props: {
  readonly name: string;
  readonly values: readonly string[];
  readonly textOf: (value: string) => string;
  readonly isSet: (value: string) => boolean;
  readonly onChoose: (value: string) => void;
}) {
  return (
    <fieldset>
      <legend>{props.name}</legend>
      {props.values.map((value) => (
        <button
          key={value}
          type="button"
          aria-pressed={props.isSet(value)}
          onClick={() => props.onChoose(value)}
        >
          {props.textOf(value)}
        </button>
      ))}
    </fieldset>
  );
}
