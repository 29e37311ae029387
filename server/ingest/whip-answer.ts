import type { types as ms } from 'mediasoup';
import type { TransportParameters } from '../protocol/signaling.ts';
import type { WhipOffer } from './whip-offer.ts';

/** What is asked of the sender; it does not say more than it has offered. */
const FEEDBACK: ReadonlySet<string> = new Set(['nack', 'nack pli', 'ccm fir', 'goog-remb', 'transport-cc']);

/**
 * The answer to an offer (RFC 8829): the picture is received, and every other part is refused. Some programs read only the
 * first candidate, so the likeliest comes first. Pure.
 */
export function writeAnswer(
  { parts, video, rtpParameters, setup }: WhipOffer,
  { iceParameters, iceCandidates, dtlsParameters }: Omit<TransportParameters, 'id'>,
): string {
  const mid = parts[video]!.mid;
  const lines = [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=ice-lite',
    `a=group:BUNDLE ${mid}`,
    'a=msid-semantic: WMS *',
  ];
  for (const [i, part] of parts.entries()) {
    if (i !== video) {
      lines.push(`m=${part.type} 0 ${part.protocol} ${part.payloads}`, 'c=IN IP4 0.0.0.0');
      lines.push('a=inactive', `a=mid:${part.mid}`);
      continue;
    }
    const { codecs, headerExtensions = [], encodings = [] } = rtpParameters;
    lines.push(`m=video 7 ${part.protocol} ${codecs.map(({ payloadType }) => payloadType).join(' ')}`);
    lines.push('c=IN IP4 127.0.0.1', `a=mid:${mid}`, 'a=recvonly', 'a=rtcp-mux', 'a=rtcp-rsize');
    lines.push(`a=setup:${setup}`);
    lines.push(`a=ice-ufrag:${iceParameters.usernameFragment}`, `a=ice-pwd:${iceParameters.password}`);
    const fingerprint = dtlsParameters.fingerprints.find(({ algorithm }) => algorithm === 'sha-256')!;
    lines.push(`a=fingerprint:sha-256 ${fingerprint.value}`);
    for (const codec of codecs) lines.push(...codecLines(codec));
    for (const { id, uri } of headerExtensions) lines.push(`a=extmap:${id} ${uri}`);
    const rids = encodings.flatMap(({ rid }) => (rid === undefined ? [] : [rid]));
    for (const rid of rids) lines.push(`a=rid:${rid} recv`);
    if (rids.length > 0) lines.push(`a=simulcast:recv ${rids.join(';')}`);
    lines.push(...reachable(iceCandidates).map(candidateLine), 'a=end-of-candidates');
  }
  return `${lines.join('\r\n')}\r\n`;
}

function codecLines({
  mimeType,
  payloadType,
  clockRate,
  parameters = {},
  rtcpFeedback = [],
}: ms.RtpCodecParameters): string[] {
  const settings = Object.entries(parameters);
  const asked = rtcpFeedback
    .map(({ type, parameter }) => [type, parameter].filter(Boolean).join(' '))
    .filter((feedback) => FEEDBACK.has(feedback));
  return [
    `a=rtpmap:${payloadType} ${mimeType.slice('video/'.length)}/${clockRate}`,
    ...(settings.length > 0
      ? [`a=fmtp:${payloadType} ${settings.map(([name, value]) => `${name}=${String(value)}`).join(';')}`]
      : []),
    ...asked.map((feedback) => `a=rtcp-fb:${payloadType} ${feedback}`),
  ];
}

/** Without addresses that only this machine reaches, unless there are no others. */
function reachable(candidates: readonly ms.IceCandidate[]): ms.IceCandidate[] {
  const outside = candidates.filter(({ ip }) => ip !== '::1' && !ip.startsWith('127.'));
  return (outside.length > 0 ? outside : [...candidates]).toSorted((a, b) => b.priority - a.priority);
}

function candidateLine({ foundation, priority, ip, port, protocol }: ms.IceCandidate): string {
  const kind = protocol === 'tcp' ? 'host tcptype passive' : 'host';
  return `a=candidate:${foundation} 1 ${protocol} ${priority} ${ip} ${port} typ ${kind}`;
}
