import { signal } from "@preact/signals";

/** The address bar holds the whole question: links and Back work, and the server takes its query string as it stands. */
export interface Address {
  readonly path: string;
  readonly params: URLSearchParams;
}

const read = (): Address => ({ path: location.pathname, params: new URLSearchParams(location.search) });

export const address = signal<Address>(read());

addEventListener("popstate", () => {
  isGoingBack = false;
  address.value = read();
});

/** Of the picture in the light box: part of the address, but not of the question. */
const SHOWN = "show";

export function questionOf({ params }: Address): string {
  const question = new URLSearchParams(params);
  question.delete(SHOWN);
  question.sort();
  return question.toString();
}

export const shownOf = ({ params }: Address): string | null => params.get(SHOWN);

type Change = (params: URLSearchParams) => void;

/** A new entry of the history, unless it replaces the present one. */
export function change(
  edit: Change,
  options: { readonly replaces?: boolean; readonly path?: string } = {},
): void {
  const params = new URLSearchParams(address.value.params);
  edit(params);
  go(options.path ?? address.value.path, params, options.replaces);
}

export const showPicture = (id: string, replaces = false) =>
  change((params) => params.set(SHOWN, id), { replaces });

/** Of an entry of the history in which the light box was opened over what the entry before it shows. */
const OPENED = { opened: true };

/** Whether the browser was told to go back, and is not there yet. */
let isGoingBack = false;

/** Where the light box was opened on this page, one more Back leaves what is below it. */
export function hidePicture(): void {
  if (isGoingBack) return;
  const state: Partial<typeof OPENED> | null = history.state;
  if (state?.opened) {
    isGoingBack = true;
    history.back();
  } else change((params) => params.delete(SHOWN), { replaces: true });
}

/** Another question is asked in the find view, without the light box; what another view's address says is none of it. */
export const ask = (edit: Change, replaces = false) =>
  change(
    (params) => {
      if (address.value.path !== "/") for (const name of [...params.keys()]) params.delete(name);
      params.delete(SHOWN);
      edit(params);
    },
    { path: "/", replaces },
  );

export function addValue(params: URLSearchParams, name: string, value: string): void {
  if (!params.getAll(name).includes(value)) params.append(name, value);
}

export function removeValue(params: URLSearchParams, name: string, value: string): void {
  const rest = params.getAll(name).filter((each) => each !== value);
  params.delete(name);
  for (const each of rest) params.append(name, each);
}

/** For links: followed without loading the page again, unless the browser is told to open it elsewhere. */
export const linkTo = (path: string, params = new URLSearchParams()) => followedHere(() => go(path, params));

/** Of a link that opens a picture in the light box, over the view that is shown. */
export function linkToPicture(id: string) {
  const params = new URLSearchParams(address.peek().params);
  params.set(SHOWN, id);
  return { href: `?${params}`, onClick: followedHere(() => showPicture(id)) };
}

const followedHere = (follow: () => void) => (event: MouseEvent) => {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  follow();
};

function go(path: string, params: URLSearchParams, replaces = false): void {
  const query = params.toString();
  const target = query === "" ? path : `${path}?${query}`;
  if (target === location.pathname + location.search) return;
  const opens = params.has(SHOWN) && !address.peek().params.has(SHOWN);
  if (replaces) history.replaceState(history.state, "", target);
  else history.pushState(opens ? OPENED : null, "", target);
  address.value = read();
}
