/** The endpoints of settings: a part of the table in `endpoints.ts`. */
import type { Endpoint } from './endpoint.ts';
import { settingsChange, settingsView } from './settings.ts';

export const SETTINGS_ENDPOINTS = {
  'settings.get': {
    method: 'GET',
    path: '/settings',
    access: 'settings:write',
    summary: 'What can be set on a page: the value in force of each setting, its default, and what set it.',
    reply: settingsView,
    versioned: true,
  },
  'settings.update': {
    method: 'PATCH',
    path: '/settings',
    access: 'settings:write',
    summary: 'Change settings: all of them, or none where one has a fault.',
    body: settingsChange,
    reply: settingsView,
    versioned: true,
    errors: ['precondition-failed'],
  },
} as const satisfies Record<string, Endpoint>;
