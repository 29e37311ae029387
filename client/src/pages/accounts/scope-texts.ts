/** The data that a token gives access to. */
import { msg } from '@lit/localize';
import type { TokenScope } from '#protocol/permissions.ts';
import { list } from '../../locales/intl.ts';

function scopeName(scope: TokenScope): string {
  const texts: Record<TokenScope, string> = {
    'people:read': msg('People'),
    'attendance:read': msg('Attendance'),
    'devices:read': msg('Devices'),
  };
  return texts[scope];
}

export function scopesText(scopes: readonly TokenScope[]): string {
  return list(scopes.map(scopeName));
}

export function scopeChoice(scope: TokenScope): string {
  const texts: Record<TokenScope, string> = {
    'people:read': msg('Read people'),
    'attendance:read': msg('Read attendance'),
    'devices:read': msg('Read devices'),
  };
  return texts[scope];
}
