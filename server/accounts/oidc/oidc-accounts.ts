/** Finds the account of a person whom the identity provider has authenticated, or creates it at the first sign-in. */
import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { audit } from '../../audit/audit.ts';
import type { Database, Em } from '../../db/database.ts';
import { Account, AccountIdentity } from '../../db/entities/account.ts';
import { departmentsNamed } from '../../departments/department-names.ts';
import type { Person } from '../../db/entities/person.ts';
import type { Role } from '../../protocol/permissions.ts';
import { hasAnotherOwner, lockOwners } from '../owners.ts';
import type { SessionStore } from '../session-store.ts';
import { OidcFailure } from '../../protocol/oidc-failure.ts';
import { type PersonKey, personOf } from './person-of.ts';

export interface OidcPerson {
  issuer: string;
  /** `sub`: unique and lasting at its issuer; names and addresses are neither. */
  subject: string;
  username: string | undefined;
  name: string | undefined;
  /**
   * Undefined where the provider does not send it: then the value that an owner set stays. It stays also where the name is that
   * of no department: an identity provider adds none to the list.
   */
  department: string | undefined;
  role: Role;
  /** Which person it is, where the role is that of an employee. */
  person: PersonKey | null;
}

/** User names that are tried before giving up. */
const TRIES = 20;

/**
 * Finds or makes the account, and gives it the role that the provider sends now. A new role ends its sessions. An account
 * made here has no password. An existing account with the same user name is a different account: a person who can choose a
 * name at the provider must not get the account of another person. An employee gets the one account of the person whom a
 * verified claim names, also where that was made by invitation. Throws OidcFailure `disabled`, `no-person`.
 */
export async function accountFor(
  { database, sessions }: { database: Database; sessions: Pick<SessionStore, 'revokeAll'> },
  person: OidcPerson,
): Promise<Account> {
  const once = () =>
    database.transaction(async (em) => {
      const identity = await em.findOne(AccountIdentity, { issuer: person.issuer, subject: person.subject });
      if (!identity) return person.role === 'employee' ? joinEmployee(em, person) : make(em, person, null);
      const account = await em.findOneOrFail(Account, identity.accountId);
      if (account.disabledAt) throw new OidcFailure('disabled');
      return update(em, account, person, sessions);
    });
  try {
    return await once();
  } catch (error) {
    // Two first sign-ins at the same time: the other one has made the account.
    if (!(error instanceof UniqueConstraintViolationException)) throw error;
    return once();
  }
}

/** The first sign-in of an employee. */
async function joinEmployee(em: Em, person: OidcPerson): Promise<Account> {
  const employee = await employeeOf(em, person);
  const account = await em.findOne(Account, { personId: employee.id });
  if (!account) return make(em, person, employee);
  if (account.disabledAt) throw new OidcFailure('disabled');
  const { issuer, subject } = person;
  // Another identity of this provider has the account: an address or a number may have been given to somebody else.
  if ((await em.count(AccountIdentity, { accountId: account.id, issuer })) > 0) {
    throw new OidcFailure('no-person');
  }
  em.create(AccountIdentity, { issuer, subject, accountId: account.id });
  await em.flush();
  const object = { kind: 'account' as const, id: account.id };
  await audit(em, { act: 'account.changed', object, after: { issuer } });
  return account;
}

async function employeeOf(em: Em, { person }: OidcPerson): Promise<Person> {
  const employee = person && (await personOf(em, person));
  if (!employee) throw new OidcFailure('no-person');
  return employee;
}

async function make(em: Em, person: OidcPerson, employee: Person | null): Promise<Account> {
  const { issuer, subject, role, department } = person;
  const username = await freeName(em, person);
  const account = em.create(Account, {
    username,
    name: employee?.displayName ?? (person.name ?? username).slice(0, 80),
    role,
    department: employee ? null : await listed(em, department),
    personId: employee?.id ?? null,
    passwordHash: null,
    disabledAt: null,
    signedInAt: null,
  });
  await em.flush();
  em.create(AccountIdentity, { issuer, subject, accountId: account.id });
  await em.flush();
  await audit(em, {
    act: 'account.created',
    object: { kind: 'account', id: account.id },
    after: { role, issuer, ...(employee && { personId: employee.id }) },
  });
  return account;
}

async function update(
  em: Em,
  account: Account,
  person: OidcPerson,
  sessions: Pick<SessionStore, 'revokeAll'>,
): Promise<Account> {
  const { role: wanted, department: reported, issuer } = person;
  const before = { role: account.role, department: account.department ?? null };
  const department = wanted === 'employee' ? null : ((await listed(em, reported)) ?? before.department);
  if (before.role === wanted && before.department === department) return account;
  let role = wanted;
  if (before.role === 'owner' && wanted !== 'owner') {
    await lockOwners(em);
    if (!(await hasAnotherOwner(em, account.id))) role = 'owner';
  }
  if (before.role === role && before.department === department) return account;
  if (role !== before.role) await bind(em, account, role, person);
  account.role = role;
  account.department = department;
  await em.flush();
  if (before.role !== role) await sessions.revokeAll(em, account.id);
  const object = { kind: 'account' as const, id: account.id };
  await audit(em, { act: 'account.changed', object, before, after: { role, department, issuer } });
  return account;
}

async function listed(em: Em, reported: string | undefined): Promise<string | null> {
  return reported === undefined ? null : ((await departmentsNamed(em, [reported])).get(reported) ?? null);
}

/** To a person, or to none any more, for its new role. Throws OidcFailure `no-person`, also for one who has another account. */
async function bind(em: Em, account: Account, role: Role, person: OidcPerson): Promise<void> {
  const employee = role === 'employee' ? await employeeOf(em, person) : null;
  if (employee && (await em.count(Account, { personId: employee.id })) > 0)
    throw new OidcFailure('no-person');
  account.personId = employee?.id ?? null;
  if (employee) account.name = employee.displayName;
}

async function freeName(em: Em, { username, subject }: OidcPerson): Promise<string> {
  const wanted = (username ?? '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9._@-]/g, '')
    .replace(/^[^a-z0-9]+/, '');
  const base = (
    wanted.length >= 2 ? wanted : `user-${subject.toLowerCase().replaceAll(/[^a-z0-9]/g, '')}`
  ).slice(0, 56);
  for (let n = 1; n <= TRIES; n += 1) {
    const name = n === 1 ? base : `${base}-${n}`;
    if ((await em.count(Account, { username: name })) === 0) return name;
  }
  throw new Error(`there are ${TRIES} accounts of one user name`);
}
