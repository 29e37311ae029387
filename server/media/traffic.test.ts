import { describe, expect, it } from 'vitest';
import { readTraffic } from './traffic.ts';

const stream = (packetCount: number, packetsLost: number, bitrate = 0, roundTripTime?: number) => ({
  packetCount,
  packetsLost,
  bitrate,
  nackCount: 2,
  pliCount: 1,
  byteCount: 1_000,
  ...(roundTripTime !== undefined && { roundTripTime }),
});

const NOTHING = { bitrate: 0, packets: 0, lost: 0, nacks: 0, plis: 0, bytes: 0 };

describe('readTraffic', () => {
  it('readTraffic adds up simulcast streams and gives the longest round-trip time', () => {
    expect(readTraffic([stream(90, 10, 400_000, 12.34), stream(100, 0, 1_100_000, 20)], null)).toMatchObject({
      bitrate: 1500,
      roundTrip: 20,
      loss: 0.05,
    });
  });

  it('readTraffic adds up what was received and asked for', () => {
    expect(readTraffic([stream(90, 10), stream(100, 0)], null)).toMatchObject({
      packets: 190,
      lost: 10,
      nacks: 4,
      plis: 2,
      bytes: 2_000,
    });
  });

  it('readTraffic gives the loss since the previous reading, not of the whole time', () => {
    const first = readTraffic([stream(500, 500)], null);
    expect(readTraffic([stream(600, 500)], first).loss).toBe(0);
    expect(readTraffic([stream(575, 525)], first).loss).toBe(0.25);
  });

  it.each([
    ['no packet has arrived yet', [], null],
    ['no packet has arrived since the previous reading', [stream(5, 0)], { ...NOTHING, packets: 5 }],
    ['the stream has restarted', [stream(5, 0)], { ...NOTHING, packets: 500, lost: 9 }],
  ])('readTraffic gives no loss if %s', (_, streams, previous) => {
    expect(readTraffic(streams, previous)).not.toHaveProperty('loss');
  });

  it('readTraffic gives no round-trip time before the publisher has answered a report', () => {
    expect(readTraffic([stream(5, 0, 1, 0)], null)).not.toHaveProperty('roundTrip');
  });
});
