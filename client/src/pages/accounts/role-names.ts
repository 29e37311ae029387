/** The name of each role and what it may do, in a few words. */
import { msg } from '@lit/localize';
import type { Role } from '#protocol/permissions.ts';

export function roleName(role: Role): string {
  switch (role) {
    case 'owner':
      return msg('Owner');
    case 'hr':
      return msg('HR');
    case 'manager':
      return msg('Manager');
    case 'viewer':
      return msg('Viewer');
  }
}

export function rolePermissions(role: Role): string {
  switch (role) {
    case 'owner':
      return msg('everything, including settings, keys and accounts');
    case 'hr':
      return msg('people, enrollment, corrections and reports');
    case 'manager':
      return msg('the attendance of one department');
    case 'viewer':
      return msg('the attendance of everyone');
  }
}
