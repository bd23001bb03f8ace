import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { FindPage, Tagged } from "../../answers.ts";
import { abilities } from "../abilities.ts";
import { change, linkTo } from "../address.ts";
import { get, post, reasonOf } from "../api.ts";
import { texts } from "../texts/texts.ts";
import { typedIn } from "../typed-in.ts";
import { Nearby } from "./nearby.tsx";

const SHOWN = 48;

/** What lies in a region that was marked, and what can be done with it. */
export function MarkedRegion({ region }: { readonly region: string }) {
  const found = useSignal<FindPage | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);

  useEffect(() => {
    const stop = new AbortController();
    found.value = undefined;
    problem.value = undefined;
    const asked = new URLSearchParams({ region, limit: String(SHOWN), copies: "1" });
    get<FindPage>(`/api/find?${asked}`, stop.signal).then(
      (page) => (found.value = page),
      (error: unknown) => {
        if (!stop.signal.aborted) problem.value = reasonOf(error);
      },
    );
    return () => stop.abort();
  }, [region]);

  const params = new URLSearchParams({ region });
  const page = found.value;
  return (
    <div class="marked-region">
      {problem.value !== undefined && <p role="alert">{problem.value}</p>}
      <p class="actions">
        {page && page.searched > 0 && (
          <a class="button" href={`/?${params}`} onClick={linkTo("/", params)}>
            {texts.map.ask}
          </a>
        )}
        <button type="button" onClick={() => change((next) => next.delete("region"))}>
          {texts.map.unmark}
        </button>
      </p>
      {page && page.searched > 0 && abilities.value?.mayEdit && <TagForm region={region} />}
      <Nearby
        heading={page ? texts.map.inRegion(page.searched) : texts.library.loading}
        ids={page?.hits.map(({ id }) => id) ?? []}
      />
    </div>
  );
}

function TagForm({ region }: { readonly region: string }) {
  const done = useSignal<Tagged | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  useEffect(() => {
    done.value = undefined;
    problem.value = undefined;
  }, [region]);
  return (
    <form
      class="tag-region"
      onInvalidCapture={() => (problem.value = undefined)}
      onSubmit={(event) => {
        event.preventDefault();
        const tag = typedIn(event.currentTarget, "tag");
        if (tag === undefined) return;
        post<Tagged>("/api/map/tags", { region, tag }).then(
          (tagged) => {
            done.value = tagged;
            problem.value = undefined;
          },
          (error: unknown) => (problem.value = reasonOf(error)),
        );
      }}
    >
      <label>
        {texts.map.tag} <input name="tag" required maxLength={100} autocomplete="off" />
      </label>{" "}
      <button type="submit">{texts.map.putTag}</button>
      <p aria-live="polite">{done.value && texts.map.tagged(done.value.pictures, done.value.tag)}</p>
      {problem.value !== undefined && <p role="alert">{problem.value}</p>}
    </form>
  );
}
