import { beforeEach, describe, expect, it } from 'vitest';
import { MusterError } from '../protocol/error.ts';
import { MAX_IDLE } from './enrollment-service.ts';
import { ann, HALF, operator, policy, refusal, setUp } from './enrollment-service.test-support.ts';
import { captureOf, CIRCLE } from './sitting.test-support.ts';

let at: ReturnType<typeof setUp>;
beforeEach(() => {
  at = setUp();
});

describe('an enrollment', () => {
  it('an enrollment is captured and saved once, with the aggregate and a template for each pose', async () => {
    const { service, states, replaced, look } = at;
    const started = await service.start('ann', operator);
    expect(started).toEqual({
      enrollmentId: expect.any(String) as string,
      timeout: policy.timeout,
      requiredBins: 3,
    });
    const { enrollmentId } = started;
    expect(service.cameraOf(enrollmentId, 'acc-1')).toBe(`enroll-${enrollmentId}`);
    expect(look(enrollmentId, ann, CIRCLE)).toMatchObject({ state: 'complete', instruction: 'done' });

    const reply = await service.save(enrollmentId, 'acc-1');
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

    await expect(service.save(enrollmentId, 'acc-1')).rejects.toEqual(refusal('wrong-state'));
    expect(replaced).toHaveLength(1);
    // The enrollment has no camera any more.
    expect(() => service.cameraOf(enrollmentId, 'acc-1')).toThrow(MusterError);
    expect(look(enrollmentId, ann, HALF)).toBeNull();
  });

  it('an enrollment can be saved when enough poses are captured, even if not all are', async () => {
    const { service, look } = at;
    const { enrollmentId } = await service.start('ann', operator);
    look(enrollmentId, ann, CIRCLE.slice(0, 2));
    await expect(service.save(enrollmentId, 'acc-1')).rejects.toMatchObject({
      code: 'wrong-state',
      details: { missing: expect.arrayContaining(['down', 'right']) as string[] },
    });
    expect(look(enrollmentId, ann, HALF)).toMatchObject({ state: 'capturing', acceptable: true });
    expect((await service.save(enrollmentId, 'acc-1')).bins.length).toBeGreaterThanOrEqual(4);
  });

  it('an enrollment of a person who withdraws consent is deleted at once, and other enrollments are not', async () => {
    const { service, states, look } = at;
    const { enrollmentId } = await service.start('ann', operator);
    const other = await service.start('ben', { accountId: 'acc-2', name: 'Otto' });
    look(enrollmentId, ann, HALF);
    service.forget('ann');
    expect(states.at(-1)).toEqual([enrollmentId, 'canceled']);
    expect(look(enrollmentId, ann, HALF)).toBeNull();
    expect(() => service.cameraOf(enrollmentId, 'acc-1')).toThrow(MusterError);
    expect(service.cameraOf(other.enrollmentId, 'acc-2')).toBe(`enroll-${other.enrollmentId}`);
  });

  it('an enrollment can be saved after the time-out', async () => {
    const { service, clock, look } = at;
    const { enrollmentId } = await service.start('ann', operator);
    look(enrollmentId, ann, HALF);
    clock.pass(policy.timeout);
    expect((await service.save(enrollmentId, 'acc-1')).personId).toBe('ann');
  });

  it('an enrollment does not depend on the clock of the analyzer', async () => {
    const { service } = at;
    const { enrollmentId } = await service.start('ann', operator);
    const late = captureOf(ann, { yaw: 0, pitch: 0 }, 9e15, {}, `enroll-${enrollmentId}`);
    expect(service.accept(late)).toMatchObject({ state: 'capturing', remaining: policy.timeout });
  });

  it.each(['door-1', 'enroll-', 'enroll-nobody'])(
    'frames of the camera %s belong to no enrollment',
    (cameraId) => {
      expect(at.service.accept(captureOf(ann, { yaw: 0, pitch: 0 }, 1, {}, cameraId))).toBeNull();
    },
  );
});

describe('the time-out', () => {
  it('the time-out of an enrollment is reported without a frame, and the capture can then be continued or started over', async () => {
    const { service, clock, states, progress, look } = at;
    const { enrollmentId } = await service.start('ann', operator);
    look(enrollmentId, ann, CIRCLE.slice(0, 3));
    clock.pass(policy.timeout);
    expect(states.at(-1)).toEqual([enrollmentId, 'timed-out']);
    expect(progress.at(-1)).toMatchObject({ state: 'timed-out', remaining: 0 });
    const { bins } = progress.at(-1)!;
    expect(look(enrollmentId, ann, CIRCLE)).toMatchObject({ state: 'timed-out', bins });

    service.continue(enrollmentId, 'acc-1');
    expect(progress.at(-1)).toMatchObject({ state: 'capturing', remaining: policy.timeout, bins });
    clock.pass(policy.timeout);
    service.restart(enrollmentId, 'acc-1');
    expect(progress.at(-1)).toMatchObject({ state: 'capturing', remaining: policy.timeout });
    expect(Object.values(progress.at(-1)!.bins)).toEqual(Array(9).fill(0));
    expect(look(enrollmentId, ann, CIRCLE)).toMatchObject({ state: 'complete' });
    clock.pass(policy.timeout);
    expect(states.at(-1)).toEqual([enrollmentId, 'complete']);
  });

  it('the time limit of an enrollment starts again when the capture is continued', async () => {
    const { service, clock, states } = at;
    const { enrollmentId } = await service.start('ann', operator);
    clock.pass(policy.timeout - 1_000);
    service.continue(enrollmentId, 'acc-1');
    clock.pass(policy.timeout - 1_000);
    expect(states.at(-1)![1]).toBe('capturing');
    clock.pass(1_000);
    expect(states.at(-1)![1]).toBe('timed-out');
  });

  it('an enrollment is canceled if the account sends no commands for a long time', async () => {
    const { service, clock, states, enroll } = at;
    const enrollmentId = await enroll('ann', ann);
    clock.pass(MAX_IDLE);
    expect(states.at(-1)).toEqual([enrollmentId, 'canceled']);
    await expect(service.save(enrollmentId, 'acc-1')).rejects.toEqual(refusal('wrong-state'));
    clock.pass(60_000);
    await expect(service.save(enrollmentId, 'acc-1')).rejects.toEqual(refusal('not-found'));
    expect(clock.timers).toBe(0);
  });
});

it('a second enrollment by an account cancels its first, even if both start at once', async () => {
  const { service, states } = at;
  const [first, second] = await Promise.all([service.start('ann', operator), service.start('ben', operator)]);
  expect(states).toContainEqual([first.enrollmentId, 'canceled']);
  expect(() => service.cameraOf(first.enrollmentId, 'acc-1')).toThrow(refusal('wrong-state'));
  expect(service.cameraOf(second.enrollmentId, 'acc-1')).toBe(`enroll-${second.enrollmentId}`);
});
