/** Whether the audit trail is intact. */
import { msg, str } from '@lit/localize';
import { html, type TemplateResult } from 'lit';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { AuditVerdictView } from '#protocol/audit.ts';
import { number, plural } from '../../locales/intl.ts';

export function verdictCard(verdict: AuditVerdictView): TemplateResult {
  const intact = verdict.faults.length === 0;
  return html`<div class="card" role="status" data-test="verdict" data-whole=${intact}>
    <div class="verdict ${intact ? 'intact' : 'broken'}">
      <wa-icon name=${intact ? 'circle-check' : 'circle-alert'}></wa-icon>
      <div>${intact ? intactText(verdict) : brokenText(verdict)}</div>
    </div>
  </div>`;
}

function intactText({ events, first, last, head }: AuditVerdictView) {
  const amount = number(events);
  const [from, to] = [number(first ?? 0), number(last ?? 0)];
  return html`<h2>
      ${plural(events, { one: msg('Intact: 1 event'), other: msg(str`Intact: ${amount} events`) })}
    </h2>
    <p class="quiet small">
      ${msg(str`Events ${from} to ${to}: none was changed, and none is missing. Keep this end mark to check again later:`)}
      <span class="id">${last ?? 0}:${head ?? ''}</span>
    </p>`;
}

/** The fault of an event is shown in English, because it is for the expert who examines the database. */
function brokenText({ faults }: AuditVerdictView) {
  return html`<h2>${msg('The audit trail has been tampered with or damaged')}</h2>
    ${faults.map(
      ({ seq, what }) =>
        html`<p class="small">${msg(str`Event ${number(seq)}`)}: <span lang="en">${what}</span></p>`,
    )}`;
}
