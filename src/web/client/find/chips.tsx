import { visibleText } from "../../../core/unprintable-characters.ts";
import { address, ask, removeValue } from "../address.ts";
import { texts } from "../texts/texts.ts";
import { shownExample } from "./examples.ts";

/** Parameters of the address that have a chip, and what it says before the value. */
const CHIPS = {
  and: "+",
  not: texts.filters.not,
  like: texts.filters.like,
  unlike: texts.filters.unlike,
  in: texts.filters.folder,
  since: texts.filters.since,
  until: texts.filters.until,
  tag: texts.filters.tag,
  nottag: `${texts.filters.not} ${texts.filters.tag}`,
  theme: texts.filters.theme,
  region: texts.filters.region,
  minwidth: texts.filters.minWidth,
  minheight: texts.filters.minHeight,
  orientation: texts.filters.orientation,
  format: texts.filters.format,
  kind: texts.filters.kind,
  has: texts.filters.has,
  camera: texts.filters.camera,
  place: texts.filters.place,
  near: texts.filters.near,
  rating: texts.filters.rating,
  screenshots: texts.filters.screenshots,
} as const;

/** A chip for each filter and example that is set. */
export function Chips() {
  const { params } = address.value;
  const set = Object.keys(CHIPS).flatMap((name) =>
    params.getAll(name).map((value) => ({ name: name as keyof typeof CHIPS, value })),
  );
  if (set.length === 0) return null;
  return (
    <ul class="chips">
      {set.map(({ name, value }) => (
        <Chip key={`${name}=${value}`} name={name} value={value} />
      ))}
    </ul>
  );
}

function Chip({ name, value }: { readonly name: keyof typeof CHIPS; readonly value: string }) {
  const [subject = "", weight] = splitWeight(value);
  const isExample = name === "like" || name === "unlike";
  const example = isExample || name === "theme" ? shownExample(subject) : undefined;
  const shown = example ? visibleText(example.name) : shownValue(name, subject);
  return (
    <li class={`chip ${name}`}>
      <span class="kind">{CHIPS[name]}</span>{" "}
      {example?.source !== undefined && <img class="example" src={example.source} alt="" />}{" "}
      <bdi class={example && "name"}>{shown}</bdi>
      {weight !== undefined && <span class="weight">×{weight}</span>}
      {isExample && (
        <>
          <button type="button" aria-label={texts.filters.less} onClick={() => reweigh(name, value, 1 / 2)}>
            −
          </button>
          <button type="button" aria-label={texts.filters.more} onClick={() => reweigh(name, value, 2)}>
            +
          </button>
        </>
      )}
      <button
        type="button"
        class="remove"
        aria-label={texts.filters.remove(`${CHIPS[name]} ${shown}`)}
        onClick={() => ask((params) => removeValue(params, name, value))}
      >
        ×
      </button>
    </li>
  );
}

function shownValue(name: string, value: string): string {
  if (name === "region" || name === "screenshots") return "";
  if (name === "orientation") return texts.filters.orientations[value] ?? value;
  if (name === "kind") return texts.filters.kinds[value] ?? value;
  if (name === "has") return texts.filters.companions[value] ?? value;
  return name === "format" ? value.toUpperCase() : visibleText(value);
}

const splitWeight = (value: string) => value.split("^");

function reweigh(name: string, value: string, factor: number): void {
  const [subject = "", weight = "1"] = splitWeight(value);
  const next = Math.min(8, Math.max(1 / 8, Number(weight) * factor));
  ask((params) => {
    removeValue(params, name, value);
    params.append(name, next === 1 ? subject : `${subject}^${next}`);
  });
}
