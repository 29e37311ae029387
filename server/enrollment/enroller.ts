/** Who runs a capture: staff, for anybody; or the holder of an invitation, for the invited person. */
export type Enroller = { accountId: string; name: string } | { invitationId: string; name: string };

/** The id by which an enrollment knows whose it is. */
export function enrollerId(by: Enroller): string {
  return 'accountId' in by ? by.accountId : by.invitationId;
}
