import { EventEmitter } from 'node:events';

/**
 * Reports, after the commit, that the rights of an account changed or that one of its sessions ended: its open
 * connections must be checked again.
 */
export class AccountFeed extends EventEmitter<{ 'account.changed': [accountId: string] }> {
  report(accountId: string): void {
    this.emit('account.changed', accountId);
  }
}
