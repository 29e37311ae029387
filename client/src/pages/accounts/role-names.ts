/** What each role is called on the pages, and what it may do, in a few words. */
import type { Role } from '#protocol/permissions.ts';

export const ROLE_NAMES: Record<Role, { name: string; may: string }> = {
  owner: { name: 'Owner', may: 'everything: settings, keys, accounts' },
  hr: { name: 'HR', may: 'people, enrollment, corrections, reports' },
  manager: { name: 'Manager', may: 'the attendance of one department' },
  viewer: { name: 'Viewer', may: 'the attendance of everybody' },
};
