/** For whom an act on many was not done, and why. */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import type { PeopleActResult } from '#protocol/people-acts.ts';
import { SENTENCES } from '../../locales/server-texts.ts';
import { number, plural } from '../../locales/intl.ts';

export const failedStyles = css`
  .failed {
    max-height: 16rem;
    overflow: auto;
    margin: 0;
    padding: 0.75rem 1rem;
    border: 1px solid var(--m-line);
    border-radius: var(--m-radius);
    list-style: none;
    display: grid;
    gap: 0.4rem;
  }
  .failed li {
    overflow-wrap: anywhere;
  }
`;

export function failedList(failed: PeopleActResult['failed']) {
  if (failed.length === 0) return nothing;
  const amount = number(failed.length);
  const title = plural(failed.length, {
    one: msg('It was not done for 1 person:'),
    other: msg(str`It was not done for ${amount} people:`),
  });
  return html`<p>${title}</p>
    <ul class="failed small" tabindex="0" aria-label=${title} data-test="failed">
      ${failed.map(
        ({ person: { id, number: of, displayName }, message }) =>
          html`<li>
            ${displayName ? html`<a href="/people/${id}">${displayName}</a> <span class="quiet">${of}</span>: ` : nothing}
            ${SENTENCES[message]?.() ?? message}
          </li>`,
      )}
    </ul>`;
}
