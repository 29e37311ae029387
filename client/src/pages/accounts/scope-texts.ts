/** The data that a token gives access to. */
import { msg } from '@lit/localize';
import type { TokenScope } from '#protocol/permissions.ts';
import { list } from '../../locales/intl.ts';

function scopeName(scope: TokenScope): string {
  switch (scope) {
    case 'people:read':
      return msg('People');
    case 'attendance:read':
      return msg('Attendance');
    case 'devices:read':
      return msg('Devices');
  }
}

export function scopesText(scopes: readonly TokenScope[]): string {
  return list(scopes.map(scopeName));
}

export function scopeChoice(scope: TokenScope): string {
  switch (scope) {
    case 'people:read':
      return msg('Read people');
    case 'attendance:read':
      return msg('Read attendance');
    case 'devices:read':
      return msg('Read devices');
  }
}
