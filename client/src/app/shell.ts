/** The frame around the pages of signed-in people: navigation, theme, language, account. */
import { msg, str } from '@lit/localize';
import { html, css, nothing, type PropertyValues } from 'lit';
import { live } from 'lit/directives/live.js';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/dropdown/dropdown.js';
import '@awesome.me/webawesome/dist/components/dropdown-item/dropdown-item.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '../components/brand-mark.ts';
import { MusterElement } from '../components/muster-element.ts';
import { number, plural } from '../locales/intl.ts';
import { LANGUAGE_NAMES, choosePersonLanguage, personLanguage } from '../locales/language.ts';
import { LANGUAGES, isLanguageSetting, type LanguageSetting } from '#protocol/language.ts';
import { api } from '../session/api.ts';
import { shared } from '../styles/shared.ts';
import './download-status.ts';
import { forgetKeptLists } from './kept-lists.ts';
import { navigate } from './navigation.ts';
import { routes } from './routes.ts';
import { account, allowed, session, startPath } from './session.ts';
import { ObservableController } from './observable-controller.ts';
import { nextTheme, theme, type Theme } from './theme.ts';
import { toastError } from './toasts.ts';
import { countWaitingDecisions, waitingDecisions } from './waiting-decisions.ts';

interface Link {
  path: string;
  icon: string;
  label: string;
}

const links = (): Link[] => [
  { path: '/my', icon: 'home', label: msg('Today') },
  { path: '/my/month', icon: 'calendar', label: msg('My month') },
  { path: '/my/requests', icon: 'corrections', label: msg('My requests') },
  { path: '/my/data', icon: 'shield', label: msg('My data') },
  { path: '/', icon: 'home', label: msg('Today') },
  { path: '/people', icon: 'users', label: msg('People') },
  { path: '/attendance', icon: 'calendar', label: msg('Attendance') },
  { path: '/plan', icon: 'plan', label: msg('Plan') },
  { path: '/reports', icon: 'reports', label: msg('Reports') },
  { path: '/corrections', icon: 'corrections', label: msg('Requests') },
  { path: '/devices', icon: 'devices', label: msg('Devices') },
];

/** In the menu of the account. */
const accountLinks = (): Link[] => [
  { path: '/presence', icon: 'door', label: msg('In the building') },
  { path: '/account', icon: 'user', label: msg('My account') },
  { path: '/people/departments', icon: 'departments', label: msg('Departments') },
  { path: '/sites', icon: 'site', label: msg('Sites') },
  { path: '/decisions', icon: 'scan-face', label: msg('Decisions') },
  { path: '/consent-texts', icon: 'scroll', label: msg('Consent texts') },
  { path: '/settings', icon: 'settings', label: msg('Settings') },
  { path: '/accounts', icon: 'key', label: msg('Accounts') },
  { path: '/audit', icon: 'shield', label: msg('Audit trail') },
  { path: '/retention', icon: 'clock', label: msg('Retention') },
];

function visible({ path }: Link): boolean {
  if (path === '/') return startPath() === '/';
  const needs = routes.find((route) => route.path === path)?.needs ?? 'nobody';
  return needs === 'nobody' || needs === 'account' || allowed(needs);
}

/** How often the number of waiting decisions is asked for, ms. */
const COUNT_EVERY = 60_000;

const THEME_ICONS: Record<Theme, string> = { light: 'sun', dark: 'moon', system: 'sun-moon' };

const THEME_LABELS: Record<Theme, () => string> = {
  light: () => msg('Light theme'),
  dark: () => msg('Dark theme'),
  system: () => msg('System theme'),
};

function languageLabel(setting: LanguageSetting): string {
  return setting === 'auto' ? msg('Browser language') : LANGUAGE_NAMES[setting];
}

function waitingBadge() {
  const waiting = waitingDecisions.value;
  if (waiting === 0) return nothing;
  const spoken = plural(waiting, {
    one: msg('1 decision waits for you'),
    other: msg(str`${number(waiting)} decisions wait for you`),
  });
  return html`<span class="badge" role="img" aria-label=${spoken} data-test="waiting-badge"
    >${waiting > 99 ? '99+' : number(waiting)}</span
  >`;
}

