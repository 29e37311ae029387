/** At the end of the list, while people are selected: how many, and what can be done for all of them. */
import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { allowed } from '../../app/session.ts';
import { number, plural } from '../../locales/intl.ts';
import type { PeopleChoice } from './people-choice.ts';

export type PeopleActKind = 'department' | 'status' | 'rota' | 'invitations';

export const choiceStyles = css`
  .choice {
    position: sticky;
    bottom: 0.75rem;
    z-index: 3;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5rem 1rem;
    padding: 0.75rem 1.1rem;
    border: 1px solid var(--m-line-strong);
    border-radius: 14px;
    background: var(--m-surface);
    box-shadow: 0 6px 24px rgb(0 0 0 / 18%);
  }
  .choice strong {
    flex: 1 1 8rem;
  }
  .choice > div {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
  }
  @media (max-width: 64rem) {
    /* Above the navigation. */
    .choice {
      bottom: calc(4.25rem + env(safe-area-inset-bottom));
    }
  }
  @media (max-width: 45rem) {
    .choice {
      padding: 0.5rem 0.75rem;
    }
    .choice > div {
      flex: 1 0 100%;
      flex-wrap: nowrap;
      overflow-x: auto;
      padding: 0.25rem;
    }
    .choice > div wa-icon {
      display: none;
    }
  }
  .tick {
    width: 1.15rem;
    height: 1.15rem;
    margin: 0;
    accent-color: var(--m-accent);
    vertical-align: middle;
    cursor: pointer;
  }
  /* The whole cell takes a finger. */
  .ticks label {
    display: grid;
    place-items: center;
    min-width: 1.75rem;
    min-height: 1.75rem;
    cursor: pointer;
  }
  td.ticks,
  th.ticks {
    width: 1.75rem;
    padding-inline-end: 0;
  }
`;

interface ChoiceBar {
  choice: PeopleChoice;
  /** How many people the list has. */
  total: number;
  onAct: (kind: PeopleActKind) => void;
}

export function choiceBar({ choice, total, onAct }: ChoiceBar): TemplateResult {
  const chosen = choice.count(total);
  const act = (kind: PeopleActKind, icon: string, label: string) =>
    html`<wa-button size="s" appearance="outlined" @click=${() => onAct(kind)} data-test="act-${kind}">
      <wa-icon slot="start" name=${icon}></wa-icon>${label}
    </wa-button>`;
  // Always there, because a screen reader tells only what changes in a region that it knows.
  return html`<div role="status" class="sr">${chosen > 0 ? choiceText(choice, total) : ''}</div>
    ${
      chosen === 0
        ? nothing
        : html`<section class="choice" aria-label=${msg('For everyone selected')} data-test="choice">
            <strong data-test="chosen">${choiceText(choice, total)}</strong>
            <wa-button
              size="s"
              appearance="plain"
              @click=${() => choice.setAll(false)}
              data-test="choose-nobody"
              >${msg('Clear selection')}</wa-button
            >
            <div>
              ${act('department', 'departments', msg('Department …'))}
              ${act('status', 'user-check', msg('Status …'))}
              ${allowed('schedules:write') ? act('rota', 'calendar', msg('Rota …')) : nothing}
              ${allowed('enroll') ? act('invitations', 'qr-code', msg('Invitations …')) : nothing}
            </div>
          </section>`
    }`;
}

/** “All 312 people of this list”. */
function choiceText(choice: PeopleChoice, total: number): string {
  const chosen = choice.count(total);
  const amount = number(chosen);
  if (choice.isWhole) {
    return plural(chosen, {
      one: msg('The 1 person of this list'),
      other: msg(str`All ${amount} people of this list`),
    });
  }
  return plural(chosen, {
    one: msg('1 person selected'),
    other: msg(str`${amount} of ${number(total)} people selected`),
  });
}
