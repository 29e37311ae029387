/** What the audit trail says about one event. */
import { msg } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { AuditEventView, AuditNames } from '#protocol/audit.ts';
import { SETTING_KEYS } from '#protocol/settings.ts';
import type { Column } from '../../components/list-page/data-table.ts';
import { dateFormat } from '../../locales/intl.ts';
import { settingName } from '../settings/setting-texts.ts';
import { actText, subjectText } from './audit-text.ts';
import { detailName } from './detail-names.ts';
import { detailValue } from './detail-text.ts';

const ACTOR_ICONS = {
  account: 'user',
  device: 'devices',
  token: 'key',
  invitation: 'scan-face',
  server: 'server',
  nobody: 'user-x',
} as const;

/** @param names what the IDs in the events stand for */
export function eventColumns(names: AuditNames): Column<AuditEventView>[] {
  const subject = (event: AuditEventView) => subjectOf(event, names);
  const details = (event: AuditEventView) => detailsOf(event, names);
  return [
    { label: msg('Time'), kind: 'at', cell: ({ at }) => time(at) },
    { label: msg('Who'), kind: 'wide', cell: actor },
    {
      label: msg('Action'),
      cell: (event) =>
        // The code stays readable too: exports and other programs know the act by it.
        html`<span class="act" title=${event.act}>${actText(event.act)}</span>
          <div class="narrow">${actor(event)}${subject(event)}${details(event)}</div>`,
    },
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

function subjectOf({ objectKind, objectId }: AuditEventView, names: AuditNames) {
  if (!objectKind) return nothing;
  return html`<span class="small quiet">${subjectText(objectKind)}</span>
    <div>${subjectName(objectKind, objectId, names)}</div>`;
}

function subjectName(kind: string, id: string | null, names: AuditNames) {
  if (id === null) return nothing;
  const setting = kind === 'setting' && SETTING_KEYS.find((key) => key === id);
  return setting ? settingName(setting) : named(id, names);
}

/** The name of what an ID stands for, a link where it is about a person; the ID of what is gone or has no name. */
function named(id: string, names: AuditNames) {
  const found = names[id];
  if (!found) return html`<span class="id quiet">${id}</span>`;
  const { name, personId } = found;
  return personId === undefined
    ? html`<span title=${id}>${name}</span>`
    : html`<a href="/people/${personId}" title=${id}>${name}</a>`;
}

function detailsOf({ detail: { before = {}, after = {} } }: AuditEventView, names: AuditNames) {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  if (keys.length === 0) return nothing;
  const value = (key: string, from: Record<string, unknown>) => {
    const one = from[key];
    if (typeof one === 'string' && Object.hasOwn(names, one)) return named(one, names);
    return detailValue(key, one, (id) => names[id]?.name);
  };
  return html`<dl>
    ${keys.map(
      (key) =>
        html`<dt>${detailName(key)}</dt>
          <dd>${key in before ? html`${value(key, before)} → ` : nothing}${value(key, after)}</dd>`,
    )}
  </dl>`;
}
