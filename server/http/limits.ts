/** What a stranger can make the server hold or read over HTTP. Enforced by `listen.ts`, `connection-limit.ts` and `app.ts`. */
export const HTTP_LIMITS = {
  /**
   * Longest wait for the head of a request, from the moment the connection opens and with its TLS handshake, and for the
   * whole of a request, ms: who sends slowly or nothing must not hold a connection.
   */
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  /** A connection on which nothing moves for this long is closed, ms: a caller who does not read an answer must not hold it. */
  stallTimeout: 60_000,
  /** Connections of one server: some hundred stations and browsers, not a flood. */
  connections: 2_000,
  /** Connections of one address that did not yet carry a request of somebody we know. A browser opens six for a page. */
  unprovenPerAddress: 64,
  headerBytes: 16 * 1024,
  /** Largest body: forms are a few hundred bytes. An endpoint with an upload has a limit of its own. */
  bodyBytes: 64 * 1024,
} as const;

export type HttpLimits = Record<keyof typeof HTTP_LIMITS, number>;
