import { EventEmitter } from 'node:events';

/** Says that an invitation has ended, or that another phone has opened it: what an earlier phone does with it must end. */
export class InvitationFeed extends EventEmitter<{ 'invitation.changed': [invitationId: string] }> {
  /** Call it after the commit. */
  report(invitationId: string): void {
    this.emit('invitation.changed', invitationId);
  }
}
