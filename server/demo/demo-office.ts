/** Fills an empty database with an office and its last three months, by the services that the pages use. */
import { randomBytes } from 'node:crypto';
import type { SignInService } from '../accounts/sign-in-service.ts';
import type { Core } from '../composition/core.ts';
import type { DeviceService } from '../devices/device-service.ts';
import { newAbsenceRequest } from '../protocol/absence-requests.ts';
import { newAbsence, newAssignment, newRota, newShift } from '../protocol/schedules.ts';
import { newPerson } from '../protocol/people.ts';
import { addDays, clockAt, dateAt, datesBetween } from '../time/zoned.ts';
import type { EvidencePolicy } from '../recognition/types.ts';
import { explainDemo } from './demo-decisions.ts';
import { demoPeople } from './demo-people.ts';
import {
  ANCHOR,
  DEPARTMENTS,
  DOORS,
  type DemoDepartment,
  type DemoShift,
  ROTAS,
  SHIFTS,
  SITES,
} from './demo-plan.ts';
import {
  demoAbsences,
  type DemoDoor,
  type DemoEmployee,
  demoPunches,
  insertPunches,
} from './demo-punches.ts';

export interface DemoAccount {
  username: string;
  name: string;
  role: 'owner' | 'hr' | 'manager' | 'employee';
  password: string;
}

export interface DemoOptions {
  core: Core;
  accounts: SignInService;
  /** For the first account. */
  setupToken: string;
  devices: DeviceService;
  people: number;
  /** Epoch ms. */
  now: number;
  timeZone: string;
  /** Of the model pack in use: by it the doors explain what they decided. */
  policy: EvidencePolicy;
  /** What is being done. */
  say: (text: string) => void;
}

/** The office begins this long ago. */
const DAYS = 92;
/** How far ahead vacations are booked. */
const AHEAD = 45;
/** Corrections that wait for somebody or were decided, and months that are closed. */
const CORRECTIONS = 24;

export async function fillDemoOffice(options: DemoOptions): Promise<DemoAccount[]> {
  const { core, devices, now, timeZone, say } = options;
  const to = dateAt(now, timeZone);
  const from = addDays(to, -DAYS);
  say('accounts');
  const { team, ownerId, managerId } = await openAccounts(options);
  const by = { accountId: ownerId };
  say('sites, shifts and rotas');
  const sites = await openSites(core);
  const rotas = await planRotas(core, from);
  const doors = await pairDoors(devices, sites, by);
  say(`${options.people} people`);
  const employees = await hire(options, { from, to, sites, mornings: rotas.mornings });
  say('three months of punches');
  const holidays = await core.holidays.list({ from, to, siteId: sites.main });
  const free = new Set(holidays.filter(({ off }) => off === 'day').map(({ date }) => date));
  const punches = demoPunches(employees, {
    from,
    to,
    now,
    timeZone,
    sites,
    doors,
    isHoliday: (date) => free.has(date),
  });
  await insertPunches(core.database.fork(), punches, timeZone);
  await core.database.fork().execute('analyze');
  await explainDemo({ core, devices, policy: options.policy, people: employees.length });
  say('corrections and closed months');
  await correct(options, { sites, employees, ownerId, managerId });
  const [thisMonth, firstMonth] = [to.slice(0, 7), from.slice(0, 7)];
  const months = new Set(datesBetween(from, to).map((date) => date.slice(0, 7)));
  const last = addDays(`${thisMonth}-01`, -1).slice(0, 7);
  // The month before this one stays open, because its closing is what somebody wants to try.
  for (const month of [...months].filter((one) => one < last && one >= firstMonth)) {
    await core.closings.close({ month, department: null, accept: true }, by);
  }
  return [...team, await letIn(options, employees)];
}

