import { address, ask } from "../address.ts";
import { texts } from "../texts/texts.ts";
import { TimeLine } from "./time-line.tsx";

/** A time line to drag over, and the same in words. */
export function Dates() {
  const { params } = address.value;
  return (
    <>
      <TimeLine />
      <form
        key={`${params.get("since")} ${params.get("until")}`}
        class="dates"
        onSubmit={(event) => {
          event.preventDefault();
          const given = new FormData(event.currentTarget);
          ask((next) => {
            for (const name of ["since", "until"]) {
              const value = String(given.get(name) ?? "").trim();
              if (value === "") next.delete(name);
              else next.set(name, value);
            }
          });
        }}
      >
        {(["since", "until"] as const).map((name) => (
          <label key={name}>
            {texts.filters[name]}
            <input
              name={name}
              defaultValue={params.get(name) ?? ""}
              placeholder={texts.filters.dateHint}
              autocomplete="off"
            />
          </label>
        ))}
        <button type="submit">{texts.filters.apply}</button>
      </form>
    </>
  );
}
