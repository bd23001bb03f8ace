import type { Context } from "hono";
import { tagFor, translatorFor } from "./sentences/translate.ts";
import type { SignIn } from "./sign-in.ts";

/** For browsers that have no session yet. It has no style and no script of its own, since it is sent to anybody. */
export function signInPage({ req }: Context, signIn: SignIn, problem?: string): string {
  const accepted = req.header("accept-language");
  const translate = translatorFor(accepted);
  const how = signIn.takesPassword
    ? `<form method="post" action="/sign-in"><label>${translate("Password")} <input type="password" name="password" autocomplete="current-password" autofocus required></label> <button>${translate("Open")}</button></form>`
    : `<p>${translate("Open the link that `glimpse web` printed last in its terminal. Each link opens one browser; a new one is printed when it was used.").replace(/`(.*?)`/, "<code>$1</code>")}</p>`;
  return `<!doctype html>
<html lang="${tagFor(accepted)}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>Glimpse</title></head>
<body><main><h1>Glimpse</h1>${problem === undefined ? "" : `<p role="alert">${translate(problem)}</p>`}${how}</main></body>
</html>
`;
}
