import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Finding, ModelState } from "../../answers.ts";
import { abilities } from "../abilities.ts";
import { get, post, reasonOf } from "../api.ts";
import { formatBytes, texts } from "../texts/texts.ts";
import { isBusyWith, refreshPulse, useLastEnded } from "../work/pulse.ts";

/** The models: which is in use, which are here, how large the others are; downloading and switching where that is allowed. */
export function Models() {
  const models = useSignal<readonly ModelState[]>([]);
  const problem = useSignal<string | undefined>(undefined);
  const isBusy = isBusyWith("pulling", "switching");
  const ended = useLastEnded("pulling", "switching");
  useEffect(() => {
    void get<readonly ModelState[]>("/api/models").then(
      (found) => (models.value = found),
      () => undefined,
    );
  }, [ended]);
  if (models.value.length === 0) return null;
  const begin = (path: string, body: unknown) =>
    void post(path, body).then(
      () => {
        problem.value = undefined;
        refreshPulse();
      },
      (error: unknown) => (problem.value = reasonOf(error)),
    );
  const mayEdit = (abilities.value?.mayEditLibrary ?? false) && !isBusy;
  return (
    <>
      <h2>{texts.upkeep.models}</h2>
      {problem.value !== undefined && <p role="alert">{problem.value}</p>}
      <ul class="models">
        {models.value.map(({ id, name, description, licence, isReader, variants }) => (
          <li key={id}>
            <strong>{name}</strong> <span class="note">{description}</span>
            <div class="note">{texts.upkeep.licence(licence)}</div>
            <ul>
              {variants.map((variant) => (
                <li key={variant.name}>
                  {variant.name} · {variant.bytes === null ? "?" : formatBytes(variant.bytes)} ·{" "}
                  <span class="note">{variant.fidelity}</span>{" "}
                  {variant.isInUse ? (
                    <span class="state">{texts.upkeep.inUse}</span>
                  ) : variant.installed ? (
                    <>
                      <span class="note">{texts.upkeep.installed}</span>{" "}
                      {mayEdit && !isReader && (
                        <ConfirmButton
                          name={texts.upkeep.use}
                          question={texts.upkeep.sureToUse}
                          onSure={() => begin("/api/models/use", { model: variant.model })}
                        />
                      )}
                    </>
                  ) : (
                    mayEdit && (
                      <button
                        type="button"
                        onClick={() => begin("/api/models/pull", { id, variant: variant.name })}
                      >
                        {texts.upkeep.pull}
                      </button>
                    )
                  )}
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </>
  );
}

interface ConfirmButtonProps {
  readonly name: string;
  readonly question: string;
  readonly onSure: () => void;
}

/** A button that asks once more before it does what takes long or takes something away. */
export function ConfirmButton({ name, question, onSure }: ConfirmButtonProps) {
  const isAsked = useSignal(false);
  if (!isAsked.value)
    return (
      <button type="button" onClick={() => (isAsked.value = true)}>
        {name} …
      </button>
    );
  return (
    <span>
      {question}{" "}
      <button
        type="button"
        onClick={() => {
          isAsked.value = false;
          onSure();
        }}
      >
        {name}
      </button>{" "}
      <button type="button" onClick={() => (isAsked.value = false)}>
        {texts.upkeep.no}
      </button>
    </span>
  );
}

/** What `glimpse doctor` finds, when it is asked for: it loads the model. */
export function Doctor() {
  const findings = useSignal<readonly Finding[] | undefined>(undefined);
  const isExamining = useSignal(false);
  const problem = useSignal<string | undefined>(undefined);
  const diagnose = async () => {
    isExamining.value = true;
    try {
      findings.value = await get<readonly Finding[]>("/api/doctor");
      problem.value = undefined;
    } catch (error) {
      problem.value = reasonOf(error);
    }
    isExamining.value = false;
  };
  return (
    <>
      <h2>{texts.upkeep.doctor}</h2>
      <p>
        <button type="button" disabled={isExamining.value} onClick={() => void diagnose()}>
          {isExamining.value ? texts.upkeep.examining : texts.upkeep.diagnose}
        </button>
      </p>
      {problem.value !== undefined && <p role="alert">{problem.value}</p>}
      <ul class="findings" aria-live="polite">
        {findings.value?.map(({ name, state, detail }) => (
          <li key={name + detail} class={state}>
            <strong>{name}</strong> <span class="state">{texts.upkeep.states[state]}</span>
            <div class="note">{detail}</div>
          </li>
        ))}
      </ul>
    </>
  );
}
