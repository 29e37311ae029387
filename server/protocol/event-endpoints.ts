/** The stream of events: a part of the table in `endpoints.ts`. */
import { type Endpoint, stream } from './endpoint.ts';
import { eventsQuery, streamedEvent } from './events.ts';

export const EVENT_ENDPOINTS = {
  'events.stream': {
    method: 'GET',
    path: '/events',
    access: 'events:read',
    summary: 'What happens, as server-sent events. A program that was away continues after `Last-Event-ID`.',
    query: eventsQuery,
    reply: stream(streamedEvent),
    errors: ['bad-request'],
  },
} as const satisfies Record<string, Endpoint>;
