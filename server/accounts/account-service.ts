/** Invites, changes and disables accounts for owners, who never see the password of another account. */
import { LockMode, UniqueConstraintViolationException } from '@mikro-orm/core';
import type { Logger } from 'pino';
import { audit } from '../audit/audit.ts';
import type { Database, Em } from '../db/database.ts';
import { Account } from '../db/entities/account.ts';
import { requireDepartment } from '../departments/department-names.ts';
import { Person } from '../db/entities/person.ts';
import { type Expected, recordVersion, requireVersion } from '../db/record-version.ts';
import { Invitation, SecondFactor } from '../db/entities/sign-in.ts';
import type {
  AccountChange,
  AccountsQuery,
  AccountView,
  InvitationView,
  NewAccount,
} from '../protocol/accounts.ts';
import { MusterError } from '../protocol/error.ts';
import type { Role } from '../protocol/permissions.ts';
import type { JoinInput } from '../protocol/session.ts';
import type { AccountFeed } from './account-feed.ts';
import { hasAnotherOwner, lockOwners } from './owners.ts';
import { hashPassword } from './password.ts';
import { refuseKnownPassword } from './password-policy.ts';
import type { SecondFactorService } from './second-factor-service.ts';
import type { SessionStore } from './session-store.ts';
import { hashToken, newToken } from '../crypto/token.ts';
import { HOUR } from '../time/durations.ts';

export interface AccountServiceOptions {
  database: Database;
  sessions: SessionStore;
  secondFactors: SecondFactorService;
  log: Logger;
  now: () => number;
  feed: AccountFeed;
}

/** An invitation is valid for this long, ms. */
export const INVITATION_LIFE = 72 * HOUR;

export class AccountService {
  readonly #options: AccountServiceOptions;

  constructor(options: AccountServiceOptions) {
    this.#options = options;
  }

  /** By name, without those of people who were erased. */
  async list(of?: AccountsQuery['of']): Promise<AccountView[]> {
    const em = this.#options.database.fork();
    const kind = of === undefined ? {} : { personId: of === 'staff' ? null : { $ne: null } };
    // Only erased people have no name.
    const accounts = await em.find(
      Account,
      { ...kind, name: { $ne: '' } },
      { orderBy: { name: 'asc', username: 'asc' } },
    );
    const factors = await em.find(SecondFactor, { confirmedAt: { $ne: null } });
    const withFactor = new Set(factors.map(({ accountId }) => accountId));
    return accounts.map((account) => viewOf(account, withFactor.has(account.id)));
  }

  /** Throws MusterError `not-found`. */
  get(id: string): Promise<AccountView> {
    const em = this.#options.database.fork();
    return this.#view(em, id);
  }

