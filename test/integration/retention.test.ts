import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { doorOf } from '../../server/attendance/attendance-service.ts';
import { AuditEvent } from '../../server/db/entities/audit-event.ts';
import { pendingByPerson } from '../../server/attendance/closed-months.ts';
import { ClosedDay } from '../../server/db/entities/closing.ts';
import { Person } from '../../server/db/entities/person.ts';
import { Punch } from '../../server/db/entities/punch.ts';
import { RollCall, RollCallTick } from '../../server/db/entities/roll-call.ts';
import { RetentionService } from '../../server/rights/retention-service.ts';
import type { KeepDays } from '../../server/rights/retention-rules.ts';
import type { DeviceActor } from '#protocol/session.ts';
import { type DataServices, newTemplate, openDataServices } from '../support/data-services.ts';

const DAY = 86_400_000;
let services: DataServices;
let station: DeviceActor;
/** The database has its own clock, which the trigger on punches looks at: days are counted from today. */
let today = Date.now();

beforeAll(async () => {
  services = await openDataServices();
  station = await services.addDevice();
});
afterAll(() => services.close());
beforeEach(() => {
  // One run a day.
  today += DAY;
});

const FOR_EVER: KeepDays = {
  templates: null,
  captures: null,
  punches: null,
  audit: null,
  snapshots: null,
  decisions: null,
};

function retention(keep: Partial<KeepDays>): RetentionService {
  const { database, templates, waiting, log } = services;
  return new RetentionService({
    database,
    templates,
    waiting,
    keep: () => ({ ...FOR_EVER, ...keep }),
    log,
    now: () => today,
  });
}

/** YYYY-MM */
const monthOf = (daysAgo: number) => new Date(today - daysAgo * DAY).toISOString().slice(0, 7);

const counts = (report: { what: string; count: number }[] | null) =>
  Object.fromEntries((report ?? []).map(({ what, count }) => [what, count]));

async function leaver(daysAgo: number): Promise<string> {
  const { id } = await services.addConsentedPerson();
  await services.enroll(id, [newTemplate('aggregate', 1)]);
  await services.passes.setPin(id);
  await services.passes.issueBadge(id);
  await services.people.update(id, { status: 'left' });
  await services.database.fork().nativeUpdate(Person, { id }, { leftAt: new Date(today - daysAgo * DAY) });
  return id;
}

async function punchOf(personId: string, daysAgo: number): Promise<void> {
  const at = today - daysAgo * DAY;
  await services.attendance.record(
    {
      id: randomUUID(),
      cameraId: station.deviceId,
      track: 1,
      personId,
      at,
      similarity: 0.7,
      margin: 0.2,
      frames: 3,
      live: null,
    },
    doorOf(station),
  );
}

const holdings = async (personId: string) =>
  services.database.fork().execute(
    `select 'template' what from template where person_id = :id union all
     select 'key' from person_key where person_id = :id union all
     select 'pin' from pin where person_id = :id union all
     select 'badge' from badge where person_id = :id`.replaceAll(':id', `'${personId}'`),
  );

describe('data of people who have left', () => {
  it('templates, PIN and badge of a person who left are deleted after their time, and those of others stay', async () => {
    const [long, short] = [await leaver(31), await leaver(29)];
    const { id: here } = await services.addConsentedPerson();
    await services.enroll(here, [newTemplate('aggregate', 2)]);
    const run = retention({ templates: 30 });
    expect(counts(await run.preview())).toMatchObject({ templates: 1, punches: 0, audit: 0 });
    expect(await holdings(long)).toHaveLength(4);

    expect(counts(await run.run())).toMatchObject({ templates: 1, punches: 0, audit: 0 });
    expect(await holdings(long)).toEqual([]);
    expect(await holdings(short)).toHaveLength(4);
    expect(await holdings(here)).toHaveLength(2);
    expect(counts(await run.preview())).toMatchObject({ templates: 0 });
  });

  it('the retention time starts again for a person who came back', async () => {
    const id = await leaver(100);
    await services.people.update(id, { status: 'active' });
    await services.people.update(id, { status: 'left' });
    expect(counts(await retention({ templates: 30 }).run())).toMatchObject({ templates: 0 });
    expect(await holdings(id)).toHaveLength(4);
  });

  it('templates are kept when retention is off', async () => {
    const id = await leaver(10_000);
    expect(counts(await retention({}).run())).toMatchObject({ templates: 0 });
    expect(await holdings(id)).toHaveLength(4);
  });
});

