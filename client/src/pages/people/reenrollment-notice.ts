/** Above the list: how many people must be enrolled again, whether they are recognized until then, and a filter for them. */
import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { ReenrollmentView } from '#protocol/people.ts';
import { number, plural } from '../../locales/intl.ts';

export const noticeStyles = css`
  .notice {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.75rem 1.5rem;
    padding: 0.9rem 1.25rem;
    border-radius: 14px;
    background: var(--m-already-soft);
  }
  .notice > div {
    display: flex;
    gap: 0.75rem;
    align-items: baseline;
    flex: 1 1 20rem;
  }
  .notice wa-icon {
    color: var(--m-already);
    flex: none;
    position: relative;
    top: 0.15em;
  }
  .notice strong {
    display: block;
    font-weight: 620;
  }
`;

interface Notice {
  /** Whether the numbers count the people found by a search, not everybody. */
  searching: boolean;
  /** Whether the list shows only these people. */
  filtered: boolean;
  toggle: () => void;
}

export function reenrollmentNotice(
  reenrollment: ReenrollmentView,
  { searching, filtered, toggle }: Notice,
): TemplateResult | typeof nothing {
  if (reenrollment.people === 0 && !filtered) return nothing;
  return html`<div class="notice" data-test="reenroll" data-count=${reenrollment.people}>
    <div>
      <wa-icon name=${reenrollment.people === 0 ? 'circle-check' : 'warning'}></wa-icon>
      <span><strong>${title(reenrollment.people, searching)}</strong> ${untilThen(reenrollment)}</span>
    </div>
    <wa-button size="s" appearance="outlined" @click=${toggle} data-test="show">
      ${filtered ? msg('Show everyone') : msg('Show them')}
    </wa-button>
  </div>`;
}

function title(people: number, searching: boolean): string {
  const amount = number(people);
  if (people === 0) {
    return searching
      ? msg('No one in this search needs to be enrolled again')
      : msg('No one needs to be enrolled again');
  }
  if (searching) {
    return plural(people, {
      one: msg('1 person in this search must be enrolled again'),
      other: msg(str`${amount} people in this search must be enrolled again`),
    });
  }
  return plural(people, {
    one: msg('1 person must be enrolled again'),
    other: msg(str`${amount} people must be enrolled again`),
  });
}

function untilThen({ people, unrecognized, unreadable }: ReenrollmentView): string {
  if (people === 0) return '';
  if (unrecognized === 0) {
    return unreadable > 0
      ? msg('Until then, they are still recognized, but less reliably.')
      : msg('The model pack has changed. Until then, the previous one keeps recognizing them.');
  }
  if (unrecognized === people) {
    return plural(people, {
      one: msg('Until then, this person is not recognized.'),
      other: msg('Until then, they are not recognized.'),
    });
  }
  const amount = number(unrecognized);
  return plural(unrecognized, {
    one: msg('Until then, 1 of them is not recognized.'),
    other: msg(str`Until then, ${amount} of them are not recognized.`),
  });
}
