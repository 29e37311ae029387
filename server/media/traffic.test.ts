import { describe, expect, it } from 'vitest';
import { readTraffic } from './traffic.ts';

const stream = (packetCount: number, packetsLost: number, bitrate = 0, roundTripTime?: number) => ({
  packetCount,
  packetsLost,
  bitrate,
  ...(roundTripTime !== undefined && { roundTripTime }),
});

describe('readTraffic', () => {
  it('adds up simulcast streams and takes the slowest round trip', () => {
    expect(readTraffic([stream(90, 10, 400_000, 12.34), stream(100, 0, 1_100_000, 20)], null)).toMatchObject({
      bitrate: 1500,
      roundTrip: 20,
      loss: 0.05,
    });
  });

  it('tells the loss of the last interval, not of all time', () => {
    const first = readTraffic([stream(500, 500)], null);
    expect(readTraffic([stream(600, 500)], first).loss).toBe(0);
    expect(readTraffic([stream(575, 525)], first).loss).toBe(0.25);
  });

  it.each([
    ['nothing has come yet', [], null],
    ['nothing came since', [stream(5, 0)], { bitrate: 0, packets: 5, lost: 0 }],
    ['the stream began anew', [stream(5, 0)], { bitrate: 0, packets: 500, lost: 9 }],
  ])('knows no loss where %s', (_, streams, previous) => {
    expect(readTraffic(streams, previous)).not.toHaveProperty('loss');
  });

  it('knows no round trip before the publisher has answered a report', () => {
    expect(readTraffic([stream(5, 0, 1, 0)], null)).not.toHaveProperty('roundTrip');
  });
});
