/** One punch as the API shows it, with who corrected it. */
import type { Em } from '../db/database.ts';
import { Account } from '../db/entities/account.ts';
import { Correction, PunchVoid } from '../db/entities/correction.ts';
import { Device } from '../db/entities/device.ts';
import { PunchStatement } from '../db/entities/punch-statement.ts';
import type { Punch } from '../db/entities/punch.ts';
import { Snapshot } from '../db/entities/snapshot.ts';
import type { PunchView } from '../protocol/attendance.ts';
import { doubtAt, type DoubtfulSpan, doubtfulSpans } from '../time/clock-steps.ts';
import { clockAt, dateAt } from '../time/zoned.ts';
import { clockStepView, type StoredStep, storedSteps } from './clock-step-service.ts';

/** What is shown with punches, by id. */
export interface PunchDetails {
  devices: ReadonlyMap<string, string>;
  accounts: ReadonlyMap<string, string>;
  /** Of the punches. */
  snapshots: ReadonlySet<string>;
  statements: ReadonlyMap<string, PunchStatement>;
  voids: ReadonlyMap<string, PunchVoid>;
  corrections: ReadonlyMap<string, Correction>;
  doubtful: readonly DoubtfulSpan<StoredStep>[];
}

export async function detailsOf(em: Em, punches: readonly Punch[]): Promise<PunchDetails> {
  const ofPunches = { punchId: { $in: punches.map(({ id }) => id) } };
  const [snapshots, statements, voids, devices, steps] = await Promise.all([
    em.find(Snapshot, ofPunches, { fields: ['punchId'] }),
    em.find(PunchStatement, ofPunches),
    em.find(PunchVoid, ofPunches),
    em.find(Device, {}, { fields: ['id', 'name'] }),
    storedSteps(em),
  ]);
  const correctionIds = [
    ...voids.map(({ correctionId }) => correctionId),
    ...punches.flatMap(({ correctionId }) => correctionId ?? []),
  ];
  const corrections =
    correctionIds.length > 0 ? await em.find(Correction, { id: { $in: [...new Set(correctionIds)] } }) : [];
  const authors = punches.some(({ authorId }) => authorId) || corrections.length > 0;
  const accounts = authors ? await em.find(Account, {}, { fields: ['id', 'name'] }) : [];
  return {
    devices: new Map(devices.map(({ id, name }) => [id, name])),
    accounts: new Map(accounts.map(({ id, name }) => [id, name])),
    snapshots: new Set(snapshots.map(({ punchId }) => punchId)),
    statements: new Map(statements.map((one) => [one.punchId, one])),
    voids: new Map(voids.map((one) => [one.punchId, one])),
    corrections: new Map(corrections.map((one) => [one.id, one])),
    doubtful: doubtfulSpans(steps),
  };
}

export function punchView(punch: Punch, details: PunchDetails): PunchView {
  const at = punch.at.getTime();
  const statement = details.statements.get(punch.id);
  const voided = details.voids.get(punch.id);
  // Whoever corrects a time has looked at a clock that is right.
  const step = punch.source === 'correction' ? null : doubtAt(at, details.doubtful);
  return {
    id: punch.id,
    person: punch.personId,
    says: statement?.says ?? punch.says ?? null,
    at: punch.at.toISOString(),
    localDate: dateAt(at, punch.timeZone),
    localTime: clockAt(at, punch.timeZone),
    timeZone: punch.timeZone,
    source: punch.source,
    device: (punch.deviceId && details.devices.get(punch.deviceId)) ?? null,
    similarity: punch.similarity ?? null,
    live: punch.live ?? null,
    ...(details.snapshots.has(punch.id) && { snapshot: true as const }),
    ...(step && { clock: clockStepView(step) }),
    ...(statement && { stated: true as const }),
    ...(punch.source === 'correction' && { correction: addedBy(punch, details) }),
    ...(voided && { voided: voidedBy(voided, details) }),
  };
}

type CorrectedBy = NonNullable<PunchView['correction']>;

function addedBy(punch: Punch, { accounts, corrections }: PunchDetails): CorrectedBy {
  const correction = punch.correctionId ? corrections.get(punch.correctionId) : undefined;
  return {
    name: (punch.authorId && accounts.get(punch.authorId)) ?? '',
    at: punch.createdAt.toISOString(),
    reason: punch.reason ?? '',
    approvedBy: (correction?.deciderId && accounts.get(correction.deciderId)) ?? null,
  };
}

function voidedBy({ at, correctionId }: PunchVoid, { accounts, corrections }: PunchDetails): CorrectedBy {
  const correction = corrections.get(correctionId);
  return {
    name: (correction && accounts.get(correction.authorId)) ?? '',
    at: at.toISOString(),
    reason: correction?.reason ?? '',
    approvedBy: (correction?.deciderId && accounts.get(correction.deciderId)) ?? null,
  };
}
