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
  const within = (person: { department: string }) => isWithin(person, departments);
  const days = people
    .filter(within)
    .map((person) => workDay(person, date, punchesOf.get(person.id) ?? [], details))
    .toSorted(byName);
  const absent = active.filter((person) => within(person) && !punchesOf.has(person.id)).length;
  return { date, timeZone, days, absent };
}

/** Null where there is none, or its person is in none of the departments. */
export async function onePunch(
  em: Em,
  id: string,
  departments: readonly string[] | undefined,
): Promise<PunchView | null> {
  const punch = await em.findOne(Punch, { id });
  const person = punch && (await em.findOne(Person, { id: punch.personId }));
  if (!person || !isWithin(person, departments)) return null;
  const device = punch.deviceId ? await em.findOne(Device, { id: punch.deviceId }) : null;
  const snapshots = (await em.count(Snapshot, { punchId: id })) > 0 ? [id] : [];
  return punchView(punch, {
    nameOfDevice: new Map(device ? [[device.id, device.name]] : []),
    snapshots: new Set(snapshots),
  });
}

function isWithin({ department }: { department: string }, wanted: readonly string[] | undefined): boolean {
  return wanted === undefined || wanted.some((name) => name.toLowerCase() === department.toLowerCase());
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
