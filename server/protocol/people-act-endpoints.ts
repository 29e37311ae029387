/** The endpoints of acts on many people: a part of the table in `endpoints.ts`. */
import { type Endpoint, lines } from './endpoint.ts';
import {
  departmentAct,
  invitationAct,
  invitationsResult,
  peopleActProgress,
  peopleActResult,
  rotaAct,
  statusAct,
} from './people-acts.ts';

const reply = lines(peopleActProgress, peopleActResult);

export const PEOPLE_ACT_ENDPOINTS = {
  'peopleActs.department': {
    method: 'POST',
    path: '/people/acts/department',
    access: 'people:write',
    summary: 'Give many people a department. It is done for all of them or, where it fails, for nobody.',
    body: departmentAct,
    reply,
    idempotent: true,
  },
  'peopleActs.status': {
    method: 'POST',
    path: '/people/acts/status',
    access: 'people:write',
    summary: 'Set the status of many people. It is done for all of them or, where it fails, for nobody.',
    body: statusAct,
    reply,
    idempotent: true,
  },
  'peopleActs.rota': {
    method: 'POST',
    path: '/people/acts/rota',
    access: 'schedules:write',
    summary:
      'Assign a rota to many people from a date. One that begins on the same date is replaced. Whoever has left is left out.',
    body: rotaAct,
    reply,
    idempotent: true,
  },
  'peopleActs.invite': {
    method: 'POST',
    path: '/people/acts/invitations',
    access: 'enroll',
    summary:
      'Invite many people to enroll their own face, each with a link of their own. Earlier links of them that were not used stop working.',
    body: invitationAct,
    reply: lines(peopleActProgress, invitationsResult),
    idempotent: true,
  },
} as const satisfies Record<string, Endpoint>;
