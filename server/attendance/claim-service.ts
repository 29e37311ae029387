/**
 * Claims that stations kept while the server was away: verifies each one, dates it, and makes a punch of it, once. What
 * cannot be booked goes to the refused punches, for HR to decide; a station learns no more than that.
 */
import { createHash, randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { SerialQueue } from '../async/serial.ts';
import { auditContext } from '../audit/audit-context.ts';
import { EnvelopeError } from '../crypto/envelope.ts';
import { isSignedBy, newKeyPair, openMessage } from '../crypto/p256.ts';
import { lockByName } from '../db/advisory-lock.ts';
import type { Database } from '../db/database.ts';
import { AnsweredClaim, ClaimKey } from '../db/entities/claim.ts';
import type { DeviceService } from '../devices/device-service.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { PassService } from '../passes/pass-service.ts';
import {
  CLAIM_LIMITS,
  type ClaimAnswer,
  type ClaimContent,
  claimContent,
  type ClaimDelivery,
  type ClaimKeyView,
  type ClaimRefusal,
  type SignedClaim,
} from '../protocol/claims.ts';
import { detailsOf, MusterError } from '../protocol/error.ts';
import type { DeviceActor } from '../protocol/session.ts';
import { type Pass, passSchema } from '../protocol/signaling.ts';
import { DAY } from '../time/durations.ts';
import { type AttendanceService, doorOf } from './attendance-service.ts';
import { timeOfClaim } from './claim-time.ts';
import { passArrival } from './punch-by-pass.ts';
import type { RefusedPunchService } from './refused-punch-service.ts';

export interface ClaimServiceOptions {
  database: Database;
  keys: Pick<KeyRing, 'seal' | 'open'>;
  passes: Pick<PassService, 'verifyKept'>;
  attendance: Pick<AttendanceService, 'record'>;
  refusedPunches: Pick<RefusedPunchService, 'add' | 'waitingOf'>;
  log: Logger;
  /** Epoch ms; replaced in tests. */
  now?: (() => number) | undefined;
}

/** Answers are remembered for this long, ms: a claim that is delivered again later is too old to be booked. */
const REMEMBERED = 60 * DAY;
/** A station whose signature does not fit keeps its claims and asks again after this, s: a restored backup may lack its key. */
const UNKNOWN_RETRY = 3_600;
/** A station whose refused claims are too many for the list asks again after this, s. */
const FULL_RETRY = 3_600;

interface Station {
  door: DeviceActor;
  publicKey: Buffer | null;
  revoked: boolean;
}

/** The moment of a delivery, by the clocks of the device and by ours. */
interface Received {
  delivered: ClaimDelivery['now'];
  received: number;
}

interface Verdict {
  /** Epoch ms; the best guess where it is not certain. */
  at: number;
  /** Whom the pass names, also where it is not valid. */
  personId: string | null;
  outcome: 'booked' | 'already' | 'refused';
  why: ClaimRefusal | null;
}

export class ClaimService {
  readonly #options: ClaimServiceOptions;
  readonly #log: Logger;
  readonly #now: () => number;
  /** One after another, so that a claim that is delivered twice at once is tried once. */
  readonly #deliveries = new SerialQueue();

  constructor(options: ClaimServiceOptions) {
    this.#options = options;
    this.#log = options.log.child({ part: 'claims' });
    this.#now = options.now ?? Date.now;
  }

  /** The key that stations seal claims to; made at the first call. */
  async publicKey(): Promise<ClaimKeyView> {
    const { database, keys } = this.#options;
    const newest = { orderBy: { createdAt: 'desc' } } as const;
    const [known] = await database.fork().find(ClaimKey, {}, { ...newest, limit: 1 });
    const key =
      known ??
      (await database.transaction(async (em) => {
        await lockByName(em, 'muster/claim-key');
        const [made] = await em.find(ClaimKey, {}, { ...newest, limit: 1 });
        if (made) return made;
        const id = randomUUID();
        const { publicKey, privateKey } = newKeyPair();
        const sealed = await keys.seal(em, 'claimKey', [id], privateKey);
        const row = { id, publicKey, ...sealed, createdAt: new Date(this.#now()) };
        await em.insert(ClaimKey, row);
        return row;
      }));
    return { id: key.id, publicKey: Buffer.from(key.publicKey).toString('base64url') };
  }

  /** Answers each claim, in their order. The same claim again gets the same answer and changes nothing. */
  async deliver(delivery: ClaimDelivery, devices: Pick<DeviceService, 'stationOf'>): Promise<ClaimAnswer[]> {
    // Before anything that takes time: the clocks of the device were read for this moment.
    const received = this.#now();
    const station = await devices.stationOf(delivery.device);
    const answers: ClaimAnswer[] = [];
    for (const claim of delivery.claims) {
      if (station && isSigned(claim, station)) {
        const context = { actor: station.door, address: auditContext.getStore()?.address ?? null };
        answers.push(
          await this.#deliveries.run(() =>
            auditContext.run(context, () =>
              this.#answer(claim, station, { delivered: delivery.now, received }),
            ),
          ),
        );
      } else {
        this.#log.warn(
          { event: 'claim.not-signed', deviceId: delivery.device },
          'a claim is not signed by the key of its device',
        );
        answers.push({ outcome: 'later', why: 'not-signed', retryAfter: UNKNOWN_RETRY });
      }
    }
    return answers;
  }

  async #answer(claim: SignedClaim, station: Station, at: Received): Promise<ClaimAnswer> {
    const content = contentOf(claim);
    const { deviceId } = station.door;
    try {
      if (!content || content.device !== deviceId) return await this.#unreadable(claim, station, at);
      const given = await this.#options.database
        .fork()
        .findOne(AnsweredClaim, { deviceId, claimId: content.claim });
      if (given)
        return answerOf({ ...given, outcome: given.outcome === 'booked' ? 'already' : given.outcome });
      const verdict = await this.#decide(content, station, at);
      if (verdict.why !== null && (await this.#isFull(deviceId)))
        return { outcome: 'later', retryAfter: FULL_RETRY };
      await this.#keep(content, station, verdict);
      return answerOf(verdict);
    } catch (error) {
      if (!(error instanceof MusterError && error.code === 'rate-limited')) throw error;
      const retryAfter = detailsOf(error, 'rate-limited')?.retryAfter ?? 60;
      return { outcome: 'later', retryAfter };
    }
  }

  /** Signed, but nothing in it can be read, not even its number: it is listed under what it is made of. */
  async #unreadable({ text }: SignedClaim, { door }: Station, { received }: Received): Promise<ClaimAnswer> {
    const { deviceId } = door;
    if (await this.#isFull(deviceId)) return { outcome: 'later', retryAfter: FULL_RETRY };
    const origin = `claim/${deviceId}/${createHash('sha256').update(text).digest('hex')}`;
    const refused = { origin, personId: null, at: received, source: null, why: 'unreadable' } as const;
    await this.#options.database.transaction((em) =>
      this.#options.refusedPunches.add(em, { ...refused, door: doorOf(door) }),
    );
    this.#log.warn({ event: 'claim.unreadable', deviceId, why: 'not a claim' }, 'a claim cannot be read');
    return { outcome: 'refused', why: 'unreadable' };
  }

  async #isFull(deviceId: string): Promise<boolean> {
    return (await this.#options.refusedPunches.waitingOf(deviceId)) >= CLAIM_LIMITS.refused;
  }

  /** @throws MusterError `rate-limited` */
  async #decide(
    content: ClaimContent,
    station: Station,
    { delivered, received }: Received,
  ): Promise<Verdict> {
    const { door, revoked } = station;
    const { at, doubt } = timeOfClaim({ ...content, delivered }, received);
    const refused = (why: ClaimRefusal, personId: string | null = null): Verdict => ({
      at,
      personId,
      outcome: 'refused',
      why,
    });
    const pass = await this.#open(content);
    if (!pass || pass.type !== content.type) return refused('unreadable');
    const { personId, valid } = await this.#options.passes.verifyKept(door.deviceId, pass, at);
    // HR learns whose it is; the device only that it was refused.
    if (!valid || personId === null) return refused('pass', personId);
    if (revoked) return refused('device-revoked', personId);
    if (doubt) return refused(doubt, personId);
    const arrival = passArrival(door.deviceId, { requestId: content.claim, pass, personId, at });
    const { result } = await this.#options.attendance.record(arrival, doorOf(door));
    if (result === 'ignored') return refused('person', personId);
    return { at, personId, outcome: result.startsWith('already-') ? 'already' : 'booked', why: null };
  }

  /** The pass of a claim; null where it does not open. */
  async #open({ key, claim, sealed }: ClaimContent): Promise<Pass | null> {
    const { database, keys } = this.#options;
    const row = await database.fork().findOne(ClaimKey, { id: key });
    if (!row) return null;
    try {
      const privateKey = await keys.open('claimKey', [row.id], row.masterKeyId, row.sealed);
      const pair = { privateKey, publicKey: Buffer.from(row.publicKey) };
      const text = openMessage(pair, Buffer.from(sealed, 'base64url'), claim).toString('utf8');
      return passSchema.safeParse(json(text)).data ?? null;
    } catch (error) {
      if (!(error instanceof EnvelopeError)) throw error;
      this.#log.warn(
        { event: 'claim.unreadable', claimId: claim, why: error.message },
        'a claim does not open',
      );
      return null;
    }
  }

  async #keep(content: ClaimContent, { door }: Station, verdict: Verdict): Promise<void> {
    const { claim, sequence, type } = content;
    const { deviceId } = door;
    const { at, personId, outcome, why } = verdict;
    const now = this.#now();
    await this.#options.database.transaction(async (em) => {
      await em.nativeDelete(AnsweredClaim, { deviceId, answeredAt: { $lt: new Date(now - REMEMBERED) } });
      const kept = await em.execute<unknown[]>(
        `insert into answered_claim (device_id, claim_id, sequence, outcome, why, answered_at)
         values (?, ?, ?, ?, ?, ?) on conflict do nothing returning 1`,
        [deviceId, claim, sequence, outcome, why, new Date(now)],
      );
      if (kept.length === 0 || why === null) return;
      const refused = { origin: `claim/${deviceId}/${claim}`, personId, at, source: type, why };
      await this.#options.refusedPunches.add(em, { ...refused, door: doorOf(door) });
    });
    this.#log.info(
      { event: 'claim.answered', claimId: claim, deviceId, sequence, outcome, why },
      'claim of a station answered',
    );
  }
}

function isSigned({ text, signature }: SignedClaim, { publicKey }: Station): boolean {
  return (
    publicKey !== null &&
    isSignedBy(publicKey, Buffer.from(text, 'utf8'), Buffer.from(signature, 'base64url'))
  );
}

function contentOf({ text }: SignedClaim): ClaimContent | null {
  return claimContent.safeParse(json(text)).data ?? null;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function answerOf({ outcome, why }: Pick<Verdict, 'outcome' | 'why'> | AnsweredClaim): ClaimAnswer {
  return why ? { outcome, why } : { outcome };
}
