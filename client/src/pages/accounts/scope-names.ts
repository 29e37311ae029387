/** What a token may read, as the pages call it. */
import type { TokenScope } from '#protocol/permissions.ts';

export const SCOPE_NAMES: Record<TokenScope, string> = {
  'people:read': 'people',
  'attendance:read': 'attendance',
  'devices:read': 'devices',
};
