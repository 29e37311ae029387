import { html, type TemplateResult } from 'lit';
import type { Permission } from '#protocol/permissions.ts';

export interface Route {
  /** Path with `:name` for a part that is passed on. */
  path: string;
  title: string;
  /** Which frame it stands in: `shell` has the navigation, `full` has the screen to itself. */
  frame: 'shell' | 'full';
  /** `account` and all permissions lead to the sign-in page without an account, and to `notPermitted` without the permission. */
  needs: 'nobody' | 'account' | Permission;
  load: () => Promise<unknown>;
  render: (part: Record<string, string>) => TemplateResult;
}

export const routes: readonly Route[] = [
  {
    path: '/',
    title: 'Today',
    frame: 'shell',
    needs: 'account',
    load: () => import('../pages/home.ts'),
    render: () => html`<muster-home></muster-home>`,
  },
  {
    path: '/setup',
    title: 'Set up',
    frame: 'full',
    needs: 'nobody',
    load: () => import('../pages/setup.ts'),
    render: () => html`<muster-setup></muster-setup>`,
  },
  {
    path: '/sign-in',
    title: 'Sign in',
    frame: 'full',
    needs: 'nobody',
    load: () => import('../pages/sign-in.ts'),
    render: () => html`<muster-sign-in></muster-sign-in>`,
  },
  {
    path: '/join',
    title: 'Join',
    frame: 'full',
    needs: 'nobody',
    load: () => import('../pages/join.ts'),
    render: () => html`<muster-join></muster-join>`,
  },
  {
    path: '/account',
    title: 'My account',
    frame: 'shell',
    needs: 'account',
    load: () => import('../pages/account/account.ts'),
    render: () => html`<muster-account></muster-account>`,
  },
  {
    path: '/accounts',
    title: 'Accounts',
    frame: 'shell',
    needs: 'accounts:read',
    load: () => import('../pages/accounts/accounts.ts'),
    render: () => html`<muster-accounts></muster-accounts>`,
  },
  {
    path: '/pair',
    title: 'Pair this device',
    frame: 'full',
    needs: 'nobody',
    load: () => import('../pages/pair.ts'),
    render: () => html`<muster-pair></muster-pair>`,
  },
  {
    path: '/station',
    title: 'Station',
    frame: 'full',
    needs: 'nobody',
    load: () => import('../pages/station/station.ts'),
    render: () => html`<muster-station></muster-station>`,
  },
  {
    path: '/camera',
    title: 'Camera',
    frame: 'full',
    needs: 'nobody',
    load: () => import('../pages/camera.ts'),
    render: () => html`<muster-camera></muster-camera>`,
  },
  {
    path: '/enroll',
    title: 'Enroll',
    frame: 'shell',
    needs: 'enroll',
    load: () => import('../pages/enroll/enroll.ts'),
    render: () => html`<muster-enroll></muster-enroll>`,
  },
  {
    path: '/enroll/:personId',
    title: 'Enroll',
    frame: 'shell',
    needs: 'enroll',
    load: () => import('../pages/enroll/enroll.ts'),
    render: ({ personId }) => html`<muster-enroll .personId=${personId ?? null}></muster-enroll>`,
  },
  {
    path: '/people',
    title: 'People',
    frame: 'shell',
    needs: 'people:read',
    load: () => import('../pages/people.ts'),
    render: () => html`<muster-people></muster-people>`,
  },
  {
    path: '/people/:personId',
    title: 'Person',
    frame: 'shell',
    needs: 'people:read',
    load: () => import('../pages/person/person.ts'),
    render: ({ personId }) => html`<muster-person .personId=${personId ?? ''}></muster-person>`,
  },
  {
    path: '/retention',
    title: 'Retention',
    frame: 'shell',
    needs: 'settings:write',
    load: () => import('../pages/retention.ts'),
    render: () => html`<muster-retention></muster-retention>`,
  },
  {
    path: '/attendance',
    title: 'Attendance',
    frame: 'shell',
    needs: 'attendance:read',
    load: () => import('../pages/attendance.ts'),
    render: () => html`<muster-attendance></muster-attendance>`,
  },
  {
    path: '/devices',
    title: 'Devices',
    frame: 'shell',
    needs: 'devices:read',
    load: () => import('../pages/devices/devices.ts'),
    render: () => html`<muster-devices></muster-devices>`,
  },
  {
    path: '/audit',
    title: 'Audit trail',
    frame: 'shell',
    needs: 'audit:read',
    load: () => import('../pages/audit.ts'),
    render: () => html`<muster-audit></muster-audit>`,
  },
];

export const notPermitted: Route = {
  path: '',
  title: 'Not permitted',
  frame: 'shell',
  needs: 'account',
  load: () => import('../pages/not-permitted.ts'),
  render: () => html`<muster-not-permitted></muster-not-permitted>`,
};

export const notFound: Route = {
  path: '',
  title: 'Not found',
  frame: 'full',
  needs: 'nobody',
  load: () => import('../pages/not-found.ts'),
  render: () => html`<muster-not-found></muster-not-found>`,
};