describe('punches', () => {
  it('punches are deleted by work date, the only deletion that the database allows', async () => {
    const { id } = await services.addPerson();
    for (const daysAgo of [500, 401, 399, 1]) await punchOf(id, daysAgo);
    const run = retention({ punches: 400 });
    expect(counts(await run.preview())).toMatchObject({ punches: 2 });
    expect(counts(await run.run())).toMatchObject({ punches: 2 });
    expect(await services.database.fork().count(Punch, { personId: id })).toBe(2);
    await expect(services.database.fork().execute('delete from punch')).rejects.toThrow(/append-only/);
  });

  it('closed months go with their punches, and a deleted punch is no adjustment of a month that stays', async () => {
    const { id } = await services.addPerson();
    const ages = [500, 401, 399];
    for (const daysAgo of ages) await punchOf(id, daysAgo);
    const accountId = await services.accountId();
    for (const month of new Set(ages.map(monthOf))) {
      await services.closings.close({ month, department: null, accept: true }, { accountId });
    }
    const em = services.database.fork();
    await retention({ punches: 400 }).run();
    const kept = await em.find(ClosedDay, { personId: id });
    expect(kept.map(({ month }) => month)).not.toContain(monthOf(500));
    expect(kept.map(({ month }) => month)).toContain(monthOf(399));
    expect((await pendingByPerson(em, [id])).get(id)).toBeUndefined();
  });

  it('roll calls go with the punches of their time, with their lists and ticks', async () => {
    const { id } = await services.addPerson();
    await punchOf(id, 1);
    const by = { accountId: await services.accountId() };
    const tick = { sequence: 1, person: id, says: 'safe' as const, at: new Date().toISOString() };
    const began: string[] = [];
    for (const daysAgo of [500, 300]) {
      const call = await services.rollCalls.start(null, by);
      await services.rollCalls.tick(call.id, { client: randomUUID(), ticks: [tick] }, by);
      await services.rollCalls.end(call.id, by);
      const startedAt = new Date(today - daysAgo * DAY);
      await services.database.fork().nativeUpdate(RollCall, { id: call.id }, { startedAt });
      began.push(call.id);
    }
    await retention({ punches: 400 }).run();
    const em = services.database.fork();
    expect((await em.find(RollCall, { id: { $in: began } })).map(({ id: left }) => left)).toEqual([began[1]]);
    expect(await em.count(RollCallTick)).toBe(1);
  });

  it('recent punches can be neither deleted nor changed', async () => {
    const { id } = await services.addPerson();
    await punchOf(id, 60);
    const through = (sql: string, before: string) =>
      services.database.transaction(async (em) => {
        await em.execute(`select set_config('muster.delete_punches_before', ${before}, true)`);
        await em.execute(sql);
      });
    await expect(through('delete from punch', `(current_date - 29)::text`)).rejects.toThrow(/append-only/);
    await expect(through('delete from punch', `(current_date - 200)::text`)).rejects.toThrow(/append-only/);
    await expect(through(`update punch set says = 'out'`, `(current_date - 31)::text`)).rejects.toThrow(
      /append-only/,
    );
    await expect(through('truncate punch cascade', `(current_date - 31)::text`)).rejects.toThrow(
      /append-only/,
    );
    expect(await services.database.fork().count(Punch, { personId: id })).toBe(1);
  });
});

describe('retention runs', () => {
  it('retention runs once a day across all servers and is audited', async () => {
    await leaver(50);
    const [one, other] = [retention({ templates: 40 }), retention({ templates: 40 })];
    const due = counts(await one.preview())['templates'];
    const reports = await Promise.all([one.run(), other.run(), one.run()]);
    expect(reports.filter((report) => report !== null)).toHaveLength(1);
    const day = new Date(today).toISOString().slice(0, 10);
    const events = await services.database.fork().find(AuditEvent, { act: 'retention.run' });
    const ofToday = events.map(({ detail }) => JSON.parse(detail) as { after: { day: string } });
    expect(ofToday.filter(({ after }) => after.day === day)).toMatchObject([{ after: { templates: due } }]);
    const view = await one.view();
    expect(due).toBeGreaterThan(0);
    expect(counts(view.runs[0]!.report)).toMatchObject({ templates: due });
  });

  it('a run of an earlier version, which called snapshots evidence, is shown with the current name', async () => {
    const line = { what: 'evidence', keepDays: 30, before: null, count: 3 };
    await services.database
      .fork()
      .execute(`insert into retention_run (day, at, report) values ('2020-01-01', '2020-01-01', ?::jsonb)`, [
        JSON.stringify([line]),
      ]);
    const { runs } = await retention({}).view();
    expect(runs.find(({ at }) => at.startsWith('2020'))?.report).toEqual([{ ...line, what: 'snapshots' }]);
  });

  it('a failed retention run changes nothing and is repeated', async () => {
    const id = await leaver(50);
    const broken = services.database.fork();
    await broken.execute('alter table audit_event rename to audit_event_away');
    try {
      await expect(retention({ templates: 40 }).run()).rejects.toThrow('audit_event');
    } finally {
      await broken.execute('alter table audit_event_away rename to audit_event');
    }
    expect(await holdings(id)).not.toEqual([]);
    expect(counts(await retention({ templates: 40 }).run())).toMatchObject({ templates: 1 });
  });
});
