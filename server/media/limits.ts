/** What one browser can make the media layer hold, receive or send. All of it is per transport or per peer. */
export const MEDIA_LIMITS = {
  /**
   * What a publisher may send, bits a second. 720p in VP8 looks its best under 2.5 Mbit/s, 1080p with a half-size
   * layer under 5; the rest is room for retransmissions. Browsers learn it by bandwidth estimation and adapt.
   */
  maxIncomingBitrate: 6_000_000,
  /**
   * First estimate of what the analyzer can take, bits a second. mediasoup's default of 600 kbit/s would hold
   * back the highest simulcast layer for seconds, although the analyzer sits on the same host or LAN.
   */
  analyzerBitrate: 10_000_000,
  /** Largest data-channel message sent, bytes: an observation of a hundred faces fits. */
  maxSendMessageBytes: 64 * 1024,
  /** Browsers send nothing over data channels; enough for a stray message, bytes. */
  maxReceiveMessageBytes: 1024,
  /** What may be under way from a browser at a time, bytes. */
  receiveWindowBytes: 64 * 1024,
  /**
   * Unsent messages of one data channel, bytes, and of all channels of a transport. The first keeps a stalled
   * station from getting minutes of old results, and keeps results from crowding out events.
   */
  channelQueueBytes: 128 * 1024,
  transportQueueBytes: 512 * 1024,
  /** A transport whose peer stopped answering ICE consent checks for this long is disconnected, seconds. */
  iceConsentTimeout: 20,
  /** A transport that nobody has connected to (DTLS) after this long is closed, ms. */
  connectTimeout: 30_000,
  /** How long `join` waits for a worker when all of them are being replaced, ms. */
  placeTimeout: 5_000,
  /**
   * Events kept for a camera whose station is reconnecting: for how long, ms (longer than ICE consent and a
   * reconnect take together, so an event written into a dead link is still there), and how many at most.
   */
  eventRetention: 30_000,
  eventsRetained: 32,
} as const;
