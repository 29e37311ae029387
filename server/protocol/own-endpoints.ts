/** The endpoints of employees, about themselves; and those with which HR lets them in. */
import {
  accountView,
  employeeAccessChange,
  employeeAccessView,
  invitationView,
  newEmployeeAccess,
} from './accounts.ts';
import { timesheetView } from './attendance.ts';
import { consentTextsView } from './consents.ts';
import { correctionsView, correctionView } from './corrections.ts';
import { type Endpoint, file } from './endpoint.ts';
import { pageQuery } from './fields.ts';
import {
  ownConsentInput,
  ownConsentsView,
  ownCorrectionInput,
  ownCorrectionsQuery,
  ownMonthFileQuery,
  ownMonthQuery,
  ownRecordView,
} from './own.ts';
import { exportInput, removalView } from './people.ts';
import { monthSheetView } from './reports.ts';
import { balanceView, planQuery, planView, vacationView, yearQuery } from './schedules.ts';

export const OWN_ENDPOINTS = {
  // ── Who may see their own record ───────────────────────────────────────────────────────────────
  'access.get': {
    method: 'GET',
    path: '/people/:id/account',
    access: 'access:give',
    summary: 'The account with which a person sees their own record, where there is one.',
    reply: employeeAccessView,
    errors: ['not-found'],
  },
  'access.give': {
    method: 'POST',
    path: '/people/:id/account',
    access: 'access:give',
    proof: 'fresh',
    summary: 'Create the account of a person, and an invitation for it. A person has one at most.',
    body: newEmployeeAccess,
    reply: invitationView,
    status: 201,
    location: '/people/:id/account',
    idempotent: true,
    errors: ['not-found', 'conflict', 'wrong-state'],
  },
  'access.renew': {
    method: 'POST',
    path: '/people/:id/account/invitation',
    access: 'access:give',
    proof: 'fresh',
    summary: 'Create a new invitation for the account of a person. The old password stops working.',
    reply: invitationView,
    status: 201,
    location: '/people/:id/account',
    idempotent: true,
    errors: ['not-found', 'wrong-state'],
  },
  'access.change': {
    method: 'PUT',
    path: '/people/:id/account',
    access: 'access:give',
    proof: 'fresh',
    summary: 'Disable the account of a person, or enable it again.',
    body: employeeAccessChange,
    reply: accountView,
    errors: ['not-found'],
  },

  // ── The own record ─────────────────────────────────────────────────────────────────────────────
  'own.get': {
    method: 'GET',
    path: '/own',
    access: 'own:read',
    summary: 'The own record, and the current work date.',
    reply: ownRecordView,
  },
  'own.month': {
    method: 'GET',
    path: '/own/month',
    access: 'own:read',
    summary: 'The own month, date by date, as it is signed.',
    query: ownMonthQuery,
    reply: monthSheetView,
  },
  'own.monthFile': {
    method: 'GET',
    path: '/own/month/file',
    access: 'own:read',
    summary: 'The own month sheet as a PDF.',
    query: ownMonthFileQuery,
    reply: file('application/pdf'),
  },
  'own.timesheet': {
    method: 'GET',
    path: '/own/timesheet',
    access: 'own:read',
    summary: 'The own work days of one month, with their punches.',
    query: ownMonthQuery,
    reply: timesheetView,
  },
  'own.plan': {
    method: 'GET',
    path: '/own/plan',
    access: 'own:read',
    summary: 'What is planned, absences included, and what was worked, day by day.',
    query: planQuery,
    reply: planView,
  },
  'own.balance': {
    method: 'GET',
    path: '/own/balance',
    access: 'own:read',
    summary: 'The own balance, with the weeks and months of a year.',
    query: yearQuery,
    reply: balanceView,
  },
  'own.vacation': {
    method: 'GET',
    path: '/own/vacation',
    access: 'own:read',
    summary: 'What is left of the own vacation of a year.',
    query: yearQuery,
    reply: vacationView,
  },

  'own.corrections': {
    method: 'GET',
    path: '/own/corrections',
    access: 'own:read',
    summary: 'Corrections of the own punches, newest first, whoever asked for them.',
    query: ownCorrectionsQuery,
    reply: correctionsView,
  },
  'own.requestCorrection': {
    method: 'POST',
    path: '/own/corrections',
    access: 'own:correct',
    summary: 'Ask for a correction of the own punches. It always waits until somebody else approves it.',
    body: ownCorrectionInput,
    reply: correctionView,
    status: 201,
    location: '/own/corrections/:id',
    idempotent: true,
    errors: ['conflict'],
  },
  'own.correction': {
    method: 'GET',
    path: '/own/corrections/:id',
    access: 'own:read',
    summary: 'One correction of the own punches.',
    reply: correctionView,
    errors: ['not-found'],
  },
  'own.withdrawCorrection': {
    method: 'DELETE',
    path: '/own/corrections/:id',
    access: 'own:correct',
    summary: 'Withdraw a correction that the caller asked for and that still waits.',
    errors: ['not-found', 'conflict', 'forbidden'],
  },

  'own.consents': {
    method: 'GET',
    path: '/own/consents',
    access: 'own:consent',
    summary: 'What the caller agreed to, newest first, with the words.',
    query: pageQuery,
    reply: ownConsentsView,
  },
  'own.consentTexts': {
    method: 'GET',
    path: '/own/consent-texts',
    access: 'own:agree',
    summary: 'The consent text in force, in every language it is written in.',
    reply: consentTextsView,
  },
  'own.giveConsent': {
    method: 'POST',
    path: '/own/consents',
    access: 'own:agree',
    summary: 'Agree to the text in force, where the own consent is to an earlier one.',
    body: ownConsentInput,
    reply: ownRecordView,
    status: 201,
    location: '/own/consents',
    errors: ['not-found', 'conflict'],
  },
  'own.withdrawConsent': {
    method: 'DELETE',
    path: '/own/consents/current',
    access: 'own:consent',
    summary: 'Withdraw the own consent. The templates and their key are deleted.',
    reply: removalView,
  },
  'own.export': {
    method: 'POST',
    path: '/own/export',
    access: 'own:export',
    proof: 'fresh',
    summary:
      'Everything that is stored about oneself, as one ZIP file. A write, because the export is recorded.',
    body: exportInput,
    emptyBody: true,
    reply: file('application/zip'),
  },
} as const satisfies Record<string, Endpoint>;
