/**
 * PINs and badges that a station takes while the server is away: keeps them, and delivers them when it is back. The server
 * books a claim once, so a delivery without an answer is simply repeated.
 */
import { CLAIM_LIMITS, type ClaimAnswer, type ClaimDelivery } from '#protocol/claims.ts';
import type { DeviceActor } from '#protocol/session.ts';
import type { Pass } from '#protocol/signaling.ts';
import { api } from '../session/api.ts';
import { ClientError, reportUnexpected } from '../session/client-error.ts';
import { Observable } from '../session/observable.ts';
import type { SignalingSocket } from '../session/socket.ts';
import { newDeviceKey, publicKeyOf, sign } from './claim-crypto.ts';
import { makeClaim } from './claim.ts';
import { ClaimStore, type WaitingClaim } from './claim-store.ts';
import { DeviceClock } from './device-clock.ts';

/** A delivery that failed is repeated after this, ms; sooner when the server is known to be back. */
const RETRY = 10_000;
/** The most claims that wait: some days at a busy door, and 3 MB. */
const MOST = 3_000;
/** How often the comparison of the clocks is stored, ms. */
const STORE_ANCHOR = 30_000;

export interface Delivered {
  booked: number;
  refused: number;
}

export class ClaimOutbox {
  readonly clock = new DeviceClock();
  /** How many claims wait. */
  readonly waiting = new Observable(0);
  /** Whether this browser can keep claims: it has storage, a key, and the server's key. */
  readonly able = new Observable(false);
  /** What became of the claims that were delivered since one was kept last. */
  readonly delivered = new Observable<Delivered | null>(null);
  #store: Promise<ClaimStore> | null = null;
  /** Not before this time, ms of performance.now(), by sequence. */
  readonly #later = new Map<number, number>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #delivering = false;
  #anchorStored = -Infinity;

  /** What the server last said about this door; null if this browser is not a station, or cannot keep anything. */
  async open(): Promise<DeviceActor | null> {
    try {
      const store = await this.#opened();
      const [identity, serverKey, door] = await Promise.all([
        store.value('identity'),
        store.value('serverKey'),
        store.value('door'),
      ]);
      this.able.set(identity !== null && serverKey !== null);
      this.waiting.set((await store.claims()).length);
      this.wake();
      return identity?.deviceId === door?.deviceId ? door : null;
    } catch {
      return null;
    }
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#store?.then((store) => store.close()).catch(() => {});
    this.#store = null;
  }

  /** Proves to the server that this browser holds the key of the device; null where it does not. */
  async prove(challenge: string, deviceId: string): Promise<string | null> {
    try {
      const identity = await (await this.#opened()).value('identity');
      if (identity?.deviceId !== deviceId) return null;
      return await sign(identity.key, `muster/prove/${deviceId}/${challenge}`);
    } catch {
      return null;
    }
  }

  /** The server knows this browser as this device: registers its key, and remembers the door. Then delivers. */
  async meet(door: DeviceActor, socket: Pick<SignalingSocket, 'request'>): Promise<void> {
    try {
      const store = await this.#opened();
      const identity = await this.#identityOf(door, store);
      const publicKey = await publicKeyOf(identity.key);
      const { claimKey } = await socket.request('device.register-key', { publicKey });
      await store.setValue('serverKey', claimKey);
      await store.setValue('door', door);
      this.able.set(true);
      // Storage that was granted is not cleared when the disk is full.
      await navigator.storage?.persist?.();
    } catch (error) {
      // Without storage, or with another key than the one registered, the station works while the server does.
      if (error instanceof ClientError && error.code === 'conflict') this.able.set(false);
    } finally {
      this.wake();
    }
  }

  /** The server has just answered with its time. */
  compare(serverTime: number, roundTrip: number): void {
    this.clock.compare(serverTime, roundTrip);
    const { anchor } = this.clock;
    if (!anchor || performance.now() - this.#anchorStored < STORE_ANCHOR) return;
    this.#anchorStored = performance.now();
    this.#opened()
      .then((store) => store.setValue('anchor', anchor))
      .catch(() => {});
  }

  /** Keeps a claim; resolves when it is on the disk. Rejects where it cannot be kept. */
  async keep(claimId: string, pass: Pass): Promise<void> {
    const made = this.clock.read();
    const store = await this.#opened();
    const [identity, serverKey, stored] = await Promise.all([
      store.value('identity'),
      store.value('serverKey'),
      store.value('anchor'),
    ]);
    if (!identity || !serverKey || this.waiting.value >= MOST) throw notKept();
    const sequence = await store.nextSequence();
    const { deviceId, key: deviceKey } = identity;
    const anchor = this.clock.anchor ?? stored;
    const claim = await makeClaim(
      { deviceId, deviceKey, serverKey },
      { claimId, sequence, pass, made, anchor },
    );
    await store.add({ ...claim, sequence, deviceId });
    this.waiting.set(this.waiting.value + 1);
    this.delivered.set(null);
    this.#after(RETRY);
  }

  /** The server is back: delivers at once. */
  wake(): void {
    this.#after(0);
  }

  async #identityOf({ deviceId }: DeviceActor, store: ClaimStore) {
    const known = await store.value('identity');
    if (known?.deviceId === deviceId) return known;
    const identity = { deviceId, key: await newDeviceKey() };
    await store.setValue('identity', identity);
    return identity;
  }

  #opened(): Promise<ClaimStore> {
    this.#store ??= ClaimStore.open();
    return this.#store;
  }

