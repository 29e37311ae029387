/** The demonstration office, on PostgreSQL: what every page needs to show something. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fillDemoOffice } from '../../server/demo/demo-office.ts';
import { decisionView } from '#protocol/decisions.ts';
import { evidencePolicy } from '../../server/recognition/policy.ts';
import { thresholds } from '../../server/recognition/thresholds.test-support.ts';
import { ATTENDANCE, type DataServices, openDataServices } from '../support/data-services.ts';

/** A Friday at noon. */
const NOW = Date.parse('2026-11-27T11:00:00Z');
const PEOPLE = 60;

let services: DataServices;
let team: Awaited<ReturnType<typeof fillDemoOffice>>;

beforeAll(async () => {
  services = await openDataServices({ now: () => NOW });
  const { accounts, devices, setupToken } = services;
  const { timeZone } = ATTENDANCE;
  const policy = evidencePolicy(thresholds, '1e-4');
  const options = { people: PEOPLE, now: NOW, timeZone, policy, say: () => {} };
  team = await fillDemoOffice({ core: services, accounts, setupToken, devices, ...options });
}, 120_000);
afterAll(() => services.close());

const rows = <T>(sql: string) => services.database.fork().execute<T[]>(sql);

it('each account signs in with the password that is printed', async () => {
  for (const { username, password, role } of team) {
    const { actor } = await services.accounts.signIn({ username, password });
    expect(actor.role).toBe(role);
  }
});

it('people of every department came on each working day of three months, and nobody in the future', async () => {
  const days = await rows<{ date: string; people: number }>(
    `select (at at time zone 'Europe/Paris')::date::text as date, count(distinct person_id)::int as people
     from punch where extract(dow from at at time zone 'Europe/Paris') between 1 and 5 group by 1 order by 1`,
  );
  expect(days.length).toBeGreaterThan(62);
  expect(days.filter(({ people }) => people < PEOPLE / 6)).toEqual([]);
  const [last] = await rows<{ late: number; departments: number }>(
    `select count(*) filter (where at > '${new Date(NOW).toISOString()}')::int as late,
            count(distinct department)::int as departments
     from punch join person on person.id = person_id`,
  );
  expect(last).toEqual({ late: 0, departments: 10 });
});

it('months are closed but for the last one; corrections wait, are applied and refused, and an absence waits', async () => {
  const closed = await rows<{ month: string }>(
    'select distinct month::text as month from month_closing order by 1',
  );
  expect(closed.map(({ month }) => month.slice(0, 7))).toEqual(['2026-08', '2026-09']);
  expect(await rows('select state from absence_request')).toEqual([{ state: 'waiting' }]);
  const states = await rows<{ state: string }>('select distinct state from correction');
  expect(states.map(({ state }) => state)).toEqual(expect.arrayContaining(['applied', 'waiting']));
});

it('at noon people are in the building, and a month of a person has the hours of a month', async () => {
  const { people } = await services.presence.get();
  expect(people.length).toBeGreaterThan(PEOPLE / 10);
  const report = await services.reports.people(
    { limit: 50, from: '2026-10-01', to: '2026-10-31' },
    undefined,
  );
  expect(report.people.length).toBeGreaterThan(PEOPLE / 2);
});

it('the doors explain their decisions of the last days: of punches, and of faces that were not let in', async () => {
  const { decisions } = await services.decisions.list({ limit: 200 });
  const kinds = ['recognized', 'challenge-passed', 'challenge-failed', 'not-live', 'unknown'];
  expect(decisions.map(({ kind }) => kind)).toEqual(expect.arrayContaining(kinds));
  for (const { id, kind, person } of decisions) {
    const {
      best,
      frames,
      live,
      samples,
      thresholds: held,
    } = decisionView.parse(await services.decisions.get(id));
    expect(samples.length).toBe(frames.judged);
    expect(person === null).toBe(kind === 'unknown');
    // What was let in reached what was needed, and a stranger did not.
    const reached = best!.similarity >= held.similarity && best!.margin >= held.margin;
    expect([kind, reached]).toEqual([kind, kind !== 'unknown']);
    expect([kind, live !== null && live < held.doubt!]).toEqual([kind, kind === 'not-live']);
    expect([kind, frames.agreeing >= held.agreeing]).toEqual([kind, kind !== 'unknown']);
  }
  const [punch] = await rows<{ id: string; similarity: number }>(
    'select id, similarity from punch order by at desc limit 1',
  );
  const why = await services.decisions.ofPunch(punch!.id);
  expect(why.best!.similarity).toBeCloseTo(punch!.similarity, 3);
});