export class MusterShell extends MusterElement {
  static override properties = { path: {} };
  static override styles = [
    shared,
    css`
      :host {
        min-height: 100dvh;
      }
      header {
        position: sticky;
        top: 0;
        z-index: 5;
        background: color-mix(in srgb, var(--m-surface) 88%, transparent);
        -webkit-backdrop-filter: blur(14px);
        backdrop-filter: blur(14px);
        border-bottom: 1px solid var(--m-line);
      }
      .bar {
        max-width: 72rem;
        margin: 0 auto;
        padding: 0 clamp(1rem, 3vw, 2rem);
        height: 4rem;
        display: flex;
        align-items: center;
        gap: clamp(0.5rem, 2vw, 1.75rem);
      }
      nav {
        display: flex;
        gap: 0.25rem;
        flex: 1;
      }
      nav a {
        display: inline-flex;
        align-items: center;
        gap: 0.5rem;
        padding: 0.5rem 0.85rem;
        border-radius: 10px;
        color: var(--m-quiet);
        font-weight: 550;
        font-size: 0.9375rem;
        text-decoration: none;
        transition:
          background var(--m-quick),
          color var(--m-quick);
      }
      .badge {
        min-width: 1.35rem;
        padding: 0 0.4em;
        border-radius: 99px;
        background: var(--m-accent);
        color: var(--m-surface);
        font-size: 0.75rem;
        font-weight: 700;
        line-height: 1.35rem;
        text-align: center;
        font-variant-numeric: tabular-nums;
      }
      nav a:hover {
        color: var(--m-text);
        background: var(--m-chip);
      }
      nav a[aria-current='page'] {
        color: var(--m-accent);
        background: var(--m-accent-soft);
      }
      .tools {
        display: flex;
        align-items: center;
        gap: 0.25rem;
      }
      .tools wa-icon {
        font-size: 1.15rem;
      }
      .bar > a {
        display: inline-flex;
        text-decoration: none;
      }
      .skip {
        position: absolute;
        left: -999px;
      }
      .skip:focus {
        left: 1rem;
        top: 0.75rem;
        z-index: 9;
        background: var(--m-surface);
        padding: 0.5rem 1rem;
      }
      .who {
        display: grid;
        padding: 0.25rem 0.9rem 0.5rem;
        border-bottom: 1px solid var(--m-line);
        margin-bottom: 0.25rem;
        min-width: 12rem;
      }
      /* Seven words and their icons do not fit beside the brand and the tools of a small window. */
      @media (max-width: 80rem) {
        nav wa-icon {
          display: none;
        }
        nav a {
          padding-inline: 0.7rem;
        }
      }
      @media (max-width: 64rem) {
        nav {
          position: fixed;
          z-index: 6;
          inset: auto 0 0 0;
          justify-content: space-around;
          gap: 0;
          padding: 0.35rem 0.5rem calc(0.35rem + env(safe-area-inset-bottom));
          background: var(--m-surface);
          border-top: 1px solid var(--m-line);
        }
        .badge {
          position: absolute;
          inset: 0.1rem calc(50% - 2.1rem) auto auto;
        }
        nav a {
          position: relative;
          flex-direction: column;
          gap: 0.15rem;
          font-size: 0.75rem;
          padding: 0.4rem 0.1rem;
          min-width: 3rem;
        }
        nav wa-icon {
          display: inline-block;
          font-size: 1.25rem;
        }
        header {
          -webkit-backdrop-filter: none;
          backdrop-filter: none;
          background: var(--m-surface);
        }
        .bar {
          justify-content: space-between;
          height: 3.5rem;
        }
        main {
          padding-bottom: 4rem;
        }
      }
      @media (max-width: 30rem) {
        nav {
          padding-inline: 0.2rem;
        }
        nav a {
          min-width: 2.6rem;
          font-size: 0.6875rem;
          letter-spacing: -0.01em;
        }
      }
    `,
  ];
  declare path: string;
  readonly controllers = [new ObservableController(this, session, theme, personLanguage, waitingDecisions)];
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor() {
    super();
    this.path = '/';
  }

