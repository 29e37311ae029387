/** One work date as the API shows it. */
import type { Em } from '../db/database.ts';
import { Device } from '../db/entities/device.ts';
import { Snapshot } from '../db/entities/snapshot.ts';
import { Person } from '../db/entities/person.ts';
import { Punch } from '../db/entities/punch.ts';
import { displayName } from '../people/display-name.ts';
import type { AttendanceView, PunchView, WorkDayView } from '../protocol/attendance.ts';
import { summarize } from './policy.ts';
import { localTime } from '../time/work-date.ts';

/** What a day's punches are shown with. */
interface Seen {
  nameOfDevice: ReadonlyMap<string, string>;
  /** Ids of punches whose picture is kept. */
  pictures: ReadonlySet<string>;
}

/** @param scope.departments only those in one of them, whatever its case; undefined for everybody */
export async function attendanceView(
  em: Em,
  date: string,
  { timeZone, departments }: { timeZone: string; departments: readonly string[] | undefined },
): Promise<AttendanceView> {
  const punches = await em.find(Punch, { workDate: date }, { orderBy: { at: 'asc' } });
  const punchesOf = Map.groupBy(punches, ({ personId }) => personId);
  const deviceIds = [...new Set(punches.flatMap(({ deviceId }) => deviceId ?? []))];
  const [pictures, people, devices, active] = await Promise.all([
    em.find(Snapshot, { punchId: { $in: punches.map(({ id }) => id) } }, { fields: ['punchId'] }),
    em.find(Person, { id: { $in: [...punchesOf.keys()] } }),
    em.find(Device, { id: { $in: deviceIds } }),
    em.find(Person, { status: 'active', erasedAt: null }, { fields: ['id', 'department'] }),
  ]);
  const seen: Seen = {
    nameOfDevice: new Map(devices.map(({ id, name }) => [id, name])),
    pictures: new Set(pictures.map(({ punchId }) => punchId)),
  };
  const wanted = departments && new Set(departments.map((name) => name.toLowerCase()));
  const within = (person: { department: string }) =>
    wanted === undefined || wanted.has(person.department.toLowerCase());
  const days = people
    .filter(within)
    .map((person) => workDay(person, date, punchesOf.get(person.id) ?? [], seen))
    .toSorted(byName);
  const absent = active.filter((person) => within(person) && !punchesOf.has(person.id)).length;
  return { date, timeZone, days, absent };
}

function workDay(person: Person, date: string, punches: readonly Punch[], seen: Seen): WorkDayView {
  const views = new Map(punches.map((punch) => [punch.id, punchView(punch, seen)]));
  const { checkIn, checkOut, worked } = summarize(
    punches.map(({ id, kind, at, workDate }) => ({ id, kind, at: at.getTime(), workDate })),
  );
  return {
    person: {
      id: person.id,
      number: person.number ?? '',
      displayName: displayName(person),
      department: person.department,
    },
    date,
    checkIn: (checkIn && views.get(checkIn.id)) ?? null,
    checkOut: (checkOut && views.get(checkOut.id)) ?? null,
    punches: [...views.values()],
    worked,
  };
}

function punchView(punch: Punch, { nameOfDevice, pictures }: Seen): PunchView {
  return {
    id: punch.id,
    kind: punch.kind,
    at: punch.at.toISOString(),
    localTime: localTime(punch.at.getTime(), punch.timeZone),
    source: punch.source,
    device: (punch.deviceId && nameOfDevice.get(punch.deviceId)) ?? null,
    similarity: punch.similarity ?? null,
    live: punch.live ?? null,
    ...(pictures.has(punch.id) && { snapshot: true as const }),
  };
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function byName(a: WorkDayView, b: WorkDayView): number {
  return (
    collator.compare(a.person.displayName, b.person.displayName) ||
    collator.compare(a.person.number, b.person.number)
  );
}
