import type { SignIn } from "./sign-in.ts";

/** For browsers that have no session yet. It has no style and no script of its own, since it is sent to anybody. */
export function signInPage(signIn: SignIn, problem?: string): string {
  const how = signIn.takesPassword
    ? `<form method="post" action="/sign-in"><label>Password <input type="password" name="password" autocomplete="current-password" autofocus required></label> <button>Open</button></form>`
    : `<p>Open the link that <code>glimpse web</code> printed last in its terminal. Each link opens one browser; a new one is printed when it was used.</p>`;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>Glimpse</title></head>
<body><main><h1>Glimpse</h1>${problem === undefined ? "" : `<p role="alert">${problem}</p>`}${how}</main></body>
</html>
`;
}
