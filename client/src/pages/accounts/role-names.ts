/** The name of each role and what it may do, in a few words. */
import { msg } from '@lit/localize';
import type { Role } from '#protocol/permissions.ts';

export function roleName(role: Role): string {
  const texts: Record<Role, string> = {
    owner: msg('Owner'),
    hr: msg('HR'),
    manager: msg('Manager'),
    viewer: msg('Viewer'),
    employee: msg('Employee'),
  };
  return texts[role];
}

export function rolePermissions(role: Role): string {
  const texts: Record<Role, string> = {
    owner: msg('everything, including settings, keys and accounts'),
    hr: msg('people, enrollment, corrections and reports'),
    manager: msg('the attendance of one department'),
    viewer: msg('the attendance of everyone'),
    employee: msg('their own days, requests and data'),
  };
  return texts[role];
}
