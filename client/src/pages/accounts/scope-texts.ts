/** What a token may do. */
import { msg } from '@lit/localize';
import type { TokenScope } from '#protocol/permissions.ts';
import { list } from '../../locales/intl.ts';

function scopeName(scope: TokenScope): string {
  const texts: Record<TokenScope, string> = {
    'people:read': msg('People'),
    'people:write': msg('People (write)'),
    'attendance:read': msg('Attendance'),
    'presence:read': msg('Who is in'),
    'reports:read': msg('Reports'),
    'schedules:read': msg('Plans and absences'),
    'schedules:write': msg('Plans and absences (write)'),
    'devices:read': msg('Devices'),
    'events:read': msg('Events'),
    'metrics:read': msg('Metrics'),
  };
  return texts[scope];
}

export function scopesText(scopes: readonly TokenScope[]): string {
  return list(scopes.map(scopeName));
}

export function scopeChoice(scope: TokenScope): string {
  const texts: Record<TokenScope, string> = {
    'people:read': msg('Read people'),
    'people:write': msg('Add and change people and departments'),
    'attendance:read': msg('Read attendance'),
    'presence:read': msg('Read who is in the building'),
    'reports:read': msg('Read reports of hours'),
    'schedules:read': msg('Read plans, absences and balances'),
    'schedules:write': msg('Add and change plans and absences'),
    'devices:read': msg('Read devices'),
    'events:read': msg('Follow what happens, with names'),
    'metrics:read': msg('Read metrics'),
  };
  return texts[scope];
}
