/** The endpoints of presence and roll calls: a part of the table in `endpoints.ts`. */
import type { Endpoint } from './endpoint.ts';
import { pageQuery } from './fields.ts';
import {
  newRollCall,
  presenceQuery,
  presenceView,
  rollCallQuery,
  rollCallsView,
  rollCallTicksQuery,
  rollCallTicksView,
  rollCallView,
  tickAnswers,
  tickDelivery,
} from './roll-calls.ts';

export const ROLL_CALL_ENDPOINTS = {
  'presence.get': {
    method: 'GET',
    path: '/presence',
    access: 'presence:read',
    summary:
      'Who is in the building, or what has changed since an earlier reply. A manager sees their own department only. The socket says when it changes.',
    query: presenceQuery,
    reply: presenceView,
  },
  'rollCalls.list': {
    method: 'GET',
    path: '/roll-calls',
    access: 'rollcalls:run',
    summary: 'Roll calls, newest first. The counts of an ended one are those of everybody.',
    query: pageQuery,
    reply: rollCallsView,
  },
  'rollCalls.start': {
    method: 'POST',
    path: '/roll-calls',
    access: 'rollcalls:run',
    summary:
      'Start a roll call of everybody who may be in the building, or join the one that is open for the same site.',
    body: newRollCall,
    reply: rollCallView,
    status: 201,
    location: '/roll-calls/:id',
    idempotent: true,
  },
  'rollCalls.get': {
    method: 'GET',
    path: '/roll-calls/:id',
    access: 'rollcalls:run',
    summary:
      'One roll call with its list, or what has changed since a version. Until it ends, a manager sees everybody; then the own department only.',
    query: rollCallQuery,
    reply: rollCallView,
    errors: ['not-found'],
  },
  'rollCalls.tick': {
    method: 'POST',
    path: '/roll-calls/:id/ticks',
    access: 'rollcalls:run',
    summary:
      'Deliver ticks. Each counts once, however often it is delivered; of the ticks of a person the last by its own time counts. Until a day after the end.',
    body: tickDelivery,
    reply: tickAnswers,
    errors: ['not-found', 'wrong-state'],
  },
  'rollCalls.ticks': {
    method: 'GET',
    path: '/roll-calls/:id/ticks',
    access: 'rollcalls:run',
    summary: 'Every tick of a roll call in the order of its time, also those that count no more.',
    query: rollCallTicksQuery,
    reply: rollCallTicksView,
    errors: ['not-found'],
  },
  'rollCalls.end': {
    method: 'POST',
    path: '/roll-calls/:id/ending',
    access: 'rollcalls:run',
    summary: 'End a roll call. One that has ended stays as it is.',
    reply: rollCallView,
    errors: ['not-found'],
  },
} as const satisfies Record<string, Endpoint>;
