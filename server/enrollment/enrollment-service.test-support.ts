/** An enrollment service with a gallery and a clock that its tests control. */
import { pino } from 'pino';
import { expect } from 'vitest';
import type { Match } from '../protocol/analyzer.ts';
import type { EnrollmentProgress, EnrollmentState } from '../protocol/results.ts';
import { SharedGallery, GalleryReader } from '../recognition/gallery.ts';
import type { Clock } from './clock.ts';
import type { Enroller } from './enroller.ts';
import { enrollmentPolicy } from './policy.ts';
import { thresholds } from '../recognition/thresholds.test-support.ts';
import { EnrollmentService, type EnrollmentServiceOptions } from './enrollment-service.ts';
import {
  captureOf,
  CIRCLE,
  person,
  type FrameChange,
  type Look,
  type Person,
} from './sitting.test-support.ts';

/** A clock that moves only when the test says so. */
class Hand implements Clock {
  time = 1_700_000_000_000;
  #timers: { at: number; callback: () => void }[] = [];

  get timers(): number {
    return this.#timers.length;
  }

  now(): number {
    return this.time;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.time + ms, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  pass(ms: number): void {
    const until = this.time + ms;
    for (;;) {
      const due = this.#timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#timers = this.#timers.filter((other) => other !== due);
      this.time = Math.max(this.time, due.at);
      due.callback();
    }
    this.time = until;
  }
}

export const policy = enrollmentPolicy({
  thresholds,
  far: '1e-4',
  requiredBins: 3,
  timeout: 60_000,
  asks: false,
});
/** The front and enough other poses to be saved. */
export const HALF = CIRCLE.slice(0, 5);
export const operator = { accountId: 'acc-1', name: 'Olga' };
export const ann = person(1);
export const ben = person(2);

type Replaced = Parameters<EnrollmentServiceOptions['templates']['replace']>;

/** The service with its own gallery: saved templates are found by the next search, as in the product. */
export function setUp(over: Partial<EnrollmentServiceOptions> = {}) {
  const clock = new Hand();
  const staff = new Map(
    ['ann', 'ben', 'cid'].map((id) => [id, { id, displayName: id.toUpperCase(), consentCurrent: true }]),
  );
  const gallery = SharedGallery.create({ length: 512, capacity: 100 });
  const reader = new GalleryReader(gallery.share());
  const replaced: Replaced[] = [];
  const taken: Parameters<EnrollmentServiceOptions['invitations']['take']>[] = [];
  const service = new EnrollmentService({
    people: { get: (id) => Promise.resolve(staff.get(id) ?? null) },
    templates: {
      replace: async (personId, set) => {
        replaced.push([personId, set]);
        gallery.upsert({ personId, embeddings: set.templates.map(({ embedding }) => embedding) });
      },
    },
    invitations: {
      require: async () => {},
      take: async (...capture) => {
        taken.push(capture);
        return 'to-confirm';
      },
    },
    search: async (_contract, [embedding], limit): Promise<Match[]> => reader.search([embedding!], limit)[0]!,
    contract: 'test@1/512',
    policy: () => policy,
    log: pino({ level: 'silent' }),
    clock,
    ...over,
  });
  const states: [string, EnrollmentState][] = [];
  const progress: EnrollmentProgress[] = [];
  service.on('state.changed', (id, state) => states.push([id, state]));
  service.on('progress.changed', (one) => progress.push(one));
  const look = (enrollmentId: string, who: Person, looks: readonly Look[], change: FrameChange = {}) => {
    let last: EnrollmentProgress | null = null;
    for (const { yaw, pitch, ms } of looks) {
      for (let passed = 0; passed < ms; passed += 100) {
        clock.pass(100);
        last = service.accept(captureOf(who, { yaw, pitch }, 5, change, `enroll-${enrollmentId}`));
      }
    }
    return last;
  };
  const enroll = async (personId: string, who: Person, by: Enroller = operator) => {
    const { enrollmentId } = await service.start(personId, by);
    look(enrollmentId, who, CIRCLE);
    return enrollmentId;
  };
  return { service, clock, staff, replaced, taken, states, progress, look, enroll };
}

export const refusal = (code: string) => expect.objectContaining({ code }) as Error;
