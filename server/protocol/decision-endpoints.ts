/** The endpoints of decisions: a part of the table in `endpoints.ts`. */
import { decisionsQuery, decisionsView, decisionView } from './decisions.ts';
import type { Endpoint } from './endpoint.ts';

export const DECISION_ENDPOINTS = {
  'decisions.list': {
    method: 'GET',
    path: '/decisions',
    access: 'decisions:read',
    summary: 'What the cameras decided about faces, newest first, as long as that is kept.',
    query: decisionsQuery,
    reply: decisionsView,
  },
  'decisions.get': {
    method: 'GET',
    path: '/decisions/:id',
    access: 'decisions:read',
    summary: 'Why: one decision with the numbers of its frames. It is recorded who looked.',
    reply: decisionView,
    errors: ['not-found'],
  },
  'decisions.ofPunch': {
    method: 'GET',
    path: '/punches/:id/decision',
    access: 'decisions:read',
    summary: 'Why: the decision that a punch was made of. It is recorded who looked.',
    reply: decisionView,
    errors: ['not-found'],
  },
  'decisions.ofRefusedPunch': {
    method: 'GET',
    path: '/refused-punches/:id/decision',
    access: 'decisions:read',
    summary: 'Why: the decision behind a punch that was not booked. It is recorded who looked.',
    reply: decisionView,
    errors: ['not-found'],
  },
} as const satisfies Record<string, Endpoint>;
