import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Match } from '../protocol/analyzer.ts';
import { MusterError } from '../protocol/error.ts';
import type { EnrolmentProgress, EnrolmentState } from '../protocol/results.ts';
import { SharedGallery, GalleryReader } from '../recognition/gallery.ts';
import type { Clock } from './clock.ts';
import { enrolmentPolicy } from './policy.ts';
import { EnrolmentService, MAX_IDLE, MAX_LIVE, type EnrolmentServiceOptions } from './service.ts';
import { captureOf, CIRCLE, person, type Look, type Person } from './sitting.test-support.ts';

/** Time that stands still until it is told. */
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

const policy = enrolmentPolicy({ threshold: 0.412, requiredBins: 3, timeout: 60_000 });
const HALF = CIRCLE.slice(0, 5);
const operator = { accountId: 'acc-1', name: 'Olga' };
const ann = person(1);
const ben = person(2);

type Replaced = Parameters<EnrolmentServiceOptions['templates']['replace']>;

/** The service with a gallery of its own: what is saved is found by the next search, as in the product. */
function setUp(over: Partial<EnrolmentServiceOptions> = {}) {
  const clock = new Hand();
  const staff = new Map(
    ['ann', 'ben', 'cid'].map((id) => [id, { id, displayName: id.toUpperCase(), consentCurrent: true }]),
  );
  const gallery = SharedGallery.create({ length: 512, capacity: 100 });
  const reader = new GalleryReader(gallery.share());
  const replaced: Replaced[] = [];
  const service = new EnrolmentService({
    people: { get: (id) => Promise.resolve(staff.get(id) ?? null) },
    templates: {
      replace: async (personId, set) => {
        replaced.push([personId, set]);
        gallery.upsert({ personId, embeddings: set.templates.map(({ embedding }) => embedding) });
      },
    },
    search: async ([embedding], limit): Promise<Match[]> => reader.search([embedding!], limit)[0]!,
    contract: 'test@1/512',
    policy,
    log: pino({ level: 'silent' }),
    clock,
    ...over,
  });
  const states: [string, EnrolmentState][] = [];
  const progress: EnrolmentProgress[] = [];
  service.on('state', (id, state) => states.push([id, state]));
  service.on('progress', (one) => progress.push(one));
  const look = (enrolmentId: string, who: Person, looks: readonly Look[]) => {
    let last: EnrolmentProgress | null = null;
    for (const { yaw, pitch, ms } of looks) {
      for (let passed = 0; passed < ms; passed += 100) {
        clock.pass(100);
        last = service.accept(captureOf(who, { yaw, pitch }, 5, {}, `enrol-${enrolmentId}`));
      }
    }
    return last;
  };
  const enrol = async (personId: string, who: Person, by = operator) => {
    const { enrolmentId } = await service.start(personId, by);
    look(enrolmentId, who, CIRCLE);
    return enrolmentId;
  };
  return { service, clock, staff, replaced, states, progress, look, enrol };
}

let at: ReturnType<typeof setUp>;
beforeEach(() => {
  at = setUp();
});

const refusal = (code: string) => expect.objectContaining({ code }) as Error;

