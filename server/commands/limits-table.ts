/** Every limit that stands between a stranger and the server's resources, with its number, as `limits.md` shows it. */
import { variables } from '../../config/variables.ts';
import { HTTP_LIMITS } from '../http/limits.ts';
import { MEDIA_LIMITS } from '../media/limits.ts';
import { PASS_LIMITS, SOCKET_LIMITS } from '../protocol/limits.ts';
import { PASSWORD_LENGTH } from '../protocol/session.ts';
import { CODE_LIFE, CODE_LENGTH, MAX_CODES } from '../devices/device-service.ts';
import { INVITATION_LIFE } from '../accounts/account-service.ts';
import { FLOW_LIFE } from '../accounts/oidc/oidc-sign-in.ts';
import { RATE_LIMITS } from '../perimeter/rate-limit.ts';
import type { TokenBucketOptions } from '../perimeter/token-bucket.ts';
import { PROOF_LIFE } from '../accounts/session-store.ts';
import { BACKOFF, type BackoffRule } from '../accounts/sign-in-backoff.ts';
import { HOUR, MINUTE } from '../time/durations.ts';

type Section = readonly [title: string, rows: readonly (readonly [what: string, limit: string])[]];

export function limitsTable(): string {
  const sections: Section[] = [
    [
      'Connections and requests',
      [
        ['connections of one address', `${variables.shape.MUSTER_CONNECTIONS_PER_ADDRESS.parse(undefined)}`],
        ['connections in all, each of the two ports', `${HTTP_LIMITS.connections}`],
        ['head of a request', `${kib(HTTP_LIMITS.headerBytes)}, within ${time(HTTP_LIMITS.headersTimeout)}`],
        ['body of a request', `${kib(HTTP_LIMITS.bodyBytes)}, within ${time(HTTP_LIMITS.requestTimeout)}`],
        ['file uploads', 'none'],
        ['requests under /api of one address', rate(RATE_LIMITS.api)],
        ['requests of one account, device or token', rate(RATE_LIMITS.caller)],
      ],
    ],
    [
      'Ways in',
      [
        ['sign-ins of one address', rate(RATE_LIMITS.signIn)],
        ['wrong passwords of one user name', backoff(BACKOFF.name)],
        ['wrong passwords from a browser that was signed in before', backoff(BACKOFF.browser)],
        ['wrong passwords of one address', backoff(BACKOFF.address)],
        ['wrong proofs of who is signed in', backoff(BACKOFF.proof)],
        ['sign-ins by a provider, of one address', rate(RATE_LIMITS.oidc)],
        ['time to sign in at the provider', time(FLOW_LIFE)],
        ['set-up and invitations of one address', rate(RATE_LIMITS.setup)],
        ['an invitation', time(INVITATION_LIFE)],
        ['pairing of one address', rate(RATE_LIMITS.pairing)],
        ['pairing of all addresses', rate(RATE_LIMITS.pairingOverall)],
        ['a pairing code', `${CODE_LENGTH} characters, ${time(CODE_LIFE)}, ${MAX_CODES} waiting at once`],
        ['a password', `${PASSWORD_LENGTH.least} to ${PASSWORD_LENGTH.most} characters`],
        ['a session unused', `${variables.shape.MUSTER_SESSION_IDLE_HOURS.parse(undefined)} h`],
        ['a session in all', `${variables.shape.MUSTER_SESSION_DAYS.parse(undefined)} d`],
        ['a proof for sensitive acts', time(PROOF_LIFE)],
        [
          'wrong PINs of one number',
          `${PASS_LIMITS.wrongPins}, then locked for ${time(PASS_LIMITS.firstLock)}, doubled each time up to ${time(PASS_LIMITS.longestLock)}`,
        ],
        ['wrong PINs and badges at one station', rate(PASS_LIMITS.station)],
      ],
    ],
    [
      'Sockets',
      [
        ['sockets opened by one address', rate(RATE_LIMITS.upgrade)],
        ['sockets of one account or device', `${SOCKET_LIMITS.socketsPerActor}`],
        ['a message', kib(SOCKET_LIMITS.maxMessageBytes)],
        [
          'requests',
          `${SOCKET_LIMITS.requestBurst} at once, then ${SOCKET_LIMITS.requestsPerSecond} a second`,
        ],
        ['without a hello', time(SOCKET_LIMITS.helloTimeout)],
        ['silent', time(SOCKET_LIMITS.silenceTimeout)],
        ['until an ended session ends its sockets, at most', time(SOCKET_LIMITS.sessionCheck)],
      ],
    ],
    [
      'Media',
      [
        ['transports of one socket', `${SOCKET_LIMITS.transportsPerPeer}`],
        ['cameras of one socket', '1'],
        ['a transport that nobody connects to', time(MEDIA_LIMITS.connectTimeout)],
        ['video of one camera', `${MEDIA_LIMITS.maxIncomingBitrate / 1e6} Mbit/s`],
        ['a data-channel message received', kib(MEDIA_LIMITS.maxReceiveMessageBytes)],
        ['data under way from a browser', kib(MEDIA_LIMITS.receiveWindowBytes)],
        ['results waiting for one station', kib(MEDIA_LIMITS.transportQueueBytes)],
        ['pictures waiting for analysis, of one camera', '1'],
        ['without ICE consent', `${MEDIA_LIMITS.iceConsentTimeout} s`],
      ],
    ],
  ];
  return sections
    .map(([title, rows]) =>
      [
        `## ${title}`,
        '',
        '| what | limit |',
        '|---|---|',
        ...rows.map(([what, limit]) => `| ${what} | ${limit} |`),
      ].join('\n'),
    )
    .join('\n\n');
}

function rate({ burst, refill }: TokenBucketOptions): string {
  const again = refill < 1_000 ? `${1_000 / refill} a second` : `one every ${time(refill)}`;
  return `${burst} at once, then ${again}`;
}

function backoff({ free, first, cap }: BackoffRule): string {
  return `${free}, then ${time(first)} of waiting, doubled each time up to ${time(cap)}`;
}

function kib(bytes: number): string {
  return `${bytes / 1024} KiB`;
}

function time(ms: number): string {
  if (ms % HOUR === 0) return `${ms / HOUR} h`;
  if (ms % MINUTE === 0) return `${ms / MINUTE} min`;
  return `${ms / 1_000} s`;
}