  /** Throws MusterError `conflict` where the user name is taken; `validation-failed` for a manager of no department. */
  async invite({ username, name, role, department }: NewAccount): Promise<InvitationView> {
    refuseManagerOfNobody(role, department);
    return this.#create(async (em) => ({
      username,
      name,
      role,
      department: await requireDepartment(em, department),
    }));
  }

  /**
   * Makes the account with which a person sees their own record. Throws MusterError `not-found`, `conflict` where the user
   * name is taken, and `wrong-state` where the person has an account already, is suspended or has left.
   */
  inviteEmployee(personId: string, { username }: { username: string }): Promise<InvitationView> {
    return this.#create(async (em) => {
      // Locked, so that two invitations at the same time do not both find that there is no account.
      const lockMode = LockMode.PESSIMISTIC_WRITE;
      const person = await em.findOne(Person, { id: personId, erasedAt: null }, { lockMode });
      if (!person) throw new MusterError('not-found', 'There is no such person.');
      if (person.status !== 'active') {
        throw new MusterError('wrong-state', 'This person is suspended or has left.');
      }
      if ((await em.count(Account, { personId })) > 0) {
        throw new MusterError('wrong-state', 'This person has an account already.');
      }
      return { username, name: person.displayName, role: 'employee', department: null, personId };
    });
  }

  /**
   * A new role and a disabled account end its sessions. Throws MusterError `not-found`, `precondition-failed`,
   * `validation-failed` for a manager of no department, and
   * `wrong-state` where the change would leave no owner, or where owners would change their own role or disable themselves.
   */
  async change(
    id: string,
    change: AccountChange,
    by: { accountId: string },
    expected?: Expected,
  ): Promise<AccountView> {
    const view = await this.#options.database.transaction(async (em) => {
      const account = await this.#owned(em, id);
      await requireVersion(em, {
        version: versionOf(account),
        expected,
        edited: { kind: 'account', id, acts: EDITS, department: account.department },
      });
      const before = { role: account.role, disabled: account.disabledAt !== null };
      const { role = account.role, disabled = before.disabled } = change;
      if (account.personId && (change.role ?? change.name ?? change.department) !== undefined) {
        throw new MusterError(
          'wrong-state',
          'The account of an employee keeps its role and has the name of its person: change the person.',
        );
      }
      if (id === by.accountId && (role !== before.role || disabled)) {
        throw new MusterError('wrong-state', 'You cannot do this to your own account: ask another owner.');
      }
      if (before.role === 'owner' && (role !== 'owner' || disabled)) await this.#keepAnOwner(em, id);
      account.role = role;
      if (disabled !== before.disabled) account.disabledAt = disabled ? new Date(this.#options.now()) : null;
      if (change.name !== undefined) account.name = change.name;
      if (change.department !== undefined) {
        account.department = await requireDepartment(em, change.department);
      }
      // Another change of a manager whom an identity provider reported without a department stays possible.
      if (change.role !== undefined || change.department !== undefined) {
        refuseManagerOfNobody(account.role, account.department);
      }
      if (disabled) await em.nativeDelete(Invitation, { accountId: id });
      if (disabled || role !== before.role) await this.#options.sessions.revokeAll(em, id);
      await em.flush();
      await audit(em, {
        act:
          disabled === before.disabled
            ? 'account.changed'
            : disabled
              ? 'account.disabled'
              : 'account.enabled',
        object: { kind: 'account', id },
        before,
        after: { role, disabled, fields: Object.keys(change) },
      });
      return this.#view(em, id);
    });
    this.#options.log.info({ event: 'account.changed', accountId: id, by: by.accountId }, 'account changed');
    this.#options.feed.report(id);
    return view;
  }

  /** Voids the password and ends all sessions; the second factor stays. Throws MusterError `not-found`, `wrong-state`. */
  async reset(id: string, by: { accountId: string }): Promise<InvitationView> {
    if (id === by.accountId)
      throw new MusterError('wrong-state', 'Change your own password on “My account”.');
    const invitation = await this.#options.database.transaction(async (em) => {
      const account = await this.#owned(em, id);
      if (account.disabledAt)
        throw new MusterError('wrong-state', 'This account is disabled: enable it first.');
      if (account.role === 'owner') await this.#keepAnOwner(em, id);
      account.passwordHash = null;
      await em.flush();
      await this.#options.sessions.revokeAll(em, id);
      const made = await this.#invitation(em, account);
      await audit(em, { act: 'account.reset', object: { kind: 'account', id } });
      return made;
    });
    this.#options.log.info({ event: 'account.reset', accountId: id, by: by.accountId }, 'account reset');
    this.#options.feed.report(id);
    return invitation;
  }

  /** For a person who lost both the app and the recovery codes. Throws MusterError `not-found`, `wrong-state` where it is off. */
  async resetSecondFactor(id: string): Promise<AccountView> {
    const view = await this.#options.database.transaction(async (em) => {
      await this.#owned(em, id);
      await this.#options.secondFactors.remove(em, id);
      await this.#options.sessions.revokeAll(em, id);
      await audit(em, { act: 'second-factor.reset', object: { kind: 'account', id } });
      return this.#view(em, id);
    });
    this.#options.feed.report(id);
    return view;
  }

  /** Uses up an invitation, and returns its account. Throws MusterError `not-found`, `validation-failed`. */
  async join({ token, password }: JoinInput): Promise<{ accountId: string; username: string }> {
    const { database, now } = this.#options;
    const tokenHash = hashToken(token);
    const valid = { tokenHash, expiresAt: { $gt: new Date(now()) } };
    const invitation = await database.fork().findOne(Invitation, valid);
    const account = invitation && (await database.fork().findOne(Account, { id: invitation.accountId }));
    if (!account || account.disabledAt) throw noInvitation();
    refuseKnownPassword(password, account);
    const passwordHash = await hashPassword(password);
    await database.transaction(async (em) => {
      // Of two requests that use the invitation at the same time, only one succeeds.
      if ((await em.nativeDelete(Invitation, valid)) === 0) throw noInvitation();
      await em.nativeUpdate(Account, { id: account.id }, { passwordHash });
      await audit(em, { act: 'account.joined', object: { kind: 'account', id: account.id } });
    });
    this.#options.log.info({ event: 'account.joined', accountId: account.id }, 'invitation accepted');
    return { accountId: account.id, username: account.username };
  }

  async #create(
    fieldsIn: (
      em: Em,
    ) => Promise<Pick<Account, 'username' | 'name' | 'role' | 'department'> & { personId?: string }>,
  ): Promise<InvitationView> {
    try {
      return await this.#options.database.transaction(async (em) => {
        const fields = await fieldsIn(em);
        const account = em.create(Account, {
          ...fields,
          passwordHash: null,
          disabledAt: null,
          signedInAt: null,
          createdAt: new Date(this.#options.now()),
        });
        await em.flush();
        const invitation = await this.#invitation(em, account);
        const { role, personId } = fields;
        await audit(em, {
          act: 'account.created',
          object: { kind: 'account', id: account.id },
          after: { role, ...(personId !== undefined && { personId }) },
        });
        return invitation;
      });
    } catch (error) {
      if (!(error instanceof UniqueConstraintViolationException)) throw error;
      throw new MusterError('conflict', 'There is an account with this user name.', {
        faults: [{ path: 'username', message: 'is taken' }],
      });
    }
  }

  async #invitation(em: Em, account: Account): Promise<InvitationView> {
    const now = this.#options.now();
    const token = newToken();
    const expiresAt = new Date(now + INVITATION_LIFE);
    await em.upsert(Invitation, {
      accountId: account.id,
      tokenHash: hashToken(token),
      createdAt: new Date(now),
      expiresAt,
    });
    return { account: await this.#view(em, account.id), token, expiresAt: expiresAt.toISOString() };
  }

  async #view(em: Em, id: string): Promise<AccountView> {
    const account = await em.findOne(Account, { id });
    if (!account) throw notFound();
    return viewOf(account, (await em.count(SecondFactor, { accountId: id, confirmedAt: { $ne: null } })) > 0);
  }

  async #owned(em: Em, id: string): Promise<Account> {
    await lockOwners(em);
    const account = await em.findOne(Account, { id });
    if (!account) throw notFound();
    return account;
  }

  async #keepAnOwner(em: Em, except: string): Promise<void> {
    if (await hasAnotherOwner(em, except)) return;
    throw new MusterError('wrong-state', 'This is the last owner: make another owner first.');
  }
}

