import type { types as ms } from 'mediasoup';

/** The traffic from one publisher, summed over all its simulcast streams. */
export interface Traffic {
  /** Kilobits per second. */
  bitrate: number;
  /** Round-trip time between publisher and server, ms; absent until the publisher has answered a report. */
  roundTrip?: number;
  /** Fraction of packets lost since the previous reading, 0..1; absent if no packet was expected. */
  loss?: number;
  /** Total number of received packets, for the next reading. */
  packets: number;
  /** Total number of lost packets, for the next reading. */
  lost: number;
  /** Total numbers of requests to the publisher: to repeat packets, and to send a whole picture. */
  nacks: number;
  plis: number;
  /** Total number of received bytes. */
  bytes: number;
}

type Stream = Pick<
  ms.ProducerStat,
  'bitrate' | 'packetCount' | 'packetsLost' | 'roundTripTime' | 'nackCount' | 'pliCount' | 'byteCount'
>;

/** Reads the traffic. Counters that have decreased (because a stream restarted) give no loss instead of a wrong one. Pure. */
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
    nacks: sum(streams.map((s) => s.nackCount)),
    plis: sum(streams.map((s) => s.pliCount)),
    bytes: sum(streams.map((s) => s.byteCount)),
  };
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
