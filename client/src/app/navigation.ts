import { Observable } from '../session/observable.ts';

/** The path and query in the address bar. */
export const currentUrl = new Observable(location.pathname + location.search);

/** Goes to a page of this application without a reload. */
export function navigate(to: string, how: { replace?: boolean } = {}) {
  if (to === location.pathname + location.search) return;
  if (how.replace) history.replaceState(null, '', to);
  else history.pushState(null, '', to);
  currentUrl.set(to);
  scrollTo(0, 0);
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