describe('an enrolment', () => {
  it('is captured and saved once, with the aggregate and every pose', async () => {
    const { service, states, replaced, look } = at;
    const started = await service.start('ann', operator);
    expect(started).toEqual({
      enrolmentId: expect.any(String) as string,
      timeout: policy.timeout,
      requiredBins: 3,
    });
    const { enrolmentId } = started;
    expect(service.cameraOf(enrolmentId, 'acc-1')).toBe(`enrol-${enrolmentId}`);
    expect(look(enrolmentId, ann, CIRCLE)).toMatchObject({ state: 'complete', instruction: 'done' });

    const reply = await service.save(enrolmentId, 'acc-1');
    expect(reply).toMatchObject({ personId: 'ann', templates: 10 });
    expect(reply.bins).toHaveLength(9);
    expect(reply.bins).not.toContain('aggregate');
    expect(replaced).toHaveLength(1);
    const [personId, set] = replaced[0]!;
    expect(personId).toBe('ann');
    expect(set).toMatchObject({ contract: 'test@1/512', by: operator });
    expect(set.templates.map(({ bin }) => bin)).toEqual(['aggregate', ...reply.bins]);
    expect(set).not.toHaveProperty('override');
    expect(states.map(([, state]) => state)).toEqual(['capturing', 'complete', 'saving', 'saved']);

    await expect(service.save(enrolmentId, 'acc-1')).rejects.toEqual(refusal('wrong-state'));
    expect(replaced).toHaveLength(1);
    // Nobody is filmed for it any more.
    expect(() => service.cameraOf(enrolmentId, 'acc-1')).toThrow(MusterError);
    expect(look(enrolmentId, ann, HALF)).toBeNull();
  });

  it('may be saved with part of the ring, once that suffices', async () => {
    const { service, look } = at;
    const { enrolmentId } = await service.start('ann', operator);
    look(enrolmentId, ann, CIRCLE.slice(0, 2));
    await expect(service.save(enrolmentId, 'acc-1')).rejects.toMatchObject({
      code: 'wrong-state',
      details: { missing: expect.arrayContaining(['down', 'right']) as string[] },
    });
    expect(look(enrolmentId, ann, HALF)).toMatchObject({ state: 'capturing', acceptable: true });
    expect((await service.save(enrolmentId, 'acc-1')).bins.length).toBeGreaterThanOrEqual(4);
  });

  it('may be saved after the time-out too', async () => {
    const { service, clock, look } = at;
    const { enrolmentId } = await service.start('ann', operator);
    look(enrolmentId, ann, HALF);
    clock.pass(policy.timeout);
    expect((await service.save(enrolmentId, 'acc-1')).personId).toBe('ann');
  });

  it('does not take the time of an analyzer for its own', async () => {
    const { service } = at;
    const { enrolmentId } = await service.start('ann', operator);
    const late = captureOf(ann, { yaw: 0, pitch: 0 }, 9e15, {}, `enrol-${enrolmentId}`);
    expect(service.accept(late)).toMatchObject({ state: 'capturing', remaining: policy.timeout });
  });

  it.each(['door-1', 'enrol-', 'enrol-nobody'])('is not that of camera %s', (cameraId) => {
    expect(at.service.accept(captureOf(ann, { yaw: 0, pitch: 0 }, 1, {}, cameraId))).toBeNull();
  });
});

describe('the time-out', () => {
  it('is told without a frame, and the capture goes on or starts over', async () => {
    const { service, clock, states, progress, look } = at;
    const { enrolmentId } = await service.start('ann', operator);
    look(enrolmentId, ann, CIRCLE.slice(0, 3));
    clock.pass(policy.timeout);
    expect(states.at(-1)).toEqual([enrolmentId, 'timed-out']);
    expect(progress.at(-1)).toMatchObject({ state: 'timed-out', remaining: 0 });
    const { bins } = progress.at(-1)!;
    expect(look(enrolmentId, ann, CIRCLE)).toMatchObject({ state: 'timed-out', bins });

    service.continue(enrolmentId, 'acc-1');
    expect(progress.at(-1)).toMatchObject({ state: 'capturing', remaining: policy.timeout, bins });
    clock.pass(policy.timeout);
    service.restart(enrolmentId, 'acc-1');
    expect(progress.at(-1)).toMatchObject({ state: 'capturing', remaining: policy.timeout });
    expect(Object.values(progress.at(-1)!.bins)).toEqual(Array(9).fill(0));
    expect(look(enrolmentId, ann, CIRCLE)).toMatchObject({ state: 'complete' });
    clock.pass(policy.timeout);
    expect(states.at(-1)).toEqual([enrolmentId, 'complete']);
  });

  it('counts from the last continue, not from the first start', async () => {
    const { service, clock, states } = at;
    const { enrolmentId } = await service.start('ann', operator);
    clock.pass(policy.timeout - 1_000);
    service.continue(enrolmentId, 'acc-1');
    clock.pass(policy.timeout - 1_000);
    expect(states.at(-1)![1]).toBe('capturing');
    clock.pass(1_000);
    expect(states.at(-1)![1]).toBe('timed-out');
  });

  it('of an operator who has left cancels the capture', async () => {
    const { service, clock, states, enrol } = at;
    const enrolmentId = await enrol('ann', ann);
    clock.pass(MAX_IDLE);
    expect(states.at(-1)).toEqual([enrolmentId, 'cancelled']);
    await expect(service.save(enrolmentId, 'acc-1')).rejects.toEqual(refusal('wrong-state'));
    clock.pass(60_000);
    await expect(service.save(enrolmentId, 'acc-1')).rejects.toEqual(refusal('not-found'));
    expect(clock.timers).toBe(0);
  });
});