/** Gives somebody who agreed to face recognition access to their own record; what they asked for waits. */
async function letIn(
  { accounts, core, now, timeZone }: DemoOptions,
  employees: readonly DemoEmployee[],
): Promise<DemoAccount> {
  const { person } = employees.find(({ department }) => department.name === 'Production') ?? employees[0]!;
  const one = { username: 'erin', role: 'employee', password: newPassword() } as const;
  const { account, token } = await accounts.directory.inviteEmployee(person.id, one);
  await accounts.join({ token, password: one.password });
  const { version } = core.consentTexts.current;
  const shown = { version, language: 'en', method: 'in-person' } as const;
  await core.consents.give(person.id, shown, { accountId: account.id });
  const by = { accountId: account.id, role: 'employee', departments: [], personId: person.id } as const;
  const today = dateAt(now, timeZone);
  // Later than any absence that was entered.
  const off = addDays(today, AHEAD + 30);
  const vacation = { kind: 'vacation', from: off, to: addDays(off, 2), note: 'A long weekend' };
  await core.absenceRequests.create(newAbsenceRequest.parse(vacation), by);
  const own = await core.ownRecord.numberAndSite(person.id);
  await core.corrections.create(
    {
      ...own,
      kind: 'add',
      date: addDays(today, -1),
      time: '12:34',
      pass: 'first',
      says: 'out',
      reason: 'I left for the dentist at noon',
    },
    by,
  );
  return { ...one, name: account.name };
}

/** The departments come first: the manager sees one of them. */
async function openAccounts({ core: { departments }, accounts, setupToken: token }: DemoOptions) {
  const team: (DemoAccount & { role: 'owner' | 'hr' | 'manager' })[] = [
    { username: 'olivia', name: 'Olivia Owner', role: 'owner', password: newPassword() },
    { username: 'henry', name: 'Henry Human', role: 'hr', password: newPassword() },
    { username: 'mona', name: 'Mona Manager', role: 'manager', password: newPassword() },
  ];
  const [owner, ...others] = team;
  const { actor } = await accounts.setUp({
    token,
    username: owner!.username,
    name: owner!.name,
    password: owner!.password,
  });
  for (const { name } of DEPARTMENTS) await departments.create({ name });
  const ids = new Map<string, string>();
  for (const { username, name, role, password } of others) {
    const department = role === 'manager' ? 'Production' : '';
    const invitation = await accounts.directory.invite({ username, name, role, department });
    await accounts.join({ token: invitation.token, password });
    ids.set(role, invitation.account.id);
  }
  return { team, ownerId: actor.accountId, managerId: ids.get('manager')! };
}

/** Words would be nicer to type; these cannot be guessed by whoever reads this file. */
function newPassword(): string {
  return `demo-${randomBytes(8).toString('hex')}`;
}

async function openSites({ sites }: Core): Promise<Record<DemoDepartment['site'], string>> {
  const first = (await sites.list())[0]!;
  const main = await sites.update(first.id, SITES.main);
  const works = await sites.create({ ...SITES.works, timeZone: first.timeZone });
  return { main: main.id, works: works.id };
}

async function planRotas({ schedules }: Core, from: string): Promise<Record<keyof typeof ROTAS, string>> {
  const shiftIds = new Map<DemoShift, string>();
  for (const [key, shift] of Object.entries(SHIFTS) as [DemoShift, (typeof SHIFTS)[DemoShift]][]) {
    shiftIds.set(key, (await schedules.shifts.create(newShift.parse(shift))).id);
  }
  const rotaIds: Partial<Record<keyof typeof ROTAS, string>> = {};
  for (const key of Object.keys(ROTAS) as (keyof typeof ROTAS)[]) {
    const { name, weeks, worksOnHolidays } = ROTAS[key];
    const rota = newRota.parse({
      name,
      worksOnHolidays,
      anchor: ANCHOR,
      weeks: weeks.map((days) => days.map((shifts) => shifts.map((shift) => shiftIds.get(shift)!))),
    });
    rotaIds[key] = (await schedules.rotas.create(rota)).id;
  }
  for (const { name: department, rota } of DEPARTMENTS) {
    await schedules.assignments.create(newAssignment.parse({ rotaId: rotaIds[rota], department, from }));
  }
  return rotaIds as Record<keyof typeof ROTAS, string>;
}

