/**
 * What the owner of a new Muster should do next. The list goes away when everything is done or when the owner hides it.
 * Only the owner knows whether the keys are backed up and whether the default reading is the right one, so those steps are
 * ticked by hand; this browser remembers it, as it remembers that the list is hidden.
 */
import { msg, str } from '@lit/localize';
import { html, css, nothing, type TemplateResult } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { recall, remember } from '../app/memory.ts';
import { Loaded } from '../components/loaded.ts';
import { allOf } from '../session/all-of.ts';
import { api } from '../session/api.ts';
import { MusterElement } from '../components/muster-element.ts';
import { shared } from '../styles/shared.ts';
import { readingRule } from './sites/site-texts.ts';

interface Step {
  name: 'enroll' | 'station' | 'reading' | 'colleague' | 'pictures' | 'keys';
  done: boolean;
  title: string;
  text: string | TemplateResult;
  /** The page where it is done; null where there is no such page. */
  path: string | null;
  /** Ticks it by hand, where only the owner knows that it is done. */
  tick?: () => void;
}

type Progress = Record<'enrolled' | 'paired' | 'colleague' | 'pictures' | 'moving' | 'reading', boolean>;

const isBoolean = (v: unknown): v is boolean => typeof v === 'boolean';

export class MusterFirstSteps extends MusterElement {
  static override properties = {
    away: { state: true },
    keysKept: { state: true },
    readingChosen: { state: true },
  };
  static override styles = [
    shared,
    css`
      ol {
        list-style: none;
        margin: 0;
        padding: 0;
        display: grid;
        gap: 0.9rem;
      }
      /* Without a box of its own: the page leaves no gap for a list that is not there. */
      :host {
        display: contents;
      }
      /* The text has a line of its own below, so that the button does not make it narrow on a phone. */
      li {
        display: grid;
        grid-template-columns: 1.5rem minmax(0, 1fr) auto;
        gap: 0.25rem 0.7rem;
        align-items: center;
        min-height: 2.25rem;
      }
      li > :first-child {
        justify-self: center;
      }
      li > wa-icon {
        font-size: 1.25rem;
        color: var(--m-in);
      }
      .acts {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: 0.35rem;
      }
      .reading {
        display: block;
      }
      .open {
        width: 1.25rem;
        height: 1.25rem;
        border: 2px solid var(--m-line-strong);
        border-radius: 50%;
      }
      li p {
        grid-column: 2 / -1;
        max-width: 46rem;
      }
      strong {
        font-weight: 620;
      }
      [data-done] strong {
        color: var(--m-quiet);
        font-weight: 500;
      }
      code {
        overflow-wrap: anywhere;
      }
    `,
  ];
  declare away: boolean;
  declare keysKept: boolean;
  declare readingChosen: boolean;
  readonly #state = new Loaded(this, async () => {
    if (this.away) return null;
    const [{ people }, devices, accounts, { liveness, challenge }, sites] = await Promise.all([
      api.people.list({ query: { enrolled: 'true', limit: 1 } }),
      allOf((page) => api.devices.list({ query: page }), 'devices'),
      allOf((page) => api.accounts.list({ query: page }), 'accounts'),
      api.recognition.get(),
      allOf((page) => api.sites.list({ query: page }), 'sites'),
    ]);
    return {
      enrolled: people.length > 0,
      paired: devices.some(({ kind, revokedAt }) => kind === 'station' && revokedAt === null),
      // Only another owner can let the first one back in.
      colleague: accounts.filter(({ role, state }) => role === 'owner' && state === 'active').length > 1,
      pictures: liveness.installed,
      moving: challenge === 'auto' || challenge === 'always',
      // The other reading is the default.
      reading: sites.some(({ reading }) => reading === 'in-and-out'),
    };
  });

  constructor() {
    super();
    this.away = recall('firstStepsAway', isBoolean, false);
    this.keysKept = recall('keysKept', isBoolean, false);
    this.readingChosen = recall('readingChosen', isBoolean, false);
  }

  override render() {
    const { value } = this.#state;
    if (this.away || !value) return nothing;
    const steps = this.#steps(value);
    const left = steps.filter(({ done }) => !done).length;
    if (left === 0) return nothing;
    return html`<section class="card stack" data-test="first-steps" data-left=${left}>
      <div class="head">
        <h2>${msg('First steps')}</h2>
        <wa-button size="s" appearance="plain" @click=${this.#putAway} data-test="put-away"
          >${msg('Hide')}</wa-button
        >
      </div>
      <ol>
        ${steps.map((step) => this.#row(step))}
      </ol>
    </section>`;
  }

  #steps(is: Progress): Step[] {
    return [
      { name: 'enroll', done: is.enrolled, title: msg('Enroll a person'), text: '', path: '/enroll' },
      { name: 'station', done: is.paired, title: msg('Connect a station'), text: '', path: '/devices' },
      {
        name: 'reading',
        done: is.reading || this.readingChosen,
        title: msg('Choose what a passing at the door means'),
        text: html`${(['first-and-last', 'in-and-out'] as const)
          .map(readingRule)
          .map(
            ({ title, consequence }) => html`<span class="reading"><b>${title}</b>: ${consequence}</span>`,
          )}`,
        path: '/sites',
        tick: this.#chosen,
      },
      {
        name: 'pictures',
        done: is.pictures,
        title: msg('Turn on photo detection'),
        text: html`${
          is.moving
            ? msg(
                'Plain photos are stopped by asking for a movement. Photo detection also notices videos on screens.',
              )
            : msg('Until then, anyone holding up a photo can check in as that person.')
        }
        ${msg(html`On the server, run <code>npm run models -- install minifasnet</code> and restart Muster.`)}`,
        path: null,
      },
      {
        name: 'colleague',
        done: is.colleague,
        title: msg('Invite a second owner'),
        text: msg('They can let you back in if you lose your password or phone.'),
        path: '/accounts',
      },
      {
        name: 'keys',
        done: this.keysKept,
        title: msg('Back up the master key and the key store'),
        text: msg(
          'Keep them in separate places, away from the database backup. Without both, enrolled faces are lost. The documentation explains how: “Keys and backups”.',
        ),
        path: null,
        tick: this.#kept,
      },
    ];
  }

  #row({ name, done, title, text, path, tick }: Step) {
    return html`<li ?data-done=${done} data-step=${name}>
      ${
        done
          ? html`<wa-icon name="circle-check" label=${msg('Done')}></wa-icon>`
          : html`<span class="open" role="img" aria-label=${msg('To do')}></span>`
      }
      <strong>${title}</strong>
      ${
        done
          ? nothing
          : html`<span class="acts">
              ${
                path
                  ? html`<wa-button size="s" appearance="outlined" href=${path}
                      ><span aria-hidden="true">${msg('Open')}</span
                      ><span class="sr">${title}</span></wa-button
                    >`
                  : nothing
              }
              ${
                tick
                  ? html`<wa-button size="s" appearance="outlined" @click=${tick} data-test="tick-${name}"
                      ><span aria-hidden="true">${msg('Done')}</span
                      ><span class="sr">${msg(str`Done: ${title}`)}</span></wa-button
                    >`
                  : nothing
              }
            </span>`
      }
      ${!done && text ? html`<p class="small quiet">${text}</p>` : nothing}
    </li>`;
  }

  readonly #kept = () => {
    this.keysKept = true;
    remember('keysKept', true);
  };

  readonly #chosen = () => {
    this.readingChosen = true;
    remember('readingChosen', true);
  };

  readonly #putAway = () => {
    this.away = true;
    remember('firstStepsAway', true);
  };
}

customElements.define('muster-first-steps', MusterFirstSteps);
