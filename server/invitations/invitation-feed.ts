import { EventEmitter } from 'node:events';

/** Says what happened to an invitation, here or at another server, so that what an earlier phone does with it ends. */
export class InvitationFeed extends EventEmitter<{
  /** It has ended, or another phone has opened it here. */
  'invitation.changed': [invitationId: string];
  /** A phone has opened it: whether an earlier one may still use it must be checked. */
  'invitation.opened': [invitationId: string];
}> {
  /** Call it after the commit. */
  report(invitationId: string): void {
    this.emit('invitation.changed', invitationId);
  }

  opened(invitationId: string): void {
    this.emit('invitation.opened', invitationId);
  }
}
