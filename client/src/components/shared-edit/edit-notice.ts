/**
 * What somebody else saved while a form was open: fields that both changed, each with a choice between the two values, and
 * fields that were taken over. Fires `choose` with a field and a side.
 */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import type { ErrorDetails } from '#protocol/error.ts';
import { shared } from '../../styles/shared.ts';
import { dateTime } from '../format.ts';
import { MusterElement } from '../muster-element.ts';

export interface ChosenSide {
  field: string;
  side: 'mine' | 'theirs';
}

interface NoticedConflict {
  field: string;
  label: string;
  before: string;
  mine: string;
  theirs: string;
}

interface NoticedChange {
  label: string;
  before: string;
  after: string;
}

export class MusterEditNotice extends MusterElement {
  static override properties = {
    by: { attribute: false },
    conflicts: { attribute: false },
    taken: { attribute: false },
  };
  static override styles = [
    shared,
    css`
      /* Clear of the head of the page. */
      :host {
        scroll-margin-top: 5rem;
      }
      section {
        display: grid;
        gap: 0.9rem;
        padding: 0.9rem 1rem 1rem;
        border-radius: var(--m-radius);
        background: var(--m-already-soft);
        border-inline-start: 4px solid var(--m-warn);
      }
      h3 {
        margin: 0;
        font-size: 1rem;
        outline-offset: 4px;
      }
      p,
      ul {
        margin: 0;
      }
      ul {
        padding-inline-start: 1.2rem;
      }
      h3,
      li,
      wa-radio {
        overflow-wrap: anywhere;
      }
    `,
  ];
  declare by: ErrorDetails['precondition-failed'];
  declare conflicts: readonly NoticedConflict[];
  declare taken: readonly NoticedChange[];

  /** The button that was pressed is far below, and a screen reader is at it. */
  override firstUpdated() {
    const title = this.renderRoot.querySelector('h3');
    title?.focus({ preventScroll: true });
    this.scrollIntoView({ block: 'start' });
  }

  override render() {
    const { conflicts, taken } = this;
    return html`<section aria-labelledby="title" data-test="edit-notice">
      <div>
        <h3 id="title" tabindex="-1">${this.#title()}</h3>
        <p>
          ${
            conflicts.length > 0
              ? msg('Nothing that you typed is lost. Choose what should count, then save again.')
              : msg('Nothing that you typed is lost. Look at it, then save again.')
          }
        </p>
      </div>
      ${conflicts.map((conflict) => this.#conflict(conflict))}
      ${
        taken.length > 0
          ? html`<div>
              <p>${msg('Taken over, because you had not touched it:')}</p>
              <ul>
                ${taken.map(
                  ({ label, before, after }) =>
                    html`<li data-test="taken">
                      ${msg(html`<strong>${label}</strong>: from ${before} to ${after}`)}
                    </li>`,
                )}
              </ul>
            </div>`
          : nothing
      }
    </section>`;
  }

  #title(): string {
    const { changedBy, changedAt } = this.by;
    if (changedBy === null) return msg('Somebody else has changed this while you were editing.');
    return changedAt === null
      ? msg(str`${changedBy} has changed this while you were editing.`)
      : msg(str`${changedBy} has changed this while you were editing (${dateTime(changedAt)}).`);
  }

  #conflict({ field, label, before, mine, theirs }: NoticedConflict) {
    return html`<wa-radio-group
      label=${label}
      hint=${msg(str`Before: ${before}`)}
      value="mine"
      @change=${(event: Event) => {
        event.stopPropagation();
        const side = (event.currentTarget as HTMLInputElement).value as ChosenSide['side'];
        this.dispatchEvent(new CustomEvent<ChosenSide>('choose', { detail: { field, side } }));
      }}
      data-test="conflict"
      data-field=${field}
    >
      <wa-radio value="mine">${msg(str`Mine: ${mine}`)}</wa-radio>
      <wa-radio value="theirs">${this.#theirs(theirs)}</wa-radio>
    </wa-radio-group>`;
  }

  #theirs(value: string): string {
    const { changedBy } = this.by;
    return changedBy === null ? msg(str`Theirs: ${value}`) : msg(str`By ${changedBy}: ${value}`);
  }
}

customElements.define('muster-edit-notice', MusterEditNotice);
