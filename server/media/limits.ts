/** Limits on what one browser can make the media layer hold, receive or send. Each applies per transport or per peer. */
export const MEDIA_LIMITS = {
  /**
   * The most that a publisher may send, bits per second. 720p in VP8 reaches its best quality below 2.5 Mbit/s, 1080p with
   * a half-size layer below 5; the rest is room for retransmissions. Browsers learn the limit through bandwidth estimation
   * and adapt.
   */
  maxIncomingBitrate: 6_000_000,
  /**
   * Initial bandwidth estimate for the analyzer, bits per second. mediasoup's default of 600 kbit/s would hold back the
   * highest simulcast layer for seconds, although the analyzer is on the same host or LAN.
   */
  analyzerBitrate: 10_000_000,
  /** Largest message that is sent over a data channel, bytes. An observation with a hundred faces fits. */
  maxSendMessageBytes: 64 * 1024,
  /**
   * Largest message over a data channel that browsers are told of, bytes. They send none; this is enough for a stray one. The
   * worker drops a message of a browser that ignores it, when it is whole: what it holds until then is `receiveWindowBytes`.
   */
  maxReceiveMessageBytes: 1024,
  /** How much data may be in transit from a browser at a time, bytes. */
  receiveWindowBytes: 64 * 1024,
  /**
   * Most unsent data of one data channel, bytes. It prevents a stalled station from receiving minutes of old results, and
   * prevents results from crowding out events.
   */
  channelQueueBytes: 128 * 1024,
  /** Most unsent data of all data channels of a transport, bytes. */
  transportQueueBytes: 512 * 1024,
  /** A transport is disconnected if its peer has not answered ICE consent checks for this long, seconds. */
  iceConsentTimeout: 20,
  /** A transport is closed if no browser has connected to it (DTLS) after this long, ms. */
  connectTimeout: 30_000,
  /** How long `join` waits for a worker if all workers are being replaced, ms. */
  joinTimeout: 5_000,
  /**
   * How long events are kept for a station that reconnects, ms. It is longer than the ICE consent timeout and a reconnect
   * together, so that an event that was written to a dead connection is still available.
   */
  eventRetention: 30_000,
  /** How many events are kept for each camera. */
  eventsRetained: 32,
} as const;

export type MediaLimits = Record<keyof typeof MEDIA_LIMITS, number>;
