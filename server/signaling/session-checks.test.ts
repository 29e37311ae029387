import { pino } from 'pino';
import { afterEach, expect, it, vi } from 'vitest';
import { SOCKET_LIMITS } from '../protocol/limits.ts';
import { SessionChecks } from './session-checks.ts';
import type { SignalingPeer } from './signaling-peer.ts';

const { sessionCheck: period, silenceTimeout } = SOCKET_LIMITS;
const beat = silenceTimeout / 3;
const actor = { kind: 'account', accountId: 'ada' } as SignalingPeer['actor'];

afterEach(() => vi.restoreAllMocks());

it('a session that ends at any moment closes its socket within 1 minute, also between two beats', async () => {
  expect(period).toBe(60_000);
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  for (let opened = 1; opened < beat; opened += 777) {
    // The session ends as soon as it was checked, which is the longest time until the next check.
    let checkedAt = -1;
    let endedAt = -1;
    const peer = {
      actor,
      closed: false,
      authenticate: async () => {
        if (checkedAt >= 0) return null;
        checkedAt = now;
        return actor;
      },
    } as unknown as SignalingPeer;
    const checks = new SessionChecks({
      period,
      beat,
      onEnded: () => {
        endedAt = now;
        checks.forget(peer);
      },
      onChanged: () => {},
      log: pino({ level: 'silent' }),
    });
    now = opened;
    checks.follow(peer);
    await vi.waitFor(() => expect(checkedAt).toBe(opened));
    for (now = beat; now <= 3 * period; now += beat) {
      checks.beat();
      await new Promise(setImmediate);
    }
    expect(endedAt - checkedAt).toBeGreaterThan(period - 2 * beat);
    expect(endedAt - checkedAt).toBeLessThanOrEqual(period);
  }
});
