import { Hono } from "hono";
import { themeCardOf } from "../../shared/card-of.ts";
import type { ThemesState } from "../answers.ts";
import type { Env } from "../gate.ts";
import type { PictureGroups } from "../picture-groups.ts";

export const themeRoutes = (groups: PictureGroups): Hono<Env> =>
  new Hono<Env>().get("/api/themes", async (context) => {
    const state = await groups.themes.state(null);
    if (state.state === "working") return context.json<ThemesState>(state);
    return context.json<ThemesState>({ state: "done", themes: state.answer.map(themeCardOf) });
  });
