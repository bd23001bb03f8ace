import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { visibleText } from "../../../core/unprintable-characters.ts";
import type { FailedFile, LibraryState, RootState } from "../../answers.ts";
import { ApiError, get } from "../api.ts";
import { formatBytes, formatDate, texts } from "../texts/texts.ts";

import "./library.css";

/** While the page is open, what other processes add and change shows. */
const AGAIN_MS = 5000;

export function LibraryView() {
  const state = useSignal<LibraryState | undefined>(undefined);
  const failures = useSignal<readonly FailedFile[]>([]);
  const problem = useSignal<string | undefined>(undefined);

  useEffect(() => {
    const stop = new AbortController();
    const read = async () => {
      try {
        state.value = await get<LibraryState>("/api/library", stop.signal);
        failures.value = await get<FailedFile[]>("/api/failures", stop.signal);
        problem.value = undefined;
      } catch (error) {
        if (!stop.signal.aborted) problem.value = error instanceof ApiError ? error.message : String(error);
      }
    };
    void read();
    const timer = setInterval(() => document.visibilityState === "visible" && void read(), AGAIN_MS);
    return () => {
      stop.abort();
      clearInterval(timer);
    };
  }, []);

  const library = state.value;
  return (
    <article class="library">
      {problem.value !== undefined && <p role="alert">{problem.value}</p>}
      {library === undefined ? <p>{texts.library.loading}</p> : <Counts library={library} />}
      {library && <Folders library={library} />}
      {failures.value.length > 0 && <Failures failures={failures.value} />}
    </article>
  );
}

function Counts({ library }: { readonly library: LibraryState }) {
  const { text } = library;
  return (
    <>
      <h1>
        {texts.library.pictures(library.pictures)} <small>{texts.library.places(library.places)}</small>
      </h1>
      <p>
        {texts.library.model} <strong>{library.model}</strong>
        {library.withoutVector > 0 && ` · ${texts.library.withoutVector(library.withoutVector)}`} ·{" "}
        {texts.library.index[library.index] ?? library.index}
      </p>
      {text && <p>{texts.library.text(text.read, text.waiting)}</p>}
      <p>
        {formatBytes(library.diskBytes)} {texts.library.disk} · <bdi>{visibleText(library.directory)}</bdi>
      </p>
    </>
  );
}

function Folders({ library }: { readonly library: LibraryState }) {
  return (
    <>
      <h2>{texts.library.folders}</h2>
      <ul class="roots">
        {library.roots.map((root) => (
          <Root key={root.path} root={root} />
        ))}
        {library.guilds.map(({ guildId, channels, pictures }) => (
          <li key={guildId}>
            <strong>{texts.library.guild(guildId, channels)}</strong> {texts.library.pictures(pictures)}
          </li>
        ))}
      </ul>
    </>
  );
}

function Root({ root }: { readonly root: RootState }) {
  const facts = [
    texts.library.pictures(root.pictures),
    ...(root.failed > 0 ? [texts.library.failed(root.failed)] : []),
    root.scannedAt === null ? texts.library.neverScanned : texts.library.scanned(formatDate(root.scannedAt)),
  ];
  return (
    <li>
      <strong>
        <bdi>{visibleText(root.path)}</bdi>
      </strong>{" "}
      <span class={root.online ? "state" : "state away"}>
        {root.online ? texts.library.online : texts.library.offline}
      </span>
      <div>{facts.join(" · ")}</div>
      {root.leftOut !== undefined && <div class="note">{root.leftOut}</div>}
    </li>
  );
}

function Failures({ failures }: { readonly failures: readonly FailedFile[] }) {
  return (
    <>
      <h2>{texts.library.failures}</h2>
      <ul class="failures">
        {failures.map(({ origin, reason }) => (
          <li key={origin}>
            <bdi>{visibleText(origin)}</bdi>
            <div class="note">{reason}</div>
          </li>
        ))}
      </ul>
    </>
  );
}
