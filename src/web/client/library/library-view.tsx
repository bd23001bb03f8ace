import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { visibleText } from "../../../core/unprintable-characters.ts";
import type { FailedFile, LibraryState, RootState } from "../../answers.ts";
import { abilities } from "../abilities.ts";
import { get, post, reasonOf } from "../api.ts";
import { formatBytes, formatDate, formatDuration, formatNumber, texts } from "../texts/texts.ts";
import { typedIn } from "../typed-in.ts";
import { isBusyWith, refreshPulse } from "../work/pulse.ts";
import { ConfirmButton, Doctor, Models } from "./upkeep.tsx";
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
        if (!stop.signal.aborted) problem.value = reasonOf(error);
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
      <Models />
      {abilities.value?.mayEditLibrary !== undefined && <Doctor />}
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
      {text && (
        <p>
          {texts.library.text(text.read, text.waiting)}
          <TimeLeft waiting={text.waiting} />
        </p>
      )}
      <p>
        {formatBytes(library.diskBytes)} {texts.library.disk} · <bdi>{visibleText(library.directory)}</bdi>
      </p>
    </>
  );
}

/** By how many less wait than when this was first shown: another process may be at it. */
function TimeLeft({ waiting }: { readonly waiting: number }) {
  const first = useRef({ waiting, at: Date.now() });
  const done = first.current.waiting - waiting;
  // More came: the pace is measured again.
  if (done < 0) first.current = { waiting, at: Date.now() };
  if (done <= 0 || waiting === 0) return null;
  return <> · {texts.work.left(formatDuration(((Date.now() - first.current.at) * waiting) / done))}</>;
}

function Folders({ library }: { readonly library: LibraryState }) {
  return (
    <>
      <h2>{texts.library.folders}</h2>
      {abilities.value?.mayEditLibrary && <FolderEdits />}
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
      {abilities.value?.mayEditLibrary && (
        <ConfirmButton
          name={texts.upkeep.removeFolder}
          question={texts.upkeep.sureToRemove(root.pictures)}
          onSure={() => void post("/api/folders/remove", { path: root.path }).catch(() => undefined)}
        />
      )}
      {root.leftOut !== undefined && <div class="note">{root.leftOut}</div>}
    </li>
  );
}

function FolderEdits() {
  const problem = useSignal<string | undefined>(undefined);
  const isWatching = isBusyWith("watching");
  const begin = (path: string, body: unknown) =>
    post(path, body).then(
      () => {
        problem.value = undefined;
        refreshPulse();
      },
      (error: unknown) => (problem.value = reasonOf(error)),
    );
  return (
    <>
      <form
        class="new-folder"
        onInvalidCapture={() => (problem.value = undefined)}
        onSubmit={(event) => {
          event.preventDefault();
          const form = event.currentTarget;
          const path = typedIn(form, "path");
          if (path === undefined) return;
          void begin("/api/folders/add", { path }).then(() => problem.peek() === undefined && form.reset());
        }}
      >
        <label>
          {texts.upkeep.newFolder} <input name="path" required autocomplete="off" />
        </label>
        <button type="submit">{texts.upkeep.addFolder}</button>
        <button type="button" onClick={() => void begin("/api/folders/scan", {})}>
          {texts.upkeep.scan}
        </button>
        {!isWatching && (
          <button type="button" onClick={() => void begin("/api/folders/watch", {})}>
            {texts.upkeep.watch}
          </button>
        )}
      </form>
      {problem.value !== undefined && <p role="alert">{problem.value}</p>}
    </>
  );
}

function Failures({ failures }: { readonly failures: readonly FailedFile[] }) {
  return (
    <>
      <h2>{texts.library.failures}</h2>
      {byKind(failures).map(([code, some]) => (
        <details key={code}>
          <summary>
            {texts.upkeep.failureKinds[code]} <small>{formatNumber(some.length)}</small>
          </summary>
          <ul class="failures">
            {some.map(({ origin, reason }) => (
              <li key={origin}>
                <bdi>{visibleText(origin)}</bdi>
                <div class="note">{reason}</div>
              </li>
            ))}
          </ul>
        </details>
      ))}
    </>
  );
}

/** Most files first. */
function byKind(failures: readonly FailedFile[]): [FailedFile["code"], FailedFile[]][] {
  const kinds = new Map<FailedFile["code"], FailedFile[]>();
  for (const failure of failures) kinds.set(failure.code, [...(kinds.get(failure.code) ?? []), failure]);
  return [...kinds].sort(([, a], [, b]) => b.length - a.length);
}
