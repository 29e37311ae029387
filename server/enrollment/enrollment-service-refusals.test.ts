import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_LIVE } from './enrollment-service.ts';
import { ann, operator, refusal, setUp } from './enrollment-service.test-support.ts';

let at: ReturnType<typeof setUp>;
beforeEach(() => {
  at = setUp();
});

describe('the enrollment service refuses', () => {
  it.each<[string, (it: typeof at) => void, string]>([
    ['a person who does not exist', (it) => it.staff.delete('ann'), 'not-found'],
    ['a person without consent', (it) => (it.staff.get('ann')!.consentCurrent = false), 'wrong-state'],
  ])('the enrollment service refuses %s, both to start and to save', async (_, spoil, code) => {
    const enrollmentId = await at.enroll('ann', ann);
    spoil(at);
    await expect(at.service.save(enrollmentId, 'acc-1')).rejects.toEqual(refusal(code));
    await expect(at.service.start('ann', operator)).rejects.toEqual(refusal(code));
    expect(at.replaced).toEqual([]);
  });

  it('the enrollment service refuses every command for an enrollment of another account', async () => {
    const { service, enroll } = at;
    const enrollmentId = await enroll('ann', ann);
    for (const command of ['continue', 'restart', 'cancel', 'cameraOf'] as const) {
      expect(() => service[command](enrollmentId, 'acc-2')).toThrow(refusal('forbidden'));
      expect(() => service[command]('nothing', 'acc-1')).toThrow(refusal('not-found'));
    }
    await expect(service.save(enrollmentId, 'acc-2')).rejects.toEqual(refusal('forbidden'));
  });

  it('the enrollment service refuses to start for a person whom another account is capturing', async () => {
    await at.service.start('ann', operator);
    const other = { accountId: 'acc-2', name: 'Otto' };
    await expect(at.service.start('ann', other)).rejects.toEqual(refusal('conflict'));
    await expect(at.service.start('ben', other)).resolves.toBeDefined();
  });

  it('the enrollment service refuses to start more enrollments at once than allowed', async () => {
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

  it('the enrollment service refuses to continue a complete enrollment, and every command for a canceled one', async () => {
    const { service, enroll } = at;
    const enrollmentId = await enroll('ann', ann);
    expect(() => service.continue(enrollmentId, 'acc-1')).toThrow(refusal('wrong-state'));
    service.cancel(enrollmentId, 'acc-1');
    service.cancel(enrollmentId, 'acc-1');
    expect(() => service.restart(enrollmentId, 'acc-1')).toThrow(refusal('wrong-state'));
    await expect(service.save(enrollmentId, 'acc-1')).rejects.toEqual(refusal('wrong-state'));
  });
});
