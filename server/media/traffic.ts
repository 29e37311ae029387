import type { types as ms } from 'mediasoup';

/** What arrived from one publisher, all its simulcast streams together. */
export interface Traffic {
  /** Kilobits a second. */
  bitrate: number;
  /** Publisher ↔ SFU, ms; absent until the publisher has answered a report. */
  roundTrip?: number;
  /** Fraction of packets lost since the previous reading, 0..1; absent when no packet was due. */
  loss?: number;
  /** Running totals that the next reading is compared with. */
  packets: number;
  lost: number;
}

type Stream = Pick<ms.ProducerStat, 'bitrate' | 'packetCount' | 'packetsLost' | 'roundTripTime'>;

/** Pure. Counters that run backwards (a stream that restarted) give no loss rather than a wrong one. */
export function readTraffic(streams: readonly Stream[], previous: Traffic | null): Traffic {
  const packets = sum(streams.map((s) => s.packetCount));
  const lost = sum(streams.map((s) => s.packetsLost));
  const received = packets - (previous?.packets ?? 0);
  const missing = Math.max(0, lost - (previous?.lost ?? 0));
  const roundTrips = streams.flatMap((s) => (s.roundTripTime ? [s.roundTripTime] : []));
  return {
    bitrate: Math.round(sum(streams.map((s) => s.bitrate)) / 1000),
    ...(roundTrips.length > 0 && { roundTrip: Math.round(Math.max(...roundTrips) * 10) / 10 }),
    ...(received >= 0 && received + missing > 0 && { loss: missing / (received + missing) }),
    packets,
    lost,
  };
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
