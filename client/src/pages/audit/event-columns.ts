/** What the audit trail says about one event. */
import { msg } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { AuditEventView } from '#protocol/audit.ts';
import type { Column } from '../../components/list-page/data-table.ts';
import { dateFormat } from '../../locales/intl.ts';
import { actText, subjectText } from './audit-text.ts';
import { detailName, detailValue } from './detail-text.ts';

const ACTOR_ICONS = {
  account: 'user',
  device: 'devices',
  token: 'key',
  invitation: 'scan-face',
  server: 'server',
  nobody: 'user-x',
} as const;

export function eventColumns(): Column<AuditEventView>[] {
  return [
    { label: msg('Time'), kind: 'at', cell: ({ at }) => time(at) },
    { label: msg('Who'), kind: 'wide', cell: actor },
    { label: msg('Action'), cell: action },
    { label: msg('Subject'), kind: 'wide', cell: subject },
    { label: msg('Details'), kind: 'wide', cell: details },
  ];
}

function time(at: string): string {
  return dateFormat({ dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(at));
}

function actor({ actorKind, actorName, address }: AuditEventView) {
  return html`<div class="actor">
    <wa-icon name=${ACTOR_ICONS[actorKind]}></wa-icon>
    <span>
      ${actorText(actorKind, actorName)}
      ${address ? html`<div class="small quiet">${address}</div>` : nothing}
    </span>
  </div>`;
}

function actorText(kind: AuditEventView['actorKind'], name: string) {
  if (kind === 'server') return msg('Server');
  if (kind === 'invitation') return msg('Invited person');
  if (kind === 'account' && name === '') return msg('Employee');
  return name || html`<span class="quiet">${msg('Not signed in')}</span>`;
}

/** The code stays readable too: exports and other programs know the act by it. */
function action(event: AuditEventView) {
  return html`<span class="act" title=${event.act}>${actText(event.act)}</span>
    <div class="narrow">${actor(event)}${subject(event)}${details(event)}</div>`;
}

function subject({ objectKind, objectId }: AuditEventView) {
  if (!objectKind) return nothing;
  return html`${subjectText(objectKind)}
    <div class="id quiet">${objectId}</div>`;
}

function details({ detail: { before = {}, after = {} } }: AuditEventView) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  if (names.length === 0) return nothing;
  return html`<dl>
    ${names.map(
      (name) =>
        html`<dt>${detailName(name)}</dt>
          <dd>
            ${name in before ? html`${detailValue(name, before[name])} → ` : nothing}${detailValue(name, after[name])}
          </dd>`,
    )}
  </dl>`;
}
