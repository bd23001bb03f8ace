import { Hono } from "hono";
import { themeCardOf } from "../../shared/card-of.ts";
import type { ThemesState } from "../answers.ts";
import type { Env } from "../gate.ts";
import type { PictureGroups } from "../picture-groups.ts";
import { viewOf, type WebContext } from "../web-context.ts";

export const themeRoutes = (web: WebContext, groups: PictureGroups): Hono<Env> =>
  new Hono<Env>().get("/api/themes", async (context) => {
    const state = await groups.themes.state(null);
    if (state.state === "working") return context.json<ThemesState>(state);
    const model = await (await viewOf(web)).model();
    return context.json<ThemesState>({ state: "done", model, themes: state.answer.map(themeCardOf) });
  });
