/** The attendance of one work date as the API returns it. */
import type { Em } from '../db/database.ts';
import { Device } from '../db/entities/device.ts';
import { Snapshot } from '../db/entities/snapshot.ts';
import { Person } from '../db/entities/person.ts';
import { Punch } from '../db/entities/punch.ts';
import { displayName } from '../people/display-name.ts';
import type { AttendanceView, PunchView, WorkDayView } from '../protocol/attendance.ts';
import { summarize } from './policy.ts';
import { localTime } from '../time/work-date.ts';

/** Details that are shown with the punches of a day. */
interface PunchDetails {
  nameOfDevice: ReadonlyMap<string, string>;
  /** IDs of the punches with a snapshot. */
  snapshots: ReadonlySet<string>;
}

/** @param scope.departments include only people of these departments, regardless of case; undefined includes everybody */
export async function attendanceView(
  em: Em,
  date: string,
  { timeZone, departments }: { timeZone: string; departments: readonly string[] | undefined },
): Promise<AttendanceView> {
  const punches = await em.find(Punch, { workDate: date }, { orderBy: { at: 'asc' } });
  const punchesOf = Map.groupBy(punches, ({ personId }) => personId);
  const deviceIds = [...new Set(punches.flatMap(({ deviceId }) => deviceId ?? []))];
  const [snapshots, people, devices, active] = await Promise.all([
    em.find(Snapshot, { punchId: { $in: punches.map(({ id }) => id) } }, { fields: ['punchId'] }),
    em.find(Person, { id: { $in: [...punchesOf.keys()] } }),
    em.find(Device, { id: { $in: deviceIds } }),
    em.find(Person, { status: 'active', erasedAt: null }, { fields: ['id', 'department'] }),
  ]);
  const details: PunchDetails = {
    nameOfDevice: new Map(devices.map(({ id, name }) => [id, name])),
    snapshots: new Set(snapshots.map(({ punchId }) => punchId)),
  };
  const wanted = departments && new Set(departments.map((name) => name.toLowerCase()));
  const within = (person: { department: string }) =>
    wanted === undefined || wanted.has(person.department.toLowerCase());
  const days = people
    .filter(within)
    .map((person) => workDay(person, date, punchesOf.get(person.id) ?? [], details))
    .toSorted(byName);
  const absent = active.filter((person) => within(person) && !punchesOf.has(person.id)).length;
  return { date, timeZone, days, absent };
}

function workDay(
  person: Person,
  date: string,
  punches: readonly Punch[],
  details: PunchDetails,
): WorkDayView {
  const views = new Map(punches.map((punch) => [punch.id, punchView(punch, details)]));
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

function punchView(punch: Punch, { nameOfDevice, snapshots }: PunchDetails): PunchView {
  return {
    id: punch.id,
    kind: punch.kind,
    at: punch.at.toISOString(),
    localTime: localTime(punch.at.getTime(), punch.timeZone),
    source: punch.source,
    device: (punch.deviceId && nameOfDevice.get(punch.deviceId)) ?? null,
    similarity: punch.similarity ?? null,
    live: punch.live ?? null,
    ...(snapshots.has(punch.id) && { snapshot: true as const }),
  };
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function byName(a: WorkDayView, b: WorkDayView): number {
  return (
    collator.compare(a.person.displayName, b.person.displayName) ||
    collator.compare(a.person.number, b.person.number)
  );
}
