/** The offer of a program that publishes by WHIP (RFC 9725): what is read of it, and what is refused. Pure. */
import type { types as ms } from 'mediasoup';
import * as commonUtils from 'mediasoup-client/handlers/sdp/commonUtils';
import * as unifiedPlanUtils from 'mediasoup-client/handlers/sdp/unifiedPlanUtils';
import * as ortc from 'mediasoup-client/ortc';
import type { types as client } from 'mediasoup-client';
import * as sdpTransform from 'sdp-transform';
import { type H264Decoding, undecodableText } from '../media/codecs.ts';
import { MusterError } from '../protocol/error.ts';

/** Bytes of an offer. A browser with all its codecs sends eight thousand. */
export const OFFER_BYTES = 32 * 1024;
/** Parts (m-lines) of an offer. Programs send one or two. */
export const OFFER_PARTS = 8;
const LONGEST_LINE = 2_048;
/** Codecs of which the media worker takes several layers of different sizes. */
const SIMULCAST: ReadonlySet<string> = new Set(['video/vp8', 'video/h264']);

export interface WhipOffer {
  dtlsParameters: ms.DtlsParameters;
  /** Of the picture, as the answer accepts it. */
  rtpParameters: ms.RtpParameters;
  /** All parts, in their order. */
  parts: { type: string; mid: string; protocol: string; payloads: string }[];
  /** Which of them is the picture. */
  video: number;
  /** What the answer says of DTLS. */
  setup: 'passive' | 'active';
}

/**
 * @param capabilities of the router
 * @param h264 what is decoded of H.264
 * @throws MusterError `bad-request` for what is no offer; `video-unsupported` where nothing in it can be received
 */
export function readOffer(sdp: string, capabilities: ms.RtpCapabilities, h264: H264Decoding): WhipOffer {
  const session = parsed(sdp);
  const video = session.media.findIndex(
    ({ type, port, direction }) =>
      type === 'video' && port !== 0 && (direction ?? 'sendrecv').startsWith('send'),
  );
  const media = session.media[video];
  if (!media) throw unsupported('This offer has no video to send: publish a picture.');
  // Nothing of the other parts is used: no sound leaves the camera.
  const only = { ...session, media: [media] };
  const dtls = readable(() => commonUtils.extractDtlsParameters({ sdpObject: only }));
  const rtpParameters = readable(() => rtpParametersOf(only, media, capabilities, h264));
  return {
    // Whoever leaves it open is the client, because the answer says `passive`.
    dtlsParameters: { ...dtls, role: dtls.role === 'server' ? 'server' : 'client' },
    rtpParameters: { ...rtpParameters, mid: midOf(media, video) },
    parts: session.media.map((part, i) => ({
      type: part.type,
      mid: midOf(part, i),
      protocol: part.protocol,
      payloads: part.payloads ?? '0',
    })),
    video,
    // The other side may be the server of DTLS, as ffmpeg is.
    setup: dtls.role === 'server' ? 'active' : 'passive',
  };
}

type Media = sdpTransform.SessionDescription['media'][number];

function parsed(sdp: string): sdpTransform.SessionDescription {
  const lines = sdp.split(/\r?\n/);
  if (lines[0] !== 'v=0' || lines.some((line) => line.length > LONGEST_LINE)) {
    throw new MusterError('bad-request', 'This is no SDP offer.');
  }
  if (lines.filter((line) => line.startsWith('m=')).length > OFFER_PARTS) {
    throw new MusterError('bad-request', `An offer has at most ${OFFER_PARTS} parts.`);
  }
  return readable(() => sdpTransform.parse(sdp));
}

function rtpParametersOf(
  sdpObject: sdpTransform.SessionDescription,
  media: Media,
  capabilities: ms.RtpCapabilities,
  h264: H264Decoding,
): ms.RtpParameters {
  const offered = commonUtils.extractRtpCapabilities({ sdpObject });
  ortc.validateAndNormalizeRtpCapabilities(offered);
  const router = structuredClone(capabilities) as client.RtpCapabilities;
  // What the other side prefers comes first.
  const common = ortc.getExtendedRtpCapabilities(offered, router, true);
  const sent = ortc.getSendingRtpParameters('video', common);
  if (sent.codecs.length === 0) throw unsupported(whyNone(offered.codecs ?? [], h264));
  const codecs = ortc.reduceCodecs(sent.codecs);
  const encodings = unifiedPlanUtils.getRtpEncodings({ offerMediaObject: media, codecs });
  const [first] = codecs;
  if (encodings.length > 1 && !SIMULCAST.has(first!.mimeType.toLowerCase())) {
    throw unsupported(
      `Of ${first!.mimeType.replace('video/', '')}, one layer is received: switch simulcast off.`,
    );
  }
  const cname = commonUtils.getCname({ offerMediaObject: media });
  return { ...sent, codecs, encodings, rtcp: { cname, reducedSize: true } };
}

function whyNone(codecs: readonly { mimeType: string }[], h264: H264Decoding): string {
  const names = [...new Set(codecs.map(({ mimeType }) => mimeType.replace(/^video\//i, '')))].filter(
    (name) => !/^(rtx|red|ulpfec|flexfec-03)$/i.test(name),
  );
  if (names.some((name) => name.toLowerCase() === 'h264')) {
    return undecodableText(h264);
  }
  const list = names.slice(0, 5).join(', ').slice(0, 80) || 'nothing';
  const profile = h264 === 'baseline' ? ' (profile "baseline")' : '';
  return `The encoder offers ${list}; this server receives VP8, VP9, AV1 and H.264${profile}: choose one of these.`;
}

function midOf(media: Media, index: number): string {
  return String(media.mid ?? index);
}

function unsupported(message: string): MusterError {
  return new MusterError('video-unsupported', message);
}

/** What these libraries throw is about the offer. */
function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof MusterError) throw error;
    throw new MusterError('bad-request', 'This offer cannot be read.', { cause: error });
  }
}
