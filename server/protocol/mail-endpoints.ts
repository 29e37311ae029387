/** The endpoints of mail: a part of the table in `endpoints.ts`. */
import type { Endpoint } from './endpoint.ts';
import { mailedAccountLink, mailedEnrollmentLink, mailedMonthSheet, mailTest, mailView } from './mail.ts';

export const MAIL_ENDPOINTS = {
  'mail.get': {
    method: 'GET',
    path: '/mail',
    access: 'reports:read',
    summary: 'Whether this server sends mail.',
    reply: mailView,
  },
  'mail.test': {
    method: 'POST',
    path: '/mail/test',
    access: 'settings:write',
    summary: 'Send a message that says that mail works.',
    body: mailTest,
    errors: ['wrong-state', 'mail-failed'],
  },
  'mail.enrollmentLink': {
    method: 'POST',
    path: '/enrollment-invitations/:id/mail',
    access: 'enroll',
    summary: 'Send the link of an invitation to the address of the invited person.',
    body: mailedEnrollmentLink,
    errors: ['not-found', 'wrong-state', 'mail-failed'],
  },
  'mail.accountLink': {
    method: 'POST',
    path: '/accounts/:id/invitation/mail',
    access: 'access:give',
    proof: 'fresh',
    summary:
      'Send the link of an invitation to the person who gets this account. HR only for the account of an employee.',
    body: mailedAccountLink,
    errors: ['not-found', 'wrong-state', 'mail-failed'],
  },
  'mail.monthSheet': {
    method: 'POST',
    path: '/people/:id/month/mail',
    access: 'reports:read',
    staffOnly: true,
    summary: 'Send a person their month sheet as a PDF.',
    body: mailedMonthSheet,
    errors: ['not-found', 'wrong-state', 'mail-failed'],
  },
} as const satisfies Record<string, Endpoint>;
