/** What a stranger can make the server hold or do over one socket. Enforced by `server/signaling`. */
export const SOCKET_LIMITS = {
  /** Largest message, bytes: SDP-sized parameters fit well inside. */
  maxMessageBytes: 64 * 1024,
  /** Requests a second, sustained, and in a burst; above: error reply, then the socket is closed. */
  requestsPerSecond: 20,
  requestBurst: 60,
  /** A socket that does not send `hello` within this time is closed, ms. */
  helloTimeout: 5_000,
  /** A socket silent for this long (no message, no pong) is closed, ms. */
  silenceTimeout: 30_000,
  /** Whether a socket's session still lives is asked at least this often, ms. */
  sessionCheck: 60_000,
  /** A close frame that is not answered for this long ends the connection, ms. */
  closeTimeout: 2_000,
  /** Transports one peer may hold: one to send, one to receive, and as many again while it reconnects. */
  transportsPerPeer: 4,
  socketsPerActor: 8,
} as const;

/** Watching cameras live. Enforced by `Viewer`, `Viewers` and `ViewingService`. */
export const VIEW_LIMITS = {
  /** Cameras that one browser watches at once, those included that it has paused. */
  perViewer: 24,
  /** The same of all browsers together: a media worker sends each of them one more stream. */
  inAll: 96,
  /** Watching that continues within this time is the same act in the audit trail, ms. */
  sameSession: 60_000,
} as const;

/** The largest picture that the server decodes: its longer and its shorter side, pixels. `MUSTER_PICTURE_LIMIT` changes it. */
export const PICTURE_LIMIT = { longer: 1920, shorter: 1080 } as const;

/** Codes that pair a device. Enforced by `DeviceService`. */
export const PAIRING_LIMITS = {
  codeLength: 8,
  /** A code is valid for this long, ms. */
  codeLife: 10 * 60_000,
  /** Unused codes at once. */
  openCodes: 50,
} as const;

/** Invitations to enroll one's own face. Enforced by `InvitationService`, `SelfEnrollment` and retention. */
export const INVITATION_LIMITS = {
  /** How long a link works, days. */
  leastDays: 1,
  usualDays: 7,
  mostDays: 30,
  /** How long a phone keeps an opened link before it must be opened again, ms. */
  sessionLife: 60 * 60_000,
} as const;

/** Punching by PIN or badge. A PIN is short: it is safe by what is allowed to try. Enforced by `PassService`. */
export const PASS_LIMITS = {
  pinDigits: 6,
  /** After this many wrong PINs in a row, the number is locked for `firstLock` ms, and twice as long after each further one. */
  wrongPins: 5,
  firstLock: 15 * 60_000,
  longestLock: 8 * 3_600_000,
  /** Wrong tries at one station, whosever, wrong numbers of look-alikes included: 10 at once, then one a minute. */
  station: { burst: 10, refill: 60_000 },
} as const;

/** Telling look-alikes apart by their numbers. Enforced by `LookAlikeQuestions`; each try also counts as one of a station. */
export const LOOK_ALIKE_LIMITS = {
  /** Wrong numbers after which a station no longer asks about this face. */
  wrongNumbers: 5,
  /** A number is taken for this long after the face was last in a picture, ms: whoever types it may look down. */
  answerTime: 30_000,
  /** Questions at once, of all stations together; beyond that the face that was unseen for the longest time is forgotten. */
  questions: 200,
} as const;

/** Close codes of the socket (RFC 6455 private range). */
export const CLOSE = {
  unauthenticated: 4401,
  revoked: 4403,
  helloTimeout: 4408,
  replaced: 4409,
  tooManySockets: 4429,
  flooding: 4430,
} as const;
