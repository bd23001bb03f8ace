import { useEffect, useRef } from "preact/hooks";
import { address, ask } from "../address.ts";
import { texts } from "../texts/texts.ts";

/** After this pause in typing the question is asked; Enter asks at once and makes an entry of the history. */
const PAUSE_MS = 300;

export function SearchBox() {
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const asked = address.value.params.get("q") ?? "";

  // Back, and links, change what was asked; what is being typed is left alone.
  useEffect(() => {
    const box = input.current;
    if (box && timer.current === undefined && box.value.trim() !== asked.trim()) box.value = asked;
  }, [asked]);

  useEffect(() => {
    const onSlash = (event: KeyboardEvent) => {
      if (event.key !== "/" || isTyping(event.target)) return;
      event.preventDefault();
      input.current?.select();
    };
    addEventListener("keydown", onSlash);
    return () => removeEventListener("keydown", onSlash);
  }, []);

  const askNow = (replaces: boolean) => {
    clearTimeout(timer.current);
    timer.current = undefined;
    const words = input.current?.value.trim() ?? "";
    ask((params) => (words === "" ? params.delete("q") : params.set("q", words)), replaces);
  };

  return (
    <form
      class="search-box"
      onSubmit={(event) => {
        event.preventDefault();
        askNow(false);
        input.current?.blur();
      }}
    >
      <input
        ref={input}
        type="search"
        name="q"
        maxLength={10_000}
        autocomplete="off"
        spellcheck={false}
        aria-label={texts.find.label}
        placeholder={texts.find.placeholder}
        defaultValue={asked}
        onInput={() => {
          clearTimeout(timer.current);
          timer.current = setTimeout(() => askNow(asked !== ""), PAUSE_MS);
        }}
      />
      <button type="submit">{texts.find.submit}</button>
      <span class="hint">{texts.find.dropHint}</span>
    </form>
  );
}

export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches("input:not([type=checkbox]), textarea, select");
