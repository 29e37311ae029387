/**
 * The application: finds the page for the URL, loads it, and shows it in its frame.
 * Attributes for tests: `data-route` is the path pattern of the page shown.
 */
import { msg } from '@lit/localize';
import { html, css, type TemplateResult } from 'lit';
import { errorText } from '../components/error-text.ts';
import { MusterElement } from '../components/muster-element.ts';
import type { SessionView } from '#protocol/session.ts';
import { speakTo } from '../locales/language.ts';
import { whenReauthenticationNeeded, whenUnauthenticated } from '../session/api.ts';
import { ClientError, isNotFetched } from '../session/client-error.ts';
import { shared } from '../styles/shared.ts';
import { matchPath } from './match-route.ts';
import { currentUrl, navigate } from './navigation.ts';
import { forgetKeptLists } from './kept-lists.ts';
import { notFound, notPermitted, routes, type Route } from './routes.ts';
import { allowed, loadSession, session, startPath } from './session.ts';

interface Shown {
  route: Route;
  content: TemplateResult;
}

export class MusterApp extends MusterElement {
  static override properties = {
    shown: { state: true },
    fault: { state: true },
  };
  static override styles = [
    shared,
    css`
      .wait {
        min-height: 100dvh;
      }
      main {
        display: contents;
      }
    `,
  ];
  declare shown: Shown | null;
  /** Why the page cannot be shown. */
  declare fault: ClientError | null;
  #turn = 0;
  #unsubscribe: (() => void) | null = null;

  constructor() {
    super();
    this.shown = null;
    this.fault = null;
  }

  override connectedCallback() {
    super.connectedCallback();
    this.#unsubscribe = currentUrl.subscribe(() => this.#show());
    whenUnauthenticated(() => {
      session.set(null);
      this.#signIn();
      void forgetKeptLists();
    });
    whenReauthenticationNeeded(async (needed) => {
      const { reauthenticate } = await import('../components/reauthentication.ts');
      return reauthenticate(needed);
    });
    this.#show();
  }

  override disconnectedCallback() {
    this.#unsubscribe?.();
    super.disconnectedCallback();
  }

  #signIn() {
    navigate(`/sign-in?return=${encodeURIComponent(location.pathname + location.search)}`, { replace: true });
  }

  #show() {
    this.#enter().catch((error: unknown) => {
      this.fault = ClientError.of(error);
    });
  }

  async #enter() {
    const turn = ++this.#turn;
    const path = location.pathname;
    let route = notFound;
    let part: Record<string, string> = {};
    for (const candidate of routes) {
      const match = matchPath(candidate.path, path);
      if (match) {
        route = candidate;
        part = match;
        break;
      }
    }
    this.fault = null;
    const { needs } = route;
    if (needs !== 'nobody') {
      if (!(await this.#admit(route))) return;
      if (needs !== 'account' && !allowed(needs)) route = notPermitted;
    }
    await Promise.all([route.load(), speakTo(route.reader ?? 'person')]);
    // A later navigation may have overtaken this one.
    if (turn !== this.#turn) return;
    if (route.frame === 'shell') await import('./shell.ts');
    this.dataset['route'] = route.path;
    this.toggleAttribute('data-full', route.path === '/station');
    this.shown = { route, content: route.render(part) };
  }

  /** True when an account is signed in; otherwise goes to the page where this browser belongs. */
  async #admit(route: Route): Promise<boolean> {
    const view = session.value ?? (await sessionFor(route));
    if (view.actor?.kind === 'account') {
      if (route.path !== '/' || startPath() === '/') return true;
      navigate(startPath(), { replace: true });
      return false;
    }
    if (view.setupNeeded) navigate('/setup', { replace: true });
    else if (route.path === '/' && view.actor?.kind === 'device') {
      navigate(view.actor.deviceKind === 'station' ? '/station' : '/camera', { replace: true });
    } else this.#signIn();
    return false;
  }

  override updated() {
    const { route } = this.shown ?? {};
    if (route) document.title = route.path === '/' ? 'Muster' : `${route.title()} · Muster`;
  }

  override render() {
    if (this.fault !== null) {
      return html`<div class="center">
        <div class="card stack" role="alert">
          <h1>${msg('Something went wrong')}</h1>
          <p class="quiet">${errorText(this.fault)}</p>
          <p><a href=${location.pathname} @click=${this.#again}>${msg('Try again')}</a></p>
        </div>
      </div>`;
    }
    if (!this.shown) return html`<div class="wait" aria-busy="true"></div>`;
    const { route, content } = this.shown;
    return route.frame === 'shell'
      ? html`<muster-shell .path=${route.path}>${content}</muster-shell>`
      : html`<main>${content}</main>`;
  }

  readonly #again = (event: Event) => {
    event.preventDefault();
    // Firefox never fetches a script again that it could not fetch once.
    if (isNotFetched(this.fault?.cause)) location.reload();
    else this.#show();
  };
}

/** Without an answer for this long, a page that works without the server does, ms. */
const PATIENCE = 3_000;

/** From the server; for a page that works without it, from this browser where the server is away. */
async function sessionFor({ keptSession }: Route): Promise<SessionView> {
  const loading = loadSession();
  if (!keptSession) return loading;
  const limit = new Promise<null>((resolve) => {
    setTimeout(resolve, PATIENCE, null);
  });
  const answered = await Promise.race([loading, limit]).catch((error: unknown) => {
    if (!ClientError.of(error).retryable) throw error;
    return null;
  });
  const known = answered ?? (await keptSession());
  if (!known) return loading;
  session.set(known);
  return known;
}

customElements.define('muster-app', MusterApp);
