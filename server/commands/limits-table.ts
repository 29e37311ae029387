/** Every limit that protects the server's resources from strangers, with its number. docs/limits.md shows this table. */
import { variables } from '../../config/variables.ts';
import { ENCODED_LIMIT } from '../analyzer/h264/decoder.ts';
import { DECODER_LIMITS } from '../analyzer/h264/decoder-messages.ts';
import { OUTBOX_LIMIT } from '../analyzer/sighting-outbox.ts';
import { ATTACH_LIMITS } from '../analyzer/watched-camera.ts';
import { REQUESTS_A_DAY } from '../attendance/correction-service.ts';
import { DECISIONS_PER_DEVICE } from '../attendance/decision-store.ts';
import { INBOX_LIMITS } from '../attendance/sighting-inbox.ts';
import type { Backoff } from '../async/backoff.ts';
import { OFFER_BYTES, OFFER_PARTS } from '../ingest/whip-offer.ts';
import { WHIP_LIMITS } from '../ingest/whip-sessions.ts';
import { STREAM_LIMITS } from '../events/event-streams.ts';
import { HTTP_LIMITS } from '../http/limits.ts';
import { MEDIA_LIMITS } from '../media/limits.ts';
import { CLAIM_LIMITS } from '../protocol/claims.ts';
import {
  INVITATION_LIMITS,
  LOOK_ALIKE_LIMITS,
  PAIRING_LIMITS,
  PASS_LIMITS,
  PICTURE_LIMIT,
  SOCKET_LIMITS,
  VIEW_LIMITS,
} from '../protocol/limits.ts';
import { PEOPLE_ACT_LIMITS } from '../protocol/people-acts.ts';
import { IMPORT_LIMITS } from '../protocol/people-files.ts';
import { EVENT_DAYS } from '../protocol/events.ts';
import { WEBHOOK_LIMITS } from '../protocol/webhooks.ts';
import { RTSP_LIMITS } from '../rtsp/rtsp-camera.ts';
import { RTSP_CLAIM } from '../rtsp/rtsp-cameras.ts';
import { MOST_RTSP_CAMERAS } from '../rtsp/rtsp-service.ts';
import { PASSWORD_LENGTH } from '../protocol/session.ts';
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
        [
          'connections from one address',
          `${variables.shape.MUSTER_CONNECTIONS_PER_ADDRESS.parse(undefined)}`,
        ],
        ['the same, without an account, device or token yet', `${HTTP_LIMITS.unprovenPerAddress}`],
        [
          'connections in total, on each of the two ports',
          `${HTTP_LIMITS.connections}, then the oldest without any of these is closed`,
        ],
        [
          'request headers, with the TLS handshake',
          `${kib(HTTP_LIMITS.headerBytes)}, within ${time(HTTP_LIMITS.headersTimeout)}`,
        ],
        ['request body', `${kib(HTTP_LIMITS.bodyBytes)}, within ${time(HTTP_LIMITS.requestTimeout)}`],
        ['a connection on which nothing moves closes after', time(HTTP_LIMITS.stallTimeout)],
        ['file uploads', `${mib(IMPORT_LIMITS.bytes)}, only of people to import, by owners and HR`],
        ['rows of a file of people', `${IMPORT_LIMITS.rows}`],
        ['what a workbook of people may unpack to', mib(IMPORT_LIMITS.unpackedBytes)],
        [
          'people that one act changes',
          `${PEOPLE_ACT_LIMITS.people}, or ${PEOPLE_ACT_LIMITS.ids} by their ids`,
        ],
        ['streams of events of one account or token', `${STREAM_LIMITS.perCaller}`],
        ['streams of events of one server', `${STREAM_LIMITS.streams}`],
        ['links to enroll that are made at once', `${PEOPLE_ACT_LIMITS.invitations}`],
        ['API requests from one address', rate(RATE_LIMITS.api)],
        ['API requests by one account, device or token', rate(RATE_LIMITS.caller)],
        ['corrections that one employee asks for', `${REQUESTS_A_DAY} within 24 h`],
        ['absences that one employee asks for', `${REQUESTS_A_DAY} within 24 h`],
      ],
    ],
    [
      'Sign-in, pairing and passes',
      [
        ['sign-ins from one address', rate(RATE_LIMITS.signIn)],
        ['wrong passwords for one user name', backoff(BACKOFF.name)],
        ['wrong passwords from a browser that has signed in before', backoff(BACKOFF.browser)],
        ['wrong passwords from one address', backoff(BACKOFF.address)],
        ['wrong proofs of identity by a signed-in account', backoff(BACKOFF.proof)],
        ['sign-ins through the identity provider, from one address', rate(RATE_LIMITS.oidc)],
        ['time to sign in at the identity provider', time(FLOW_LIFE)],
        ['set-ups and invitations from one address', rate(RATE_LIMITS.setup)],
        ['validity of an invitation', time(INVITATION_LIFE)],
        ['openings of links to enroll from one address', rate(RATE_LIMITS.invitation)],
        [
          'validity of a link to enroll',
          `${INVITATION_LIMITS.usualDays} d, or ${INVITATION_LIMITS.leastDays} to ${INVITATION_LIMITS.mostDays} d`,
        ],
        ['a phone must open its link again after', time(INVITATION_LIMITS.sessionLife)],
        ['pairing attempts from one address', rate(RATE_LIMITS.pairing)],
        ['first three pairing attempts of all addresses together', rate(RATE_LIMITS.pairingFirst)],
        ['further pairing attempts of all addresses together', rate(RATE_LIMITS.pairingOverall)],
        ['pairing attempts of all private addresses together', rate(RATE_LIMITS.pairingOverall)],
        [
          'a pairing code',
          `${PAIRING_LIMITS.codeLength} characters, valid for ${time(PAIRING_LIMITS.codeLife)}, ${PAIRING_LIMITS.openCodes} open at once`,
        ],
        ['length of a password', `${PASSWORD_LENGTH.least} to ${PASSWORD_LENGTH.most} characters`],
        [
          'a session expires when idle for',
          `${variables.shape.MUSTER_SESSION_IDLE_HOURS.parse(undefined)} h`,
        ],
        ['a session expires in any case after', `${variables.shape.MUSTER_SESSION_DAYS.parse(undefined)} d`],
        ['validity of a proof of identity for sensitive acts', time(PROOF_LIFE)],
        [
          'wrong PINs for one employee number',
          `${PASS_LIMITS.wrongPins}, then locked for ${time(PASS_LIMITS.firstLock)}, doubling each time up to ${time(PASS_LIMITS.longestLock)}`,
        ],
        ['wrong PINs, badges and numbers at one station', rate(PASS_LIMITS.station)],
        ['wrong numbers for one face that is one of two', `${LOOK_ALIKE_LIMITS.wrongNumbers}`],
        ['a number for such a face is taken after it was last seen for', time(LOOK_ALIKE_LIMITS.answerTime)],
        ['faces that are asked about at once', `${LOOK_ALIKE_LIMITS.questions}`],
        ['deliveries of kept punches from one address', rate(RATE_LIMITS.claims)],
        ['kept punches in one delivery', `${CLAIM_LIMITS.batch}`],
        ['refused punches of one station that wait for a decision', `${CLAIM_LIMITS.refused}`],
        ['age up to which a kept punch is booked', time(CLAIM_LIMITS.oldest)],
      ],
    ],
    [
      'Webhooks and events',
      [
        ['receivers of webhooks', `${WEBHOOK_LIMITS.endpoints}`],
        [
          'the answer of a receiver',
          `within ${time(WEBHOOK_LIMITS.call)}, of which ${kib(WEBHOOK_LIMITS.answer)} are read`,
        ],
        ['waits between the tries of a receiver that fails', waits(WEBHOOK_LIMITS.retry)],
        ['an event that is not taken is given up after', time(WEBHOOK_LIMITS.patience)],
        ['a former secret signs for', time(WEBHOOK_LIMITS.rotation)],
        ['events are kept for', `${EVENT_DAYS} d`],
      ],
    ],
    [
      'Encoders and IP cameras',
      [
        ['an offer of an encoder', `${kib(OFFER_BYTES)}, with ${OFFER_PARTS} parts`],
        ['sessions that one encoder begins or ends', rate(RATE_LIMITS.whip)],
        ['sessions of one encoder', '1'],
        ['an encoder that sends nothing is dropped after', time(WHIP_LIMITS.silence)],
        ['one encoded picture of H.264', mib(ENCODED_LIMIT)],
        ['memory of a process that decodes H.264', mib(DECODER_LIMITS.memory)],
        ['a decoder of H.264 that does not answer is ended after', time(DECODER_LIMITS.silence)],
        ['waits before a decoder that failed is started again', waits(ATTACH_LIMITS.retryDecoder)],
        ['IP cameras', `${MOST_RTSP_CAMERAS}`],
        ['waits between the tries of an IP camera', waits(RTSP_LIMITS.retry)],
        ['an IP camera without a picture is tried again after', time(RTSP_LIMITS.silence)],
        ['another server takes over an IP camera after', time(RTSP_CLAIM)],
      ],
    ],
    [
      'Sockets',
      [
        ['sockets opened from one address', rate(RATE_LIMITS.upgrade)],
        ['open sockets of one account or device', `${SOCKET_LIMITS.socketsPerActor}`],
        ['size of a message', kib(SOCKET_LIMITS.maxMessageBytes)],
        [
          'requests on one socket',
          `${SOCKET_LIMITS.requestBurst} at once, then ${SOCKET_LIMITS.requestsPerSecond} a second`,
        ],
        ['a socket without a hello closes after', time(SOCKET_LIMITS.helloTimeout)],
        ['a silent socket closes after', time(SOCKET_LIMITS.silenceTimeout)],
        ['an ended session closes its sockets within', time(SOCKET_LIMITS.sessionCheck)],
      ],
    ],
    [
      'Media',
      [
        ['transports of one socket', `${SOCKET_LIMITS.transportsPerPeer}`],
        ['cameras of one socket', '1'],
        ['cameras that one browser watches at once', `${VIEW_LIMITS.perViewer}`],
        ['cameras that all browsers together watch at once', `${VIEW_LIMITS.inAll}`],
        ['watching that continues is recorded once within', time(VIEW_LIMITS.sameSession)],
        ['size of a decoded picture', `${PICTURE_LIMIT.longer} × ${PICTURE_LIMIT.shorter}`],
        ['an unconnected transport closes after', time(MEDIA_LIMITS.connectTimeout)],
        ['bit rate of one camera', `${MEDIA_LIMITS.maxIncomingBitrate / 1e6} Mbit/s`],
        ['size of a data-channel message that a browser is told', kib(MEDIA_LIMITS.maxReceiveMessageBytes)],
        [
          'unread data from a browser, also one that sends larger messages',
          kib(MEDIA_LIMITS.receiveWindowBytes),
        ],
        [
          'results and events queued for one station',
          `${kib(MEDIA_LIMITS.channelQueueBytes)} each, and one message`,
        ],
        ['frames of one camera that wait for analysis', '1'],
        ['decisions that are no sighting, kept of one device', rate(DECISIONS_PER_DEVICE)],
        ['a transport without ICE consent disconnects after', `${MEDIA_LIMITS.iceConsentTimeout} s`],
      ],
    ],
    [
      'Sightings while the database is away',
      [
        [
          'sightings that wait in the journal',
          `${INBOX_LIMITS.waiting}, then further ones stay with the analyzer`,
        ],
        ['of them, in memory only because the disk is full', `${INBOX_LIMITS.unsaved}`],
        ['explanations kept with waiting sightings', `${INBOX_LIMITS.explanations}`],
        ['pictures kept with waiting sightings', `${INBOX_LIMITS.crops}`],
        ['sightings that an analyzer keeps until they are safe', `${OUTBOX_LIMIT}`],
      ],
    ],
  ];
  return sections
    .map(([title, rows]) =>
      [
        `## ${title}`,
        '',
        '| What | Limit |',
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
  return `${free}, then a wait of ${time(first)}, doubling each time up to ${time(cap)}`;
}

function waits({ first, cap }: Backoff): string {
  return `${time(first)}, doubling each time up to ${time(cap)}`;
}

function kib(bytes: number): string {
  return `${bytes / 1024} KiB`;
}

function mib(bytes: number): string {
  return kib(bytes / 1024).replace('KiB', 'MiB');
}

function time(ms: number): string {
  if (ms % HOUR === 0) return `${ms / HOUR} h`;
  if (ms % MINUTE === 0) return `${ms / MINUTE} min`;
  return `${ms / 1_000} s`;
}
