import type { InvitationsResult } from '#protocol/people-acts.ts';
import { deviceAddress } from '#protocol/device-address.ts';

/** What one person is handed. */
export interface InvitationLink {
  name: string;
  number: string;
  link: string;
  /** When it stops working, ISO 8601. */
  expiresAt: string;
}

/** The links at the address by which a phone reaches this server. */
export function invitationLinks({ invitations, addresses }: InvitationsResult): {
  links: InvitationLink[];
  ownMachineOnly: boolean;
} {
  const { url, ownMachineOnly } = deviceAddress(location.origin, addresses, '/self-enrollment');
  return {
    links: invitations.map(({ person, token, expiresAt }) => ({
      name: person.displayName,
      number: person.number,
      link: `${url}#token=${token}`,
      expiresAt,
    })),
    ownMachineOnly,
  };
}