function viewOf(account: Account, secondFactor: boolean): AccountView {
  const { id, username, name, role, department, personId, passwordHash, disabledAt } = account;
  const { createdAt, signedInAt } = account;
  return {
    id,
    version: versionOf(account),
    username,
    name,
    role,
    department: department ?? null,
    personId: personId ?? null,
    state: disabledAt ? 'disabled' : passwordHash ? 'active' : 'invited',
    secondFactor,
    createdAt: createdAt.toISOString(),
    signedInAt: signedInAt?.toISOString() ?? null,
  };
}

const EDITS = ['account.changed', 'account.disabled', 'account.enabled'] as const;

/** A manager of no department would see nobody, and take that for a quiet day. Throws MusterError `validation-failed`. */
function refuseManagerOfNobody(role: Role, department: string | null | undefined): void {
  if (role !== 'manager' || department) return;
  const message = 'is missing: a manager sees the people of one department';
  throw new MusterError('validation-failed', `department ${message}.`, {
    faults: [{ path: 'department', message }],
  });
}

function versionOf({ name, role, department, disabledAt }: Account): string {
  return recordVersion({ name, role, department: department ?? null, disabled: Boolean(disabledAt) });
}

function notFound(): MusterError {
  return new MusterError('not-found', 'There is no such account.');
}

/** The same answer for a wrong link, an expired link and a used link. */
function noInvitation(): MusterError {
  return new MusterError('not-found', 'This link was used or has expired: ask an owner for a new one.');
}
