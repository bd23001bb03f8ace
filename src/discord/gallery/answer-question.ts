import type { Reader } from "../access/readable-places.ts";
import type { App } from "../app.ts";
import { findPage } from "./find-page.ts";
import { foundMessage, type ReplyMessage } from "./found-message.ts";
import type { Question } from "./saved-questions.ts";

/** One page of an answer as a message for the person who asked. */
export async function answerPage(
  app: App,
  reader: Reader,
  { question, id, page }: { readonly question: Question; readonly id: string; readonly page: number },
): Promise<ReplyMessage> {
  const found = await findPage(app, reader, question, page);
  return foundMessage(app.library, found, { questionId: id, shown: question.shown });
}

export async function answerNew(app: App, reader: Reader, question: Question): Promise<ReplyMessage> {
  const id = await app.questions.save(question);
  return answerPage(app, reader, { question, id, page: 0 });
}
