import { type Signal, useSignal } from "@preact/signals";
import { visibleText } from "../../../core/unprintable-characters.ts";
import type { Place } from "../../../shared/cards.ts";
import { clockTime } from "../../../shared/format.ts";
import type { PictureDetails } from "../../answers.ts";
import { abilities } from "../abilities.ts";
import { hidePicture, linkTo } from "../address.ts";
import { momentOf, reveal } from "../api.ts";
import { onlyIn } from "../find/filters.tsx";
import { results } from "../find/results.ts";
import { formatBytes, formatDate, texts } from "../texts/texts.ts";
import { lessLike, moreLike } from "./more-like.ts";
import { Tags } from "./tags.tsx";

interface FactsProps {
  readonly picture: PictureDetails;
  readonly showsText: Signal<boolean>;
  /** Where a film stands, in seconds; before it was played, where it opened. */
  readonly at: Signal<number | undefined>;
}

/** Beside the picture: what is known of it, and what can be done from it. */
export function Facts({ picture, showsText, at }: FactsProps) {
  const hit = results.hits.value.find(({ id }) => id === picture.id);
  const moment = () => {
    const played = at.value === undefined ? undefined : Math.round(1000 * at.value);
    return momentOf({ id: picture.id, atMs: picture.media === "image" ? undefined : (played ?? hit?.atMs) });
  };
  return (
    <aside class="facts-panel">
      <h2>
        <bdi>{picture.name}</bdi>
      </h2>
      {picture.date && (
        <p>
          {formatDate(picture.date.at)} <small>{texts.box.sources[picture.date.source]}</small>
        </p>
      )}
      <p>
        {picture.width} × {picture.height} · {formatBytes(picture.bytes)} · {picture.format.toUpperCase()}
        {picture.durationMs !== undefined && ` · ${clockTime(picture.durationMs)}`}
      </p>
      <Metadata facts={picture.facts} />
      {hit?.score !== undefined && (
        <p>
          {hit.isCopy && `${texts.picture.same} · `}
          {hit.score !== 0 && texts.picture.looks(hit.score.toFixed(3))}
          {hit.words && ` · ${texts.picture.words(hit.words.matched, hit.words.of)}`}
        </p>
      )}
      <p class="actions">
        <button type="button" onClick={() => moreLike([moment()])}>
          {texts.box.moreLike}
        </button>
        <button type="button" onClick={() => lessLike(moment())}>
          {texts.box.lessLike}
        </button>
        {picture.folder !== undefined && (
          <button type="button" onClick={() => onlyIn(picture.folder ?? "")}>
            {texts.box.inFolder}
          </button>
        )}
      </p>
      <h3>{texts.box.places}</h3>
      <ul class="places">
        {picture.places.map((place) => (
          <li key={place.at}>
            <PlaceLine place={place} id={picture.id} />
            {place.companions?.map(({ kind, name }) => (
              <span class="companion" key={name}>
                {texts.filters.companions[kind]} <bdi>{name}</bdi>
              </span>
            ))}
          </li>
        ))}
        {picture.placeCount > picture.places.length && (
          <li>{texts.box.morePlaces(picture.placeCount - picture.places.length)}</li>
        )}
      </ul>
      <Tags picture={picture} key={picture.id} />
      {picture.text.length > 0 && (
        <>
          <h3>{texts.box.text}</h3>
          <label class="switch">
            <input
              type="checkbox"
              checked={showsText.value}
              onChange={() => (showsText.value = !showsText.value)}
            />{" "}
            {texts.box.showText}
          </label>
          <blockquote>
            {picture.text.map(({ text }, at) => (
              <div key={at}>
                <bdi>{text}</bdi>
              </div>
            ))}
          </blockquote>
        </>
      )}
    </aside>
  );
}

/** Each leads to the pictures of which it is true too. */
function Metadata({
  facts: { camera, lens, software, place, location, rating },
}: Pick<PictureDetails, "facts">) {
  const near = location && `${location.latitude.toFixed(4)},${location.longitude.toFixed(4)}`;
  const link = (name: string, value: string, shown = value) => (
    <a
      {...linkTo("/", new URLSearchParams({ [name]: value }))}
      href={`/?${new URLSearchParams({ [name]: value })}`}
    >
      <bdi>{shown}</bdi>
    </a>
  );
  const made = [
    camera && link("camera", camera),
    lens && <bdi>{lens}</bdi>,
    software && <small>{software}</small>,
  ];
  return (
    <>
      {(camera || lens || software) && (
        <p>
          {made.filter(Boolean).map((part, at) => (
            <span key={at}>
              {at > 0 && " · "}
              {part}
            </span>
          ))}
        </p>
      )}
      {near && (
        <p>
          {place && <>{link("place", place)} · </>}
          {link("near", `${near}:1km`, near)}
        </p>
      )}
      {rating !== undefined && (
        <p role="img" aria-label={`${texts.filters.rating}: ${rating}`}>
          {rating > 0 ? "★".repeat(rating) : "✗"}
        </p>
      )}
    </>
  );
}

function PlaceLine({ place, id }: { readonly place: Place; readonly id: string }) {
  const isCopied = useSignal(false);
  if (place.kind === "discord")
    return (
      <a href={place.at} target="_blank" rel="noreferrer" onClick={() => hidePicture()}>
        {place.at}
      </a>
    );
  return (
    <>
      <bdi class={place.online ? "path" : "path away"}>{visibleText(place.at)}</bdi>
      {!place.online && <small> {texts.picture.offline}</small>}
      <span class="actions">
        <button
          type="button"
          onClick={() => void navigator.clipboard?.writeText(place.at).then(() => (isCopied.value = true))}
        >
          {isCopied.value ? texts.box.copied : texts.box.copyPath}
        </button>
        {abilities.value?.canReveal && place.online && (
          <button type="button" onClick={() => void reveal(id).catch(() => undefined)}>
            {texts.box.reveal}
          </button>
        )}
      </span>
    </>
  );
}