  override connectedCallback() {
    super.connectedCallback();
    this.#timer = setInterval(() => {
      if (document.visibilityState === 'visible') void countWaitingDecisions();
    }, COUNT_EVERY);
  }

  override disconnectedCallback() {
    if (this.#timer) clearInterval(this.#timer);
    super.disconnectedCallback();
  }

  override updated(changed: PropertyValues<this>) {
    if (changed.has('path')) void countWaitingDecisions();
  }

  override render() {
    const themeName = THEME_LABELS[theme.value]();
    const signedIn = account();
    return html`
      <a class="skip" href="#main" @click=${this.#skip}>${msg('Skip to content')}</a>
      <header>
        <div class="bar">
          <a href="/" aria-label=${msg('Muster, start page')}><muster-brand></muster-brand></a>
          <nav aria-label=${msg('Pages')}>
            ${links()
              .filter(visible)
              .map(
                ({ path, icon, label }) =>
                  html`<a href=${path} aria-current=${this.#isIn(path) ? 'page' : 'false'}>
                    <wa-icon name=${icon}></wa-icon
                    >${label}${path === '/corrections' ? waitingBadge() : nothing}
                  </a>`,
              )}
          </nav>
          <div class="tools">
            ${
              allowed('enroll')
                ? html`<wa-button href="/enroll" variant="brand" size="s" data-test="enroll-link">
                    <wa-icon slot="start" name="user-plus"></wa-icon>${msg('Enroll')}
                  </wa-button>`
                : nothing
            }
            <wa-button appearance="plain" size="s" title=${themeName} @click=${nextTheme} data-test="theme">
              <wa-icon name=${THEME_ICONS[theme.value]} label=${themeName}></wa-icon>
            </wa-button>
            <wa-dropdown placement="bottom-end" @wa-select=${this.#chosen}>
              <wa-button slot="trigger" appearance="plain" size="s" data-test="account-menu">
                <wa-icon name="user" label=${msg('Account')}></wa-icon>
              </wa-button>
              <div class="who">
                <strong>${signedIn?.name ?? ''}</strong
                ><span class="small quiet">${signedIn?.username ?? ''}</span>
              </div>
              ${accountLinks()
                .filter(visible)
                .map(
                  ({ path, icon, label }) =>
                    html`<wa-dropdown-item value=${path}>
                      <wa-icon slot="icon" name=${icon}></wa-icon>${label}
                    </wa-dropdown-item>`,
                )}
              <wa-dropdown-item data-test="language">
                <wa-icon slot="icon" name="languages"></wa-icon>${msg('Language')}
                ${['auto' as const, ...LANGUAGES].map(
                  (setting) =>
                    html`<wa-dropdown-item
                      slot="submenu"
                      type="checkbox"
                      value="language:${setting}"
                      .checked=${live(personLanguage.value === setting)}
                      lang=${setting === 'auto' ? nothing : setting}
                      data-test="language-${setting}"
                    >
                      ${languageLabel(setting)}
                    </wa-dropdown-item>`,
                )}
              </wa-dropdown-item>
              ${
                allowed('connect')
                  ? html`<wa-dropdown-item value="/station">
                      <wa-icon slot="icon" name="station"></wa-icon>${msg('Open as a station')}
                    </wa-dropdown-item>`
                  : nothing
              }
              <wa-dropdown-item value="sign-out" data-test="sign-out">
                <wa-icon slot="icon" name="log-out"></wa-icon>${msg('Sign out')}
              </wa-dropdown-item>
            </wa-dropdown>
          </div>
        </div>
      </header>
      <main id="main" tabindex="-1"><slot></slot></main>
      <muster-download-status></muster-download-status>
    `;
  }

  /** The page of a person belongs to "People". */
  #isIn(path: string): boolean {
    // Each page of an employee has a link of its own.
    return this.path === path || (path !== '/my' && this.path.startsWith(`${path}/`));
  }

  readonly #skip = (event: Event) => {
    event.preventDefault();
    this.renderRoot.querySelector<HTMLElement>('main')?.focus();
  };

  readonly #chosen = (event: CustomEvent<{ item: { value?: string } }>) => {
    const { value } = event.detail.item;
    const language = value?.startsWith('language:') ? value.slice('language:'.length) : null;
    if (isLanguageSetting(language)) {
      choosePersonLanguage(language).catch(toastError);
      // The item toggled its own mark: also the language that was chosen before keeps its mark.
      this.requestUpdate();
    } else if (value === 'sign-out') this.#signOut().catch(toastError);
    else if (value) navigate(value);
  };

  async #signOut() {
    await api.session.signOut();
    await forgetKeptLists();
    session.set(null);
    navigate('/sign-in');
  }
}

customElements.define('muster-shell', MusterShell);
