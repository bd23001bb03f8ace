import { effect } from "@preact/signals";
import { abilities } from "./abilities.ts";
import { address, linkTo } from "./address.ts";
import { DuplicatesView } from "./duplicates/duplicates-view.tsx";
import { DropHere } from "./find/drop-here.tsx";
import { FindView } from "./find/find-view.tsx";
import { LibraryView } from "./library/library-view.tsx";
import { LightBox } from "./light-box/light-box.tsx";
import { MapPage } from "./map/map-page.tsx";
import { TagsView } from "./tags/tags-view.tsx";
import { texts } from "./texts/texts.ts";
import { ThemesView } from "./themes/themes-view.tsx";
import { usePulse } from "./work/pulse.ts";
import { WorkList } from "./work/work-list.tsx";

const VIEWS = [
  { path: "/", name: texts.views.find, View: FindView },
  { path: "/themes", name: texts.views.themes, View: ThemesView },
  { path: "/map", name: texts.views.map, View: MapPage },
  { path: "/duplicates", name: texts.views.duplicates, View: DuplicatesView },
  { path: "/tags", name: texts.views.tags, View: TagsView },
  { path: "/library", name: texts.views.library, View: LibraryView },
];

effect(() => {
  const { path, params } = address.value;
  const view = VIEWS.find((each) => each.path === path)?.name ?? "";
  const words = path === "/" ? params.get("q") : undefined;
  document.title = `${words || view} – Glimpse`;
});

export function App() {
  const { path } = address.value;
  const current = VIEWS.find((view) => view.path === path) ?? VIEWS[0];
  const View = current?.View ?? FindView;
  usePulse((abilities.value?.mayEdit || abilities.value?.mayMove) ?? false);
  return (
    <>
      <header class="top">
        <a class="logo" href="/" onClick={linkTo("/")}>
          Glimpse
        </a>
        <nav aria-label={texts.views.label}>
          {VIEWS.map((view) => (
            <a
              key={view.path}
              href={view.path}
              aria-current={view === current ? "page" : undefined}
              onClick={linkTo(view.path)}
            >
              {view.name}
            </a>
          ))}
        </nav>
      </header>
      <main>
        {path !== "/library" && <h1 class="hidden">{current?.name}</h1>}
        <WorkList />
        <View />
      </main>
      <LightBox />
      <DropHere />
    </>
  );
}
