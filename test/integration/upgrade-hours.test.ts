/**
 * An installation from before punches were facts. Its rows, and the days that its own service showed, were written by that
 * version. Its months read as before, except for the days listed here, where it was wrong.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WorkDayView } from '#protocol/attendance.ts';
import { Database } from '../../server/db/database.ts';
import { createTestDatabase } from '../support/database.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';

/** Name, date, in, out, minutes worked: null where one of the two was missing. */
type Day = [
  name: string,
  date: string,
  checkIn: string | null,
  checkOut: string | null,
  worked: number | null,
];
interface Before {
  tables: Record<string, unknown[]>;
  days: Day[];
}

let before: Before;
let own: Awaited<ReturnType<typeof createTestDatabase>>;
let services: DataServices;

beforeAll(async () => {
  const file = path.resolve(import.meta.dirname, '../fixtures/before-sites.json');
  before = JSON.parse(await readFile(file, 'utf8')) as Before;
  own = await createTestDatabase();
  const database = await Database.open({ url: own.url, log: pino({ level: 'silent' }), migrate: false });
  await database.orm.migrator.up({ to: '0013-idempotent-replies' });
  await database.transaction(async (em) => {
    await em.execute('set local session_replication_role = replica');
    for (const [table, rows] of Object.entries(before.tables)) {
      for (const row of rows) {
        const insert = `insert into ${table} select * from json_populate_record(null::${table}, ?::json)`;
        await em.execute(insert, [JSON.stringify(row)]);
      }
    }
  });
  await database.close();
  services = await openDataServices({ url: own.url, now: () => Date.parse('2026-12-01T12:00:00Z') });
});
afterAll(async () => {
  await services.close();
  await own.drop();
});

/** The days that read differently now, and why. `null` in place of a day: there is none any more. */
const MENDED: [why: string, name: string, date: string, now: Omit<WorkDayFigures, 'name' | 'date'> | null][] =
  [
    [
      'a punched lunch is not work',
      'Lunch',
      '2026-11-02',
      { checkIn: '07:46', checkOut: '16:56', worked: 510 },
    ],
    [
      'nor is the time between two parts',
      'Split',
      '2026-11-02',
      { checkIn: '08:00', checkOut: '21:00', worked: 480 },
    ],
    ['a night is one day', 'Night', '2026-11-02', { checkIn: '22:00', checkOut: '06:00', worked: 480 }],
    [
      'the time at home is not work',
      'Night',
      '2026-11-03',
      { checkIn: '22:00', checkOut: '06:00', worked: 480 },
    ],
    ['its end belongs to the night before', 'Night', '2026-11-04', null],
    ['a night is one day', 'Night', '2026-11-05', { checkIn: '22:00', checkOut: '06:00', worked: 480 }],
    ['its end belongs to the night before', 'Night', '2026-11-06', null],
  ];

interface WorkDayFigures {
  name: string;
  date: string;
  checkIn: string | null;
  checkOut: string | null;
  worked: number | null;
}

function figuresOf({ person, date, checkIn, checkOut, worked, incomplete }: WorkDayView): WorkDayFigures {
  return {
    name: person.displayName.split(' ')[0]!,
    date,
    checkIn: checkIn?.localTime ?? null,
    checkOut: checkOut?.localTime ?? null,
    worked: incomplete ? null : worked / 60_000,
  };
}

describe('the months of an installation from before there were sites', () => {
  it('the months read as before, except for the listed days', async () => {
    const report: WorkDayFigures[] = [];
    for await (const entry of services.attendanceQuery.report('2026-11-01', '2026-11-30')) {
      // No month is closed, so every entry is a day.
      report.push(figuresOf(entry as WorkDayView));
    }
    const expected = before.days.flatMap(([name, date, checkIn, checkOut, worked]) => {
      const mended = MENDED.find((one) => one[1] === name && one[2] === date);
      if (mended) return mended[3] ? [{ name, date, ...mended[3] }] : [];
      return [{ name, date, checkIn, checkOut, worked }];
    });
    const order = (a: WorkDayFigures, b: WorkDayFigures) =>
      `${a.date}${a.name}`.localeCompare(`${b.date}${b.name}`);
    expect(report.toSorted(order)).toEqual(expected.toSorted(order));
  });

  it('its doors became one site, with their time zone and turn of the day', async () => {
    expect(await services.sites.list()).toMatchObject([
      { name: 'Paris', timeZone: 'Europe/Paris', reading: 'first-and-last', turnsAt: 4, default: true },
    ]);
    expect((await services.devices.list()).map(({ site }) => site.name)).toEqual(['Paris', 'Paris', 'Paris']);
  });

  it('switching the reading says beforehand which days would change', async () => {
    const [site] = await services.sites.list();
    const span = { from: '2026-11-01', to: '2026-11-30' };
    const input = { change: { reading: 'in-and-out' as const }, ...span };
    const { changed, total } = await services.attendanceQuery.preview(site!.id, input);
    const told = changed.map(({ person, date }) => `${person.displayName.split(' ')[0]} ${date}`);
    expect(told.toSorted()).toEqual(['Office 2026-11-02', 'Office 2026-11-04', 'Twice 2026-11-03']);
    expect(total).toBe(3);
  });
});
