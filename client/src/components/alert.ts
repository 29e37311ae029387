import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { errorText } from './error-text.ts';

/** What failed, at the top of a page or a form. @param problem an error, or a text in the language of the page */
export function alert(problem: unknown) {
  if (problem === null || problem === undefined || problem === '') return nothing;
  return html`<div class="alert" role="alert" data-test="alert">
    <wa-icon name="circle-alert"></wa-icon
    ><span>${typeof problem === 'string' ? problem : errorText(problem)}</span>
  </div>`;
}
