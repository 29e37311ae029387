import { beforeEach, describe, expect, it } from 'vitest';
import { MusterError } from '../protocol/error.ts';
import { CIRCLE } from './sitting.test-support.ts';
import { enrollmentPolicy } from './policy.ts';
import { ann, HALF, operator, policy, refusal, setUp } from './enrollment-service.test-support.ts';
import { thresholds } from '../recognition/thresholds.test-support.ts';

const invited = { invitationId: 'inv-1', name: 'BEN' };
let at: ReturnType<typeof setUp>;
beforeEach(() => {
  at = setUp();
});

describe('an invited person', () => {
  it('an invited person captures their face, and it is handed over instead of replacing templates', async () => {
    const { service, enroll, replaced, taken } = at;
    const enrollmentId = await enroll('ben', ann, invited);
    const reply = await service.save(enrollmentId, 'inv-1');
    expect(reply).toMatchObject({ personId: 'ben', templates: 10, state: 'to-confirm' });
    expect(replaced).toEqual([]);
    expect(taken).toMatchObject([['inv-1', { personId: 'ben', contract: 'test@1/512', duplicate: null }]]);
  });

  it('an invited person is not told whom they look like: HR is', async () => {
    const { service, enroll, taken } = at;
    await service.save(await enroll('ann', ann), 'acc-1');
    const reply = await service.save(await enroll('ben', ann, invited), 'inv-1');
    expect(JSON.stringify(reply)).not.toMatch(/ann/i);
    expect(taken[0]![1].duplicate).toMatchObject({ personId: 'ann' });
  });

  it('an invited person captures only what their invitation allows', async () => {
    const no = new MusterError('forbidden', 'This link is for another person.');
    const { service } = setUp({
      invitations: {
        require: async () => {
          throw no;
        },
        take: async () => 'to-confirm',
      },
    });
    await expect(service.start('cid', invited)).rejects.toBe(no);
  });

  it('a capture of an invitation that is over is forgotten, and those of others go on', async () => {
    const { service, look, states } = at;
    const { enrollmentId } = await service.start('ben', invited);
    const other = await service.start('ann', { accountId: 'acc-1', name: 'Olga' });
    look(enrollmentId, ann, CIRCLE.slice(0, 3));
    service.abandon('inv-1');
    expect(states.at(-1)).toEqual([enrollmentId, 'canceled']);
    await expect(service.save(enrollmentId, 'inv-1')).rejects.toEqual(refusal('wrong-state'));
    expect(() => service.continue(other.enrollmentId, 'acc-1')).not.toThrow();
  });

  it('while a capture that waits is compared, no other is saved', async () => {
    const { service, enroll, replaced } = at;
    const enrollmentId = await enroll('ann', ann);
    let saved: Promise<unknown> | undefined;
    await service.compare('ben', [], async (duplicates) => {
      expect(duplicates).toEqual([]);
      saved = service.save(enrollmentId, 'acc-1');
      await Promise.resolve();
      expect(replaced).toEqual([]);
    });
    await saved;
    expect(replaced).toHaveLength(1);
  });
});

describe('an invited person who does not make the movements that are drawn', () => {
  const asking = enrollmentPolicy({
    thresholds,
    far: '1e-4',
    requiredBins: 3,
    timeout: 60_000,
    asks: true,
  }).proof;
  const wary = () => setUp({ policy: () => ({ ...policy, proof: { ...asking, depth: null } }) });
  const STRAIGHT = [{ yaw: 0, pitch: 0, ms: asking.tries * (asking.challenge!.timeLimit + 3_000) }];

  it('cannot save, is out of tries in the end, also with a new capture, and HR sees it', async () => {
    const { service, look, taken } = wary();
    const doubted: unknown[] = [];
    service.on('capture.doubted', (...one) => doubted.push(one));
    const { enrollmentId } = await service.start('ben', invited);
    expect(look(enrollmentId, ann, CIRCLE)).toMatchObject({
      state: 'capturing',
      missing: [],
      acceptable: false,
      doubt: 'unmoved',
      movements: { made: 0, of: 3, state: 'asked' },
    });
    look(enrollmentId, ann, STRAIGHT);
    const late = expect.objectContaining({ code: 'forbidden' }) as Error;
    expect(() => service.continue(enrollmentId, 'inv-1')).toThrow(late);
    expect(() => service.restart(enrollmentId, 'inv-1')).toThrow(late);
    service.cancel(enrollmentId, 'inv-1');
    await expect(service.start('ben', invited)).rejects.toEqual(late);
    expect(doubted).toEqual([['ben', invited, 'unmoved']]);
    expect(taken).toEqual([]);
    // Staff see who is there.
    const desk = await service.start('ben', operator);
    expect(look(desk.enrollmentId, ann, CIRCLE)).toMatchObject({ state: 'complete', doubt: null });
  });

  it('is told so where they try to save, and somebody who stops before the first try has shown nothing odd', async () => {
    const { service, look } = wary();
    const doubted: unknown[] = [];
    service.on('capture.doubted', (...one) => doubted.push(one));
    const { enrollmentId } = await service.start('ben', invited);
    look(enrollmentId, ann, HALF);
    await expect(service.save(enrollmentId, 'inv-1')).rejects.toMatchObject({
      code: 'wrong-state',
      message: expect.stringContaining('movements at the end') as string,
    });
    service.cancel(enrollmentId, 'inv-1');
    expect(doubted).toEqual([]);
  });
});
