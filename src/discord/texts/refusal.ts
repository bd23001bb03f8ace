import { GlimpseError } from "../../core/index.ts";
import { type AnswerTexts, english } from "./english.ts";

/** An expected failure that is told in the language of whoever reads it; its message is English. */
export class Refusal extends GlimpseError {
  override name = "Refusal";
  readonly tell: (texts: AnswerTexts) => string;

  constructor(tell: (texts: AnswerTexts) => string, options?: ErrorOptions) {
    super(tell(english.answers), options);
    this.tell = tell;
  }
}
