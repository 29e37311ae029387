import { Observable } from '../session/observable.ts';

/** The path and query in the address bar. */
export const currentUrl = new Observable(location.pathname + location.search);

/** Goes to a page of this application without a reload. */
export function navigate(to: string, how: { replace?: boolean } = {}) {
  if (to === location.pathname + location.search) return;
  if (how.replace) history.replaceState(null, '', to);
  else {
    historyPlace.keep({ scroll: scrollY });
    history.pushState(null, '', to);
  }
  currentUrl.set(to);
  scrollTo(0, 0);
}

/** How far a page was scrolled, how many rows its list had, and by which key this page remembers them. */
interface Place {
  scroll?: number;
  rows?: number;
  list?: string;
}

export interface ListPlace {
  kept(): Place;
  keep(place: Place): void;
}

/** The place in a page, kept with its entry in the history. Empty for a page that was not left yet. */
export const historyPlace: ListPlace = {
  kept: () => (history.state as Place | null) ?? {},
  keep: (place) => history.replaceState({ ...historyPlace.kept(), ...place }, ''),
};

/** The address with other values in its query. A blank value leaves the name out. */
export function withQuery(url: string, change: Readonly<Record<string, string>>): string {
  const [path = '', query = ''] = url.split('?');
  const parameters = new URLSearchParams(query);
  for (const [name, value] of Object.entries(change)) {
    if (value === '') parameters.delete(name);
    else parameters.set(name, value);
  }
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** Turns plain links into navigation; the browser handles those with a modifier key, a target or another origin. */
export function followLinks() {
  addEventListener('popstate', () => currentUrl.set(location.pathname + location.search));
  addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
    if (!link?.href || link.target || link.hasAttribute('download')) return;
    const url = new URL(link.href);
    if (url.origin !== location.origin || url.pathname.startsWith('/api/')) return;
    event.preventDefault();
    navigate(url.pathname + url.search);
  });
}

/** The page to open after signing in: always a page of this application. */
export function returnPath(search: string): string {
  const wanted = new URLSearchParams(search).get('return') ?? '/';
  return wanted.startsWith('/') && !wanted.startsWith('//') && !wanted.includes('\\') ? wanted : '/';
}
