/** What a stranger can make the server hold or read over HTTP. Enforced by `listen.ts` and `app.ts`. */
export const HTTP_LIMITS = {
  /** Longest wait for the head and for the whole of a request, ms: a slow sender must not hold a connection. */
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  /** Sockets of one server: some hundred stations and browsers, not a flood. */
  connections: 2_000,
  headerBytes: 16 * 1024,
  /** Largest body: forms are a few hundred bytes, and there are no uploads. */
  bodyBytes: 64 * 1024,
} as const;