describe('a likely duplicate', () => {
  beforeEach(async () => {
    await at.service.save(await at.enrol('ann', ann), 'acc-1');
  });

  it('is refused with the name of who is enrolled, and stays ready to be saved', async () => {
    const { service, enrol, replaced, states, progress } = at;
    const enrolmentId = await enrol('ben', ann);
    const error = await service.save(enrolmentId, 'acc-1').catch((e: unknown) => e);
    expect(error).toMatchObject({
      code: 'duplicate-face',
      message: expect.stringContaining('ANN') as string,
      details: { personId: 'ann', displayName: 'ANN' },
    });
    expect((error as MusterError).details!['similarity']).toBeGreaterThan(0.9);
    expect(replaced).toHaveLength(1);
    expect(states.slice(-2)).toEqual([
      [enrolmentId, 'saving'],
      [enrolmentId, 'complete'],
    ]);
    expect(progress.at(-1)).toMatchObject({ state: 'complete', acceptable: true });

    await service.save(enrolmentId, 'acc-1', { reason: 'twins' });
    expect(replaced[1]).toMatchObject(['ben', { override: { reason: 'twins' } }]);
  });

  it('is not the same person enrolled again: the templates are replaced', async () => {
    const { service, enrol, replaced } = at;
    await service.save(await enrol('ann', ann), 'acc-1');
    expect(replaced.map(([id]) => id)).toEqual(['ann', 'ann']);
  });

  it('is found behind the person themselves, who is enrolled with the same face', async () => {
    const { service, enrol } = at;
    await service.save(await enrol('ben', ann), 'acc-1', { reason: 'twins' });
    await expect(service.save(await enrol('ann', ann), 'acc-1')).rejects.toMatchObject({
      details: { personId: 'ben' },
    });
  });

  it('is nobody who is deleted', async () => {
    const { service, enrol, staff, replaced } = at;
    const enrolmentId = await enrol('ben', ann);
    staff.delete('ann');
    await service.save(enrolmentId, 'acc-1');
    expect(replaced).toHaveLength(2);
  });

  it('is not another face, and no reason is recorded where none was needed', async () => {
    const { service, enrol, replaced } = at;
    await service.save(await enrol('ben', ben), 'acc-1', { reason: 'to be sure' });
    expect(replaced[1]![1]).not.toHaveProperty('override');
  });
});

describe('refused is', () => {
  it.each<[string, (it: typeof at) => void, string]>([
    ['a person who does not exist', (it) => it.staff.delete('ann'), 'not-found'],
    ['a person without consent', (it) => (it.staff.get('ann')!.consentCurrent = false), 'wrong-state'],
  ])('%s, at the start and at the save', async (_, spoil, code) => {
    const enrolmentId = await at.enrol('ann', ann);
    spoil(at);
    await expect(at.service.save(enrolmentId, 'acc-1')).rejects.toEqual(refusal(code));
    await expect(at.service.start('ann', operator)).rejects.toEqual(refusal(code));
    expect(at.replaced).toEqual([]);
  });

  it('an enrolment of another account, whatever is asked', async () => {
    const { service, enrol } = at;
    const enrolmentId = await enrol('ann', ann);
    for (const command of ['continue', 'restart', 'cancel', 'cameraOf'] as const) {
      expect(() => service[command](enrolmentId, 'acc-2')).toThrow(refusal('forbidden'));
      expect(() => service[command]('nothing', 'acc-1')).toThrow(refusal('not-found'));
    }
    await expect(service.save(enrolmentId, 'acc-2')).rejects.toEqual(refusal('forbidden'));
  });

  it('a person whom somebody else is capturing', async () => {
    await at.service.start('ann', operator);
    const other = { accountId: 'acc-2', name: 'Otto' };
    await expect(at.service.start('ann', other)).rejects.toEqual(refusal('conflict'));
    await expect(at.service.start('ben', other)).resolves.toBeDefined();
  });

  it('one too many at once', async () => {
    const { service, staff } = at;
    for (let i = 0; i <= MAX_LIVE; i++) {
      staff.set(`p${i}`, { id: `p${i}`, displayName: 'P', consentCurrent: true });
    }
    for (let i = 0; i < MAX_LIVE; i++) await service.start(`p${i}`, { accountId: `acc-${i}`, name: 'O' });
    const last = { accountId: 'last', name: 'O' };
    await expect(service.start(`p${MAX_LIVE}`, last)).rejects.toMatchObject({
      code: 'rate-limited',
      retryable: true,
    });
  });

  it('going on with what is complete, and anything with what is cancelled', async () => {
    const { service, enrol } = at;
    const enrolmentId = await enrol('ann', ann);
    expect(() => service.continue(enrolmentId, 'acc-1')).toThrow(refusal('wrong-state'));
    service.cancel(enrolmentId, 'acc-1');
    service.cancel(enrolmentId, 'acc-1');
    expect(() => service.restart(enrolmentId, 'acc-1')).toThrow(refusal('wrong-state'));
    await expect(service.save(enrolmentId, 'acc-1')).rejects.toEqual(refusal('wrong-state'));
  });
});

