/** Property, on PostgreSQL: whatever the order in which a month's acts arrive, its hours are the same. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AccountView } from '#protocol/accounts.ts';
import type { PersonView } from '#protocol/people.ts';
import type { CorrectionInput } from '#protocol/corrections.ts';
import type { PunchKind } from '#protocol/attendance.ts';
import type { SiteView } from '#protocol/sites.ts';
import { doorOf, type SightingDevice } from '../../server/attendance/attendance-service.ts';
import type { CorrectionActor } from '../../server/attendance/correction-service.ts';
import { HOUR, MINUTE } from '../../server/time/durations.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';
import { RestServer } from '../support/rest-server.ts';

/** November in Paris: October is over, and can be closed. */
const NOW = Date.parse('2026-11-23T11:00:00Z');
/** Monday in summer time; the clocks are set back on the Sunday before the last week of the month. */
const MONDAY = Date.parse('2026-10-19T00:00:00+02:00');
const MONTH = '2026-10';
const NEXT = '2026-11';

let services: DataServices;
let rest: RestServer;
let door: SightingDevice;
let paris: SiteView;
let owner: CorrectionActor;
let manager: CorrectionActor;

beforeAll(async () => {
  services = await openDataServices({ now: () => NOW });
  rest = await RestServer.start(services);
  const staff = await rest.staff();
  await rest.member(staff, 'manager', 'Lab');
  const { accounts } = await staff.json<{ accounts: AccountView[] }>('GET', '/api/v1/accounts');
  const idOf = (role: string) => accounts.find((account) => account.role === role)!.id;
  owner = { accountId: idOf('owner'), role: 'owner', departments: undefined };
  // Their department does not matter here: that a manager's corrections wait does.
  manager = { accountId: idOf('manager'), role: 'manager', departments: undefined };
  paris = (await services.sites.list())[0]!;
  door = doorOf(await services.addDevice());
});
afterAll(async () => {
  rest.stop();
  await services.close();
});

/** What happens to one punch, in this order. Other punches may come between. */
interface Story {
  /** Half hours after the beginning of the first day; each story has its own. */
  slot: number;
  person: 0 | 1;
  begin: 'seen' | 'seen-twice' | 'added-by-owner' | 'asked-by-manager';
  says: PunchKind;
  /** What an owner decides on it, where a manager asked. */
  decision: 'approve' | 'refuse' | 'withdraw';
  after: 'stays' | 'voided' | 'moved' | 'void-asked' | 'void-refused';
}

const SLOTS = 12 * 48;
/** Days on which most stories happen. Few, so that an "in" and an "out" often meet; the clocks change on the last. */
const BUSY_DAYS = [0, 1, 6];
const stories = fc.uniqueArray(
  fc.record<Story>({
    // Most of them on working hours, some at night.
    slot: fc.oneof(
      fc
        .record({ day: fc.constantFrom(...BUSY_DAYS), halfHour: fc.integer({ min: 14, max: 36 }) })
        .map(({ day, halfHour }) => day * 48 + halfHour),
      fc.nat(SLOTS - 1),
    ),
    person: fc.constantFrom(0, 1),
    begin: fc.constantFrom('seen', 'seen', 'seen-twice', 'added-by-owner', 'asked-by-manager'),
    says: fc.constantFrom('in', 'out'),
    decision: fc.constantFrom('approve', 'approve', 'refuse', 'withdraw'),
    after: fc.constantFrom('stays', 'stays', 'stays', 'voided', 'moved', 'void-asked', 'void-refused'),
  }),
  { minLength: 6, maxLength: 14, selector: ({ slot }) => slot },
);

type Step = () => Promise<unknown>;

function ask(kind: object, by: CorrectionActor) {
  return services.corrections.create({ reason: 'for the test', ...kind } as CorrectionInput, by);
}

/** Two people of a department of their own, to whom the stories happen. */
class Team {
  readonly department: string;
  readonly #people: readonly [PersonView, PersonView];
  #sightings = 0;

  private constructor(department: string, people: readonly [PersonView, PersonView]) {
    this.department = department;
    this.#people = people;
  }

  static #teams = 0;
  static async create(): Promise<Team> {
    Team.#teams += 1;
    const department = `Team ${Team.#teams}`;
    const first = await services.addPerson({ department });
    return new Team(department, [first, await services.addPerson({ department })]);
  }

  /** The steps of a story. Each awaits the one before it. */
  steps({ slot, person, begin, says, decision, after }: Story): Step[] {
    const at = MONDAY + slot * 30 * MINUTE;
    const { id: personId, number } = this.#people[person];
    const other = this.#people[1 - person]!;
    this.#sightings += 1;
    const id = `${this.department}/${this.#sightings}`;
    const sighting = { id, cameraId: 'c', track: 1, personId, at, live: null };
    const evidence = { similarity: 0.9, margin: 0.3, frames: 5 };
    const pass = () => services.attendance.record({ ...sighting, ...evidence }, door);
    const isAsked = begin === 'asked-by-manager';
    const clock = clockOf(at);
    const add = (by: CorrectionActor) => () =>
      ask({ kind: 'add', number, siteId: paris.id, says, ...clock }, by);
    let asked = '';
    const steps: Step[] = [];
    if (begin === 'seen') steps.push(pass);
    else if (begin === 'seen-twice') steps.push(pass, pass);
    else if (begin === 'added-by-owner') steps.push(add(owner));
    else
      steps.push(
        async () => (asked = (await add(manager)()).id),
        () => this.#decide(asked, decision),
      );
    if (isAsked && decision !== 'approve') return steps;
    const punchId = async () => (await this.#punches(personId, at))[0]!;
    if (after === 'voided') steps.push(async () => ask({ kind: 'void', punchIds: [await punchId()] }, owner));
    if (after === 'moved') {
      steps.push(async () => ask({ kind: 'move', punchId: await punchId(), number: other.number }, owner));
    }
    if (after === 'void-asked' || after === 'void-refused') {
      let request = '';
      steps.push(
        async () => (request = (await ask({ kind: 'void', punchIds: [await punchId()] }, manager)).id),
        () => this.#decide(request, after === 'void-asked' ? 'approve' : 'refuse'),
      );
    }
    return steps;
  }

  async #decide(id: string, decision: Story['decision']): Promise<void> {
    if (decision === 'withdraw') await services.corrections.withdraw(id, manager);
    else await services.corrections.decide(id, { decision, note: 'for the test' }, owner);
  }