  #after(delay: number) {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#deliver().catch(reportUnexpected);
    }, delay);
  }

  async #deliver() {
    if (this.#delivering || !this.#store) return;
    this.#delivering = true;
    const done: Delivered = { booked: 0, refused: 0 };
    try {
      const store = await this.#store;
      for (;;) {
        const waiting = await store.claims();
        this.waiting.set(waiting.length);
        const batch = nextBatch(
          waiting,
          (claim) => (this.#later.get(claim.sequence) ?? 0) <= performance.now(),
        );
        if (batch.length === 0) break;
        const { answers } = await api.claims.deliver({ body: this.#deliveryOf(batch) });
        await this.#settle(store, batch, answers, done);
      }
    } catch (error) {
      if (!ClientError.of(error).retryable) throw error;
    } finally {
      this.#delivering = false;
      this.#addDelivered(done);
      if (this.waiting.value > 0 && this.#timer === null && this.#store !== null) this.#after(RETRY);
    }
  }

  /** Adds up all deliveries since the first claim was kept, because a claim that must be tried again comes in a later one. */
  #addDelivered({ booked, refused }: Delivered) {
    if (booked + refused === 0) return;
    const before = this.delivered.value ?? { booked: 0, refused: 0 };
    this.delivered.set({ booked: before.booked + booked, refused: before.refused + refused });
  }

  #deliveryOf(batch: readonly WaitingClaim[]): ClaimDelivery {
    return {
      device: batch[0]!.deviceId,
      now: this.clock.read(),
      claims: batch.map(({ text, signature }) => ({ text, signature })),
    };
  }

  async #settle(
    store: ClaimStore,
    batch: readonly WaitingClaim[],
    answers: readonly ClaimAnswer[],
    done: Delivered,
  ) {
    const over: number[] = [];
    for (const [i, { sequence }] of batch.entries()) {
      const answer = answers[i];
      if (!answer || answer.outcome === 'later') {
        this.#later.set(sequence, performance.now() + (answer?.retryAfter ?? 60) * 1_000);
        continue;
      }
      over.push(sequence);
      this.#later.delete(sequence);
      if (answer.outcome === 'refused') done.refused += 1;
      else done.booked += 1;
    }
    await store.remove(over);
  }
}

/** The oldest due claims, all of one device: a browser that was paired again may still hold claims of its former device. */
export function nextBatch(
  waiting: readonly WaitingClaim[],
  isDue: (claim: WaitingClaim) => boolean,
): WaitingClaim[] {
  const due = waiting.filter(isDue).toSorted((a, b) => a.sequence - b.sequence);
  return due.filter(({ deviceId }) => deviceId === due[0]!.deviceId).slice(0, CLAIM_LIMITS.batch);
}

function notKept(): ClientError {
  return new ClientError({ code: 'not-connected', message: 'It cannot be kept here.', retryable: true });
}