it('a second enrolment of an account cancels its first, also where both start at once', async () => {
  const { service, states } = at;
  const [first, second] = await Promise.all([service.start('ann', operator), service.start('ben', operator)]);
  expect(states).toContainEqual([first.enrolmentId, 'cancelled']);
  expect(() => service.cameraOf(first.enrolmentId, 'acc-1')).toThrow(refusal('wrong-state'));
  expect(service.cameraOf(second.enrolmentId, 'acc-1')).toBe(`enrol-${second.enrolmentId}`);
});

/** A service whose database takes as long as it is told. */
function held() {
  let release!: (outcome: 'stored' | Error) => void;
  const gate = new Promise<void>((resolve, reject) => {
    release = (outcome) => (outcome === 'stored' ? resolve() : reject(outcome));
  });
  let reached!: () => void;
  const storing = new Promise<void>((resolve) => (reached = resolve));
  let times = 0;
  const up = setUp({
    templates: {
      replace: () => {
        times += 1;
        reached();
        return gate;
      },
    },
  });
  return { ...up, release, storing, stored: () => times };
}

describe('while it is being saved', () => {
  it('an enrolment takes no command and no capture, and is stored once', async () => {
    const { service, enrol, look, release, storing, stored } = held();
    const enrolmentId = await enrol('ann', ann);
    const saving = service.save(enrolmentId, 'acc-1');
    await storing;
    await expect(service.save(enrolmentId, 'acc-1')).rejects.toEqual(refusal('wrong-state'));
    expect(() => service.cancel(enrolmentId, 'acc-1')).toThrow(refusal('wrong-state'));
    expect(() => service.restart(enrolmentId, 'acc-1')).toThrow(refusal('wrong-state'));
    await expect(service.start('ben', operator)).rejects.toEqual(refusal('wrong-state'));
    expect(look(enrolmentId, ben, HALF)).toMatchObject({ state: 'saving' });
    release('stored');
    await saving;
    expect(stored()).toBe(1);
  });

  it('a failure leaves it as it was, to be tried again', async () => {
    const { service, enrol, release, storing, states } = held();
    const enrolmentId = await enrol('ann', ann);
    const saving = service.save(enrolmentId, 'acc-1');
    await storing;
    release(new Error('the database is gone'));
    await expect(saving).rejects.toThrow('the database is gone');
    expect(states.at(-1)).toEqual([enrolmentId, 'complete']);
    expect(service.cameraOf(enrolmentId, 'acc-1')).toContain(enrolmentId);
  });

  it('a failure after the deadline finds it timed out', async () => {
    const { service, clock, look, release, storing, states } = held();
    const { enrolmentId } = await service.start('ann', operator);
    look(enrolmentId, ann, HALF);
    const saving = service.save(enrolmentId, 'acc-1');
    await storing;
    clock.pass(policy.timeout);
    release(new Error('no'));
    await expect(saving).rejects.toThrow('no');
    expect(states.at(-1)).toEqual([enrolmentId, 'timed-out']);
  });

  it('close waits for it, cancels the others, and leaves no timer', async () => {
    const { service, enrol, release, storing, states, clock } = held();
    const enrolmentId = await enrol('ann', ann);
    const saving = service.save(enrolmentId, 'acc-1');
    const { enrolmentId: other } = await service.start('ben', { accountId: 'acc-2', name: 'Otto' });
    await storing;
    const closing = service.close();
    release('stored');
    await Promise.all([saving, closing, service.close()]);
    expect(states).toContainEqual([enrolmentId, 'saved']);
    expect(states).toContainEqual([other, 'cancelled']);
    expect(clock.timers).toBe(0);
    await expect(service.start('cid', operator)).rejects.toEqual(refusal('wrong-state'));
  });
});
