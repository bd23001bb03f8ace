import { Hono } from "hono";
import { themeCardOf } from "../../shared/card-of.ts";
import type { ThemesState } from "../answers.ts";
import type { Env } from "../gate.ts";
import type { PictureGroups } from "../picture-groups.ts";
import { translatorOf } from "../sentences/translate.ts";
import { viewOf, type WebContext } from "../web-context.ts";

export const themeRoutes = (web: WebContext, groups: PictureGroups): Hono<Env> =>
  new Hono<Env>().get("/api/themes", async (context) => {
    const state = await groups.themes.state(null);
    if (state.state === "working") return context.json<ThemesState>(state);
    const translate = translatorOf(context);
    const themes = state.answer
      .map(themeCardOf)
      .map((theme) => ({ ...theme, name: theme.name === null ? null : translate(theme.name) }));
    const model = await (await viewOf(web)).model();
    return context.json<ThemesState>({ state: "done", model, themes });
  });