  async #punches(person: string, at: number): Promise<string[]> {
    const instant = new Date(at).toISOString();
    const { punches } = await services.attendanceQuery.punches({
      from: instant,
      to: instant,
      person,
      limit: 10,
    });
    return punches.filter(({ punch }) => !punch.voided).map(({ punch }) => punch.id);
  }

  async close(): Promise<void> {
    await services.closings.close(
      { month: MONTH, department: this.department, accept: true },
      { accountId: owner.accountId },
    );
  }

  /** Of both people: each day of the month as the page shows it. */
  async days(): Promise<unknown> {
    return Promise.all(
      this.#people.map(async ({ id }) => {
        const { days, worked, incomplete } = await services.attendanceQuery.timesheet(id, MONTH);
        const shown = days.map(({ date, because, presence, worked: hours, pauses, deducted, punches }) => ({
          date,
          because,
          presence,
          hours,
          pauses,
          deducted,
          punches: punches
            .map(
              ({ localTime, says, source, voided }) =>
                `${localTime} ${says} ${source} ${voided ? 'void' : ''}`,
            )
            .toSorted(),
        }));
        return { shown, worked, incomplete };
      }),
    );
  }

  /** Of both people: the time worked in the month and as an adjustment of it in the next one, ms. */
  async hours(): Promise<number[]> {
    const sheets = this.#people.map(async ({ id }) => {
      const months = [MONTH, NEXT].map((month) => services.attendanceQuery.timesheet(id, month));
      return (await Promise.all(months)).reduce((sum, { worked }) => sum + worked, 0);
    });
    return Promise.all(sheets);
  }
}

const PARIS = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Paris',
  dateStyle: 'short',
  timeStyle: 'short',
});

/** Work date and time by the clocks of Paris, whose days turn at 4:00; a time that they show twice is of the second pass then. */
function clockOf(at: number): { date: string; time: string; pass: 'first' | 'second' } {
  const shown = PARIS.format(at);
  const byClock = Date.parse(`${shown.replace(' ', 'T')}:00Z`);
  return {
    date: new Date(byClock - 4 * HOUR).toISOString().slice(0, 10),
    time: shown.slice(11),
    pass: PARIS.format(at - HOUR) === shown ? 'second' : 'first',
  };
}

/** All steps of all stories in an order that the numbers choose; each story keeps its own. */
function interleaved(team: Team, told: readonly Story[], choices: readonly number[]): Step[] {
  const queues = told.map((story) => team.steps(story));
  const steps: Step[] = [];
  for (let i = 0; queues.some(({ length }) => length > 0); i += 1) {
    const open = queues.filter(({ length }) => length > 0);
    steps.push(open[choices[i % choices.length]! % open.length]!.shift()!);
  }
  return steps;
}

async function happen(steps: readonly Step[]): Promise<void> {
  for (const step of steps) await step();
}

const seen = (slot: number, says: PunchKind, after: Story['after']): Story => ({
  slot,
  says,
  after,
  person: 0,
  begin: 'seen',
  decision: 'approve',
});
/** A punch that is added in the hour which the clocks of the last busy day show twice. */
const TWICE: Story = { ...seen(295, 'in', 'void-asked'), begin: 'added-by-owner' };
/** One run that certainly counts hours, whatever the others draw: a day of work that is moved and one that stays. */
const SURE = [
  seen(16, 'in', 'stays'),
  seen(34, 'out', 'stays'),
  seen(64, 'in', 'moved'),
  seen(80, 'out', 'moved'),
  TWICE,
];
const IN_TURN = Array.from({ length: 30 }, (_, i) => i);

const choices = fc.array(fc.nat(1_000), { minLength: 30, maxLength: 30 });

it(
  'a month is the same for any order, repetition and delay of punches, voids, corrections and approvals, closed or not',
  { timeout: 120_000 },
  async () => {
    let counted = 0;
    await fc.assert(
      fc.asyncProperty(stories, choices, choices, fc.nat(30), async (told, some, others, closeAfter) => {
        const [first, second, closing] = await Promise.all([Team.create(), Team.create(), Team.create()]);
        const closeAt = Math.min(closeAfter, told.length - 1);
        await Promise.all([
          happen(interleaved(first, told, some)),
          happen(interleaved(second, told, others)),
          happen(interleaved(closing, told, others).toSpliced(closeAt, 0, () => closing.close())),
        ]);
        expect(await second.days()).toEqual(await first.days());
        const hours = await first.hours();
        expect(await closing.hours()).toEqual(hours);
        counted += hours[0]! + hours[1]!;
      }),
      { numRuns: 8, endOnFailure: true, examples: [[SURE, IN_TURN, IN_TURN.toReversed(), 2]] },
    );
    expect(counted).toBeGreaterThan(0);
  },
);
