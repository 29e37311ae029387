import { msg } from '@lit/localize';
import { html, type TemplateResult } from 'lit';
import type { Permission } from '#protocol/permissions.ts';
import type { SessionView } from '#protocol/session.ts';
import type { Reader } from '../locales/language.ts';

export interface Route {
  /** A path; the page is given the parts named `:name`. */
  path: string;
  title: () => string;
  /** `shell` puts the navigation around the page, `full` leaves it the whole screen. */
  frame: 'shell' | 'full';
  /** `device`: the page speaks the language set for this device, not that of the person at the browser. */
  reader?: Reader;
  /**
   * With `account` or a permission, a browser that is not signed in is sent to the sign-in page, and an account without
   * the permission sees `notPermitted`.
   */
  needs: 'nobody' | 'account' | Permission;
  load: () => Promise<unknown>;
  /** The page works without the server, for the account that used it in this browser: that one. */
  keptSession?: () => Promise<SessionView | null>;
  render: (part: Record<string, string>) => TemplateResult;
}

export const routes: readonly Route[] = [
  {
    path: '/',
    title: () => msg('Today'),
    frame: 'shell',
    needs: 'account',
    load: () => import('../pages/home.ts'),
    render: () => html`<muster-home></muster-home>`,
  },
  {
    path: '/setup',
    title: () => msg('Set up'),
    frame: 'full',
    needs: 'nobody',
    load: () => import('../pages/setup.ts'),
    render: () => html`<muster-setup></muster-setup>`,
  },
  {
    path: '/sign-in',
    title: () => msg('Sign in'),
    frame: 'full',
    needs: 'nobody',
    load: () => import('../pages/sign-in.ts'),
    render: () => html`<muster-sign-in></muster-sign-in>`,
  },
  {
    path: '/join',
    title: () => msg('Create your account'),
    frame: 'full',
    needs: 'nobody',
    load: () => import('../pages/join.ts'),
    render: () => html`<muster-join></muster-join>`,
  },
  {
    path: '/self-enrollment',
    title: () => msg('Enroll your face'),
    frame: 'full',
    needs: 'nobody',
    load: () => import('../pages/self-enrollment/self-enrollment.ts'),
    render: () => html`<muster-self-enrollment></muster-self-enrollment>`,
  },
  {
    path: '/my',
    title: () => msg('Today'),
    frame: 'shell',
    needs: 'own:read',
    load: () => import('../pages/own/own-home.ts'),
    render: () => html`<muster-own-home></muster-own-home>`,
  },
  {
    path: '/my/month',
    title: () => msg('My month'),
    frame: 'shell',
    needs: 'own:read',
    load: () => import('../pages/own/own-month.ts'),
    render: () => html`<muster-own-month></muster-own-month>`,
  },
  {
    path: '/my/requests',
    title: () => msg('My requests'),
    frame: 'shell',
    needs: 'own:read',
    load: () => import('../pages/own/own-requests.ts'),
    render: () => html`<muster-own-requests></muster-own-requests>`,
  },
  {
    path: '/my/data',
    title: () => msg('My data'),
    frame: 'shell',
    needs: 'own:export',
    load: () => import('../pages/own/own-data.ts'),
    render: () => html`<muster-own-data></muster-own-data>`,
  },
  {
    path: '/account',
    title: () => msg('My account'),
    frame: 'shell',
    needs: 'account',
    load: () => import('../pages/account/account.ts'),
    render: () => html`<muster-account></muster-account>`,
  },
  {
    path: '/accounts',
    title: () => msg('Accounts'),
    frame: 'shell',
    needs: 'accounts:read',
    load: () => import('../pages/accounts/accounts.ts'),
    render: () => html`<muster-accounts></muster-accounts>`,
  },
  {
    path: '/sites',
    title: () => msg('Sites'),
    frame: 'shell',
    needs: 'settings:write',
    load: () => import('../pages/sites/sites.ts'),
    render: () => html`<muster-sites></muster-sites>`,
  },
  {
    path: '/closings',
    title: () => msg('Close a month'),
    frame: 'shell',
    needs: 'months:read',
    load: () => import('../pages/closings/closings.ts'),
    render: () => html`<muster-closings></muster-closings>`,
  },
  {
    path: '/corrections',
    title: () => msg('Corrections'),
    frame: 'shell',
    needs: 'attendance:correct',
    load: () => import('../pages/corrections/corrections.ts'),
    render: () => html`<muster-corrections></muster-corrections>`,
  },
  {
    path: '/corrections/punches',
    title: () => msg('Remove several punches'),
    frame: 'shell',
    needs: 'attendance:correct',
    load: () => import('../pages/corrections/remove-punches.ts'),
    render: () => html`<muster-remove-punches></muster-remove-punches>`,
  },
  {
    path: '/pair',
    title: () => msg('Pair this device'),
    frame: 'full',
    needs: 'nobody',
    load: () => import('../pages/pair.ts'),
    render: () => html`<muster-pair></muster-pair>`,
  },
  {
    path: '/station',
    reader: 'device',
    title: () => msg('Station'),
    frame: 'full',
    needs: 'nobody',
    load: () => import('../pages/station/station.ts'),
    render: () => html`<muster-station></muster-station>`,
  },
  {
    path: '/camera',
    reader: 'device',
    title: () => msg('Camera'),
    frame: 'full',
    needs: 'nobody',
    load: () => import('../pages/camera.ts'),
    render: () => html`<muster-camera></muster-camera>`,
  },
  {
    path: '/enroll',
    title: () => msg('Enroll'),
    frame: 'shell',
    needs: 'enroll',
    load: () => import('../pages/enroll/enroll.ts'),
    render: () => html`<muster-enroll></muster-enroll>`,
  },
  {
    path: '/enroll/:personId',
    title: () => msg('Enroll'),
    frame: 'shell',
    needs: 'enroll',
    load: () => import('../pages/enroll/enroll.ts'),
    render: ({ personId }) => html`<muster-enroll .personId=${personId ?? null}></muster-enroll>`,
  },
  {
    path: '/people',
    title: () => msg('People'),
    frame: 'shell',
    needs: 'people:read',
    load: () => import('../pages/people/people.ts'),
    render: () => html`<muster-people></muster-people>`,
  },
  {
    path: '/people/import',
    title: () => msg('Import people'),
    frame: 'shell',
    needs: 'people:write',
    load: () => import('../pages/people-import/people-import.ts'),
    render: () => html`<muster-people-import></muster-people-import>`,
  },
  {
    path: '/people/invitations',
    title: () => msg('Invitations to enroll'),
    frame: 'shell',
    needs: 'enroll',
    load: () => import('../pages/invitations/invitations.ts'),
    render: () => html`<muster-invitations></muster-invitations>`,
  },
  {
    path: '/people/departments',
    title: () => msg('Departments'),
    frame: 'shell',
    needs: 'people:read',
    load: () => import('../pages/departments/departments.ts'),
    render: () => html`<muster-departments></muster-departments>`,
  },
  {
    path: '/people/:personId',
    title: () => msg('Person'),
    frame: 'shell',
    needs: 'people:read',
    load: () => import('../pages/person/person.ts'),
    render: ({ personId }) => html`<muster-person .personId=${personId ?? ''}></muster-person>`,
  },
  {
    path: '/people/:personId/month',
    title: () => msg('Month'),
    frame: 'shell',
    needs: 'reports:read',
    load: () => import('../pages/month/month.ts'),
    render: ({ personId }) => html`<muster-month .personId=${personId ?? ''}></muster-month>`,
  },
  {
    path: '/reports',
    title: () => msg('Reports'),
    frame: 'shell',
    needs: 'reports:read',
    load: () => import('../pages/reports/reports.ts'),
    render: () => html`<muster-reports></muster-reports>`,
  },
  {
    path: '/payroll',
    title: () => msg('Payroll'),
    frame: 'shell',
    needs: 'payroll:export',
    load: () => import('../pages/payroll/payroll.ts'),
    render: () => html`<muster-payroll></muster-payroll>`,
  },
  {
    path: '/decisions',
    title: () => msg('Decisions'),
    frame: 'shell',
    needs: 'decisions:read',
    load: () => import('../pages/decisions/decisions.ts'),
    render: () => html`<muster-decisions></muster-decisions>`,
  },
  {
    path: '/settings',
    title: () => msg('Settings'),
    frame: 'shell',
    needs: 'settings:write',
    load: () => import('../pages/settings/settings.ts'),
    render: () => html`<muster-settings></muster-settings>`,
  },
  {
    path: '/consent-texts',
    title: () => msg('Consent texts'),
    frame: 'shell',
    needs: 'consent-texts:write',
    load: () => import('../pages/consent-texts/consent-texts.ts'),
    render: () => html`<muster-consent-texts></muster-consent-texts>`,
  },
  {
    path: '/retention',
    title: () => msg('Retention'),
    frame: 'shell',
    needs: 'settings:write',
    load: () => import('../pages/retention.ts'),
    render: () => html`<muster-retention></muster-retention>`,
  },
  {
    path: '/attendance',
    title: () => msg('Attendance'),
    frame: 'shell',
    needs: 'attendance:read',
    load: () => import('../pages/attendance/attendance.ts'),
    render: () => html`<muster-attendance></muster-attendance>`,
  },
  {
    path: '/presence',
    title: () => msg('In the building'),
    frame: 'shell',
    needs: 'presence:read',
    load: () => import('../pages/presence/presence.ts'),
    render: () => html`<muster-presence></muster-presence>`,
  },
  {
    path: '/rollcall',
    title: () => msg('Roll call'),
    frame: 'full',
    needs: 'rollcalls:run',
    keptSession: async () => (await import('../rollcall/kept-session.ts')).keptSession(),
    load: () => import('../pages/rollcall/rollcall.ts'),
    render: () => html`<muster-roll-call></muster-roll-call>`,
  },
  {
    path: '/devices',
    title: () => msg('Devices'),
    frame: 'shell',
    needs: 'devices:read',
    load: () => import('../pages/devices/devices.ts'),
    render: () => html`<muster-devices></muster-devices>`,
  },
  {
    path: '/devices/wall',
    title: () => msg('Live wall'),
    frame: 'full',
    needs: 'cameras:view',
    load: () => import('../pages/wall/wall.ts'),
    render: () => html`<muster-wall></muster-wall>`,
  },
  {
    path: '/audit',
    title: () => msg('Audit trail'),
    frame: 'shell',
    needs: 'audit:read',
    load: () => import('../pages/audit/audit.ts'),
    render: () => html`<muster-audit></muster-audit>`,
  },
];

export const notPermitted: Route = {
  path: '',
  title: () => msg('No access'),
  frame: 'shell',
  needs: 'account',
  load: () => import('../pages/not-permitted.ts'),
  render: () => html`<muster-not-permitted></muster-not-permitted>`,
};

export const notFound: Route = {
  path: '',
  title: () => msg('Page not found'),
  frame: 'full',
  needs: 'nobody',
  load: () => import('../pages/not-found.ts'),
  render: () => html`<muster-not-found></muster-not-found>`,
};
