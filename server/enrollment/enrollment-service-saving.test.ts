import { beforeEach, describe, expect, it } from 'vitest';
import { detailsOf, type MusterError } from '../protocol/error.ts';
import type { Match } from '../protocol/analyzer.ts';
import { GalleryReader, SharedGallery } from '../recognition/gallery.ts';
import type { EnrollmentService } from './enrollment-service.ts';
import { CIRCLE, person } from './sitting.test-support.ts';
import { ann, ben, HALF, operator, policy, refusal, setUp } from './enrollment-service.test-support.ts';

let at: ReturnType<typeof setUp>;
beforeEach(() => {
  at = setUp();
});

describe('a likely duplicate', () => {
  beforeEach(async () => {
    await at.service.save(await at.enroll('ann', ann), 'acc-1');
  });

  it('a likely duplicate is refused with the name of the enrolled person and can still be saved', async () => {
    const { service, enroll, replaced, states, progress } = at;
    const enrollmentId = await enroll('ben', ann);
    const error = await service.save(enrollmentId, 'acc-1').catch((e: unknown) => e);
    expect(error).toMatchObject({
      code: 'duplicate-face',
      message: expect.stringContaining('ANN') as string,
      details: { personId: 'ann', displayName: 'ANN' },
    });
    expect(detailsOf(error as MusterError, 'duplicate-face')!.similarity).toBeGreaterThan(0.9);
    expect(replaced).toHaveLength(1);
    expect(states.slice(-2)).toEqual([
      [enrollmentId, 'saving'],
      [enrollmentId, 'complete'],
    ]);
    expect(progress.at(-1)).toMatchObject({ state: 'complete', acceptable: true });

    const saved = await service.save(enrollmentId, 'acc-1', { reason: 'twins' });
    expect(replaced[1]).toMatchObject([
      'ben',
      {
        override: { reason: 'twins' },
        lookAlikes: [{ personId: 'ann', similarity: expect.closeTo(1, 1) as number }],
      },
    ]);
    expect(saved.lookAlikes).toEqual([{ id: 'ann', displayName: 'ANN' }]);
  });

  it('a likely duplicate is not assumed when the same person is enrolled again: the templates are replaced', async () => {
    const { service, enroll, replaced } = at;
    await service.save(await enroll('ann', ann), 'acc-1');
    expect(replaced.map(([id]) => id)).toEqual(['ann', 'ann']);
  });

  it('a likely duplicate is found even if the best match is the person themselves', async () => {
    const { service, enroll } = at;
    await service.save(await enroll('ben', ann), 'acc-1', { reason: 'twins' });
    await expect(service.save(await enroll('ann', ann), 'acc-1')).rejects.toMatchObject({
      details: { personId: 'ben' },
    });
  });

  it('a deleted person is not found as a likely duplicate', async () => {
    const { service, enroll, staff, replaced } = at;
    const enrollmentId = await enroll('ben', ann);
    staff.delete('ann');
    await service.save(enrollmentId, 'acc-1');
    expect(replaced).toHaveLength(2);
  });

  it('a different face is not a likely duplicate, and an unnecessary reason is not recorded', async () => {
    const { service, enroll, replaced } = at;
    await service.save(await enroll('ben', ben), 'acc-1', { reason: 'to be sure' });
    expect(replaced[1]![1]).not.toHaveProperty('override');
    expect(replaced[1]![1].lookAlikes).toEqual([]);
  });

  it('everybody whom an accepted face looks like is recorded, not only the most similar one', async () => {
    const { service, enroll, replaced } = at;
    await service.save(await enroll('ben', ann), 'acc-1', { reason: 'triplets' });
    const saved = await service.save(await enroll('cid', ann), 'acc-1', { reason: 'triplets' });
    expect(saved.lookAlikes.map(({ id }) => id).toSorted()).toEqual(['ann', 'ben']);
    expect(replaced[2]![1].lookAlikes).toHaveLength(2);
  });

  it('if two enrollments of the same face are saved at once, only the first is stored', async () => {
    const { service, enroll, replaced } = setUp();
    const other = { accountId: 'acc-2', name: 'Otto' };
    const [first, second] = [await enroll('ann', ann), await enroll('ben', ann, other)];
    const [saved, refused] = await Promise.allSettled([
      service.save(first, 'acc-1'),
      service.save(second, 'acc-2'),
    ]);
    expect(saved.status).toBe('fulfilled');
    expect(refused).toMatchObject({ reason: { code: 'duplicate-face', details: { personId: 'ann' } } });
    expect(replaced.map(([id]) => id)).toEqual(['ann']);
  });

  it('a likely duplicate that is refused does not block the next save', async () => {
    const { service, enroll, replaced } = at;
    const [twin, benSelf] = [
      await enroll('cid', ann),
      await enroll('ben', ben, { accountId: 'acc-2', name: 'Otto' }),
    ];
    const outcomes = await Promise.allSettled([service.save(twin, 'acc-1'), service.save(benSelf, 'acc-2')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(replaced.map(([id]) => id)).toEqual(['ann', 'ben']);
  });
});

/** A service with a database whose saves the test ends. */
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

describe('an enrollment that is being saved', () => {
  it('an enrollment that is being saved accepts no commands and no captures, and is stored once', async () => {
    const { service, enroll, look, release, storing, stored } = held();
    const enrollmentId = await enroll('ann', ann);
    const saving = service.save(enrollmentId, 'acc-1');
    await storing;
    await expect(service.save(enrollmentId, 'acc-1')).rejects.toEqual(refusal('wrong-state'));
    expect(() => service.cancel(enrollmentId, 'acc-1')).toThrow(refusal('wrong-state'));
    expect(() => service.restart(enrollmentId, 'acc-1')).toThrow(refusal('wrong-state'));
    await expect(service.start('ben', operator)).rejects.toEqual(refusal('wrong-state'));
    expect(look(enrollmentId, ben, HALF)).toMatchObject({ state: 'saving' });
    release('stored');
    await saving;
    expect(stored()).toBe(1);
  });

  it('an enrollment whose save failed is unchanged and can be saved again', async () => {
    const { service, enroll, release, storing, states } = held();
    const enrollmentId = await enroll('ann', ann);
    const saving = service.save(enrollmentId, 'acc-1');
    await storing;
    release(new Error('the database is gone'));
    await expect(saving).rejects.toThrow('the database is gone');
    expect(states.at(-1)).toEqual([enrollmentId, 'complete']);
    expect(service.cameraOf(enrollmentId, 'acc-1')).toContain(enrollmentId);
  });

  it('an enrollment whose save failed after its deadline has timed out', async () => {
    const { service, clock, look, release, storing, states } = held();
    const { enrollmentId } = await service.start('ann', operator);
    look(enrollmentId, ann, HALF);
    const saving = service.save(enrollmentId, 'acc-1');
    await storing;
    clock.pass(policy.timeout);
    release(new Error('no'));
    await expect(saving).rejects.toThrow('no');
    expect(states.at(-1)).toEqual([enrollmentId, 'timed-out']);
  });

  it('an enrollment that is being saved is completed when the service closes, while all others are canceled and no timer remains', async () => {
    const { service, enroll, release, storing, states, clock } = held();
    const enrollmentId = await enroll('ann', ann);
    const saving = service.save(enrollmentId, 'acc-1');
    const { enrollmentId: other } = await service.start('ben', { accountId: 'acc-2', name: 'Otto' });
    await storing;
    const closing = service.close();
    release('stored');
    await Promise.all([saving, closing, service.close()]);
    expect(states).toContainEqual([enrollmentId, 'saved']);
    expect(states).toContainEqual([other, 'canceled']);
    expect(clock.timers).toBe(0);
    await expect(service.start('cid', operator)).rejects.toEqual(refusal('wrong-state'));
  });
});

describe('a duplicate while the former model pack is still running', () => {
  const [current, former] = ['test@1/512', 'left@1/512'];
  /** Embeddings of Ann by the former pack, which are unrelated to those of the pack in use. */
  const annThen = person(41);

  /** Ann is enrolled with the former pack only. */
  function migrating() {
    const gallery = SharedGallery.create({ length: 512, capacity: 10 });
    gallery.upsert({ personId: 'ann', embeddings: [annThen.embedding(0, 0)] });
    const reader = new GalleryReader(gallery.share());
    const asked = new Set<string>();
    const search = async (contract: string, [embedding]: Float32Array[], limit: number): Promise<Match[]> => {
      asked.add(contract);
      return contract === former ? reader.search([embedding!], limit)[0]! : [];
    };
    return { asked, ...setUp({ search, former }) };
  }

  it('while the former model pack is running, a duplicate is found among people enrolled only with the former pack, by the embeddings of that pack', async () => {
    const { service, look, asked, replaced } = migrating();
    const { enrollmentId } = await service.start('ben', operator);
    look(enrollmentId, ann, CIRCLE, { former: annThen });
    await expect(service.save(enrollmentId, 'acc-1')).rejects.toMatchObject({
      code: 'duplicate-face',
      details: { personId: 'ann' },
    });
    expect([...asked].sort()).toEqual([former, current].sort());
    expect(replaced).toEqual([]);
  });

  it('while the former model pack is running, a duplicate is not assumed when the same person is enrolled again, and only templates of the pack in use are stored', async () => {
    const { service, look, replaced } = migrating();
    const { enrollmentId } = await service.start('ann', operator);
    look(enrollmentId, ann, CIRCLE, { former: annThen });
    await service.save(enrollmentId, 'acc-1');
    const [[personId, set]] = replaced as [(typeof replaced)[number]];
    expect([personId, set.contract]).toEqual(['ann', current]);
    for (const { embedding } of set.templates) {
      const alike = embedding.reduce((sum, v, i) => sum + v * annThen.direction[i]!, 0);
      expect(alike).toBeLessThan(0.3);
    }
  });

  it('while the former model pack is running, a duplicate is searched only with the pack in use if no capture has an embedding of the former pack', async () => {
    const { service, look, asked } = migrating();
    const { enrollmentId } = await service.start('ben', operator);
    look(enrollmentId, ben, CIRCLE);
    await service.save(enrollmentId, 'acc-1');
    expect([...asked]).toEqual([current]);
  });
});

/** Looks for depth, which these captures cannot show: they have no landmarks. */
const wary = () => setUp({ policy: () => ({ ...policy, proof: { ...policy.proof, depth: 5 } }) });

function toldDoubts(service: EnrollmentService): unknown[] {
  const all: unknown[] = [];
  service.on('capture.doubted', (...one) => all.push(one));
  return all;
}

describe('a capture that may be of a picture', () => {
  it('is not saved, says why, and is told once', async () => {
    const { service, look, replaced } = wary();
    const doubts = toldDoubts(service);
    const { enrollmentId } = await service.start('cid', operator);
    expect(look(enrollmentId, ben, CIRCLE)).toMatchObject({ state: 'capturing', doubt: 'flat' });
    await expect(service.save(enrollmentId, 'acc-1')).rejects.toMatchObject({
      code: 'wrong-state',
      message: expect.stringContaining('not a picture') as string,
    });
    service.cancel(enrollmentId, 'acc-1');
    expect(replaced).toEqual([]);
    expect(doubts).toEqual([['cid', operator, 'flat']]);
  });

  it('is told where its time runs out or it is given up, and not where angles are missing, too', async () => {
    const { service, look, clock } = wary();
    const doubts = toldDoubts(service);
    const { enrollmentId: first } = await service.start('cid', operator);
    look(first, ben, CIRCLE.slice(0, 2));
    service.cancel(first, 'acc-1');
    expect(doubts).toEqual([]);
    const { enrollmentId } = await service.start('cid', operator);
    look(enrollmentId, ben, CIRCLE);
    clock.pass(policy.timeout);
    expect(doubts).toEqual([['cid', operator, 'flat']]);
  });

  it('the front of a person who cannot turn the head is saved with a reason', async () => {
    const { service, look, replaced } = wary();
    const { enrollmentId } = await service.start('cid', operator);
    look(enrollmentId, ben, CIRCLE);
    await service.save(enrollmentId, 'acc-1', undefined, { reason: 'stiff neck' });
    expect(replaced).toMatchObject([['cid', { frontOnly: { reason: 'stiff neck' } }]]);
  });
});

describe('a person who cannot turn the head', () => {
  const STRAIGHT = [{ yaw: 0, pitch: 0, ms: 3_000 }];
  const exception = { reason: 'stiff neck' };

  it('a person who cannot turn the head is saved from the front alone, with a reason', async () => {
    const { service, look, replaced } = at;
    const { enrollmentId } = await service.start('cid', operator);
    look(enrollmentId, ben, STRAIGHT);
    await expect(service.save(enrollmentId, 'acc-1')).rejects.toMatchObject({ code: 'wrong-state' });
    await service.save(enrollmentId, 'acc-1', undefined, exception);
    expect(replaced).toMatchObject([['cid', { frontOnly: exception }]]);
  });

  it('the front is needed even then, and an unnecessary exception is not recorded', async () => {
    const { service, enroll, replaced } = at;
    const { enrollmentId } = await service.start('cid', operator);
    const save = service.save(enrollmentId, 'acc-1', undefined, exception);
    await expect(save).rejects.toMatchObject({ code: 'wrong-state' });
    await service.save(await enroll('ben', ben), 'acc-1', undefined, exception);
    expect(replaced[0]![1]).not.toHaveProperty('frontOnly');
  });
});
