import type { AccountFeed } from '../accounts/account-feed.ts';
import type { AuditFollowers } from '../audit/audit-feed.ts';
import type { ConsentTextStore } from '../consent/consent-text-store.ts';
import type { DepartmentService } from '../departments/department-service.ts';
import type { InvitationFeed } from '../invitations/invitation-feed.ts';
import type { DeviceService } from '../devices/device-service.ts';
import type { PeopleService } from '../people/people-service.ts';
import type { SettingsService } from '../settings/settings-service.ts';

export interface FollowersOptions {
  departments: Pick<DepartmentService, 'managers'>;
  people: Pick<PeopleService, 'refresh' | 'reloadNames'>;
  devices: Pick<DeviceService, 'refresh' | 'siteChanged'>;
  accountFeed: AccountFeed;
  invitationFeed: InvitationFeed;
  settings: Pick<SettingsService, 'refresh'>;
  consentTexts: Pick<ConsentTextStore, 'refresh'>;
}

/** How a running server takes over what other servers on its database, and commands, have done. */
export function followers({
  people,
  departments,
  devices,
  accountFeed,
  invitationFeed,
  settings,
  consentTexts,
}: FollowersOptions): AuditFollowers {
  return {
    person: (id) => people.refresh(id),
    department: async (id) => {
      for (const account of await departments.managers(id)) accountFeed.report(account);
    },
    device: (id) => devices.refresh(id),
    account: async (id) => accountFeed.report(id),
    session: async (account) => accountFeed.report(account),
    invitation: async (id) => invitationFeed.report(id),
    invitationOpened: async (id) => invitationFeed.opened(id),
    setting: () => settings.refresh(),
    'consent-text': () => consentTexts.refresh(),
    site: async (id) => {
      await people.reloadNames();
      await devices.siteChanged(id);
    },
  };
}
