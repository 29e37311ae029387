/**
 * Validates the DTLS and RTP parameters of a browser completely before mediasoup reads them. mediasoup writes the values
 * into the request buffer of its worker while it validates them: an unexpected value (such as a fractional `maxBitrate`)
 * makes it throw halfway and leaves the buffer, which all peers of the worker share, unusable.
 */
import type { types as ms } from 'mediasoup';
import { z } from 'zod';
import { MusterError } from '../protocol/error.ts';

const text = z.string().max(256);
const uint32 = z.number().int().min(0).max(0xffff_ffff);
const payloadType = z.number().int().min(0).max(127);
const parameters = z
  .record(text, z.union([text, z.number().finite()]))
  .refine((record) => Object.keys(record).length <= 32, { error: 'has too many entries' });

const rtcpFeedback = z
  .array(z.object({ type: text, parameter: text.optional() }))
  .max(32)
  .optional();

const dtls = z.object({
  role: z.enum(['auto', 'client', 'server']).optional(),
  fingerprints: z
    .array(
      z.object({
        algorithm: z.enum(['sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512']),
        value: z.string().regex(/^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){19,63}$/),
      }),
    )
    .min(1)
    .max(8),
});

const rtp = z.object({
  mid: z.string().max(32).optional(),
  msid: text.optional(),
  codecs: z
    .array(
      z.object({
        mimeType: text,
        payloadType,
        clockRate: uint32,
        parameters: parameters.optional(),
        rtcpFeedback,
      }),
    )
    .min(1)
    .max(32),
  headerExtensions: z
    .array(
      z.object({
        uri: text,
        id: z.number().int().min(1).max(255),
        encrypt: z.boolean().optional(),
        parameters: parameters.optional(),
      }),
    )
    .max(32)
    .optional(),
  encodings: z
    .array(
      z.object({
        ssrc: uint32.optional(),
        rid: z.string().max(32).optional(),
        codecPayloadType: payloadType.optional(),
        rtx: z.object({ ssrc: uint32 }).optional(),
        dtx: z.boolean().optional(),
        scalabilityMode: z.string().max(32).optional(),
        maxBitrate: uint32.optional(),
      }),
    )
    .max(4)
    .optional(),
  rtcp: z
    .object({ cname: text.optional(), reducedSize: z.boolean().optional(), mux: z.boolean().optional() })
    .optional(),
});

const capabilities = z.object({
  codecs: z
    .array(
      z.object({
        kind: z.enum(['audio', 'video']),
        mimeType: text,
        preferredPayloadType: payloadType.optional(),
        clockRate: uint32,
        channels: z.number().int().min(1).max(16).optional(),
        parameters: parameters.optional(),
        rtcpFeedback,
      }),
    )
    .max(64)
    .optional(),
  headerExtensions: z
    .array(
      z.object({
        kind: z.enum(['audio', 'video']),
        uri: text,
        preferredId: z.number().int().min(1).max(255),
        preferredEncrypt: z.boolean().optional(),
        direction: z.enum(['sendrecv', 'sendonly', 'recvonly', 'inactive']).optional(),
      }),
    )
    .max(64)
    .optional(),
});

/** @throws MusterError `validation-failed` */
export function checkedRtpCapabilities(value: unknown): ms.RtpCapabilities {
  return checked(capabilities, 'rtpCapabilities', value) as ms.RtpCapabilities;
}

/** @throws MusterError `validation-failed` */
export function checkedDtlsParameters(value: unknown): ms.DtlsParameters {
  return checked(dtls, 'dtlsParameters', value);
}

/**
 * Does not check whether the router supports the codecs; mediasoup does.
 *
 * @throws MusterError `validation-failed`
 */
export function checkedRtpParameters(value: unknown): ms.RtpParameters {
  // Header extension URIs are an open set here; mediasoup refuses those it does not know.
  return checked(rtp, 'rtpParameters', value) as ms.RtpParameters;
}

function checked<T>(schema: z.ZodType<T>, name: string, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new MusterError('validation-failed', `The ${name} are not as a WebRTC client sends them.`, {
    faults: parsed.error.issues
      .slice(0, 8)
      .map((issue) => ({ path: [name, ...issue.path].join('.'), message: issue.message })),
  });
}