/** Their tokens are thrown away: they are known, and offline. */
async function pairDoors(
  devices: DeviceService,
  sites: Record<DemoDepartment['site'], string>,
  by: { accountId: string },
): Promise<DemoDoor[]> {
  const doors: DemoDoor[] = [];
  for (const { name, site } of DOORS) {
    const { code } = await devices.createPairing(
      { kind: 'station', name, settings: {}, siteId: sites[site] },
      by,
    );
    doors.push({ deviceId: (await devices.pair(code)).actor.deviceId, site });
  }
  return doors;
}

async function hire(
  { core, people }: DemoOptions,
  options: {
    from: string;
    to: string;
    sites: Record<DemoDepartment['site'], string>;
    mornings: string;
  },
): Promise<DemoEmployee[]> {
  const { from, to, sites, mornings } = options;
  const employees: DemoEmployee[] = [];
  for (const [i, one] of demoPeople(people, sites).entries()) {
    const person = await core.people.create(newPerson.parse(one.input));
    await core.absences.allow(person.id, Number(to.slice(0, 4)), {
      days: 28,
      carried: 2,
      carriedUntil: null,
    });
    if (one.partTime) {
      await core.schedules.assignments.create(
        newAssignment.parse({ rotaId: mornings, personId: person.id, from }),
      );
    }
    const away = new Set<string>();
    for (const absence of demoAbsences(i, from, addDays(to, AHEAD))) {
      if (absence.kind === 'sick' && absence.to > to) continue;
      await core.absences.absences.create(newAbsence.parse({ personId: person.id, ...absence }));
      // On a trip the doors see nobody either.
      for (const date of datesBetween(absence.from, absence.to)) away.add(date);
    }
    employees.push({ ...one, person, away });
  }
  return employees.filter(({ person }) => person.status === 'active');
}

/** Departures that were forgotten: entered, asked for and waiting, or refused. */
async function correct(
  { core, now, timeZone }: DemoOptions,
  {
    sites,
    employees,
    ownerId,
    managerId,
  }: {
    sites: Record<DemoDepartment['site'], string>;
    employees: readonly DemoEmployee[];
    ownerId: string;
    managerId: string;
  },
): Promise<void> {
  const owner = { accountId: ownerId, role: 'owner', departments: undefined } as const;
  const manager = { accountId: managerId, role: 'manager', departments: ['Production'] } as const;
  const missing = await core.database.fork().execute<{ number: string; at: Date | string }[]>(
    `select p.number, max(punch.at) as at from punch join person p on p.id = punch.person_id
     where p.department = 'Production' and punch.at < ?
     group by p.number, (punch.at at time zone ?)::date having count(*) = 1 order by 2 desc limit ?`,
    [new Date(now - 2 * 86_400_000), timeZone, CORRECTIONS],
  );
  const siteOf = new Map(employees.map(({ person, department }) => [person.number, sites[department.site]]));
  for (const [i, { number, at }] of missing.entries()) {
    const instant = new Date(at).getTime() + 8 * 3_600_000;
    const date = dateAt(new Date(at).getTime(), timeZone);
    const time = clockAt(instant, timeZone);
    // The site reads a time before the turn of its day as one of the next date.
    if (dateAt(instant, timeZone) !== date || siteOf.get(number) === undefined) continue;
    const { id } = await core.corrections.create(
      {
        kind: 'add',
        number,
        siteId: siteOf.get(number)!,
        date,
        time,
        pass: 'first',
        says: 'out',
        reason: 'Forgot to check out',
      },
      manager,
    );
    if (i % 3 === 0) continue;
    const decision = i % 7 === 1 ? 'refuse' : 'approve';
    await core.corrections.decide(
      id,
      { decision, note: decision === 'refuse' ? 'Please ask your team lead about this day.' : '' },
      owner,
    );
  }
}
