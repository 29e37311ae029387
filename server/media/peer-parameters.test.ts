import { describe, expect, it } from 'vitest';
import { MusterError } from '../protocol/error.ts';
import { checkedDtlsParameters, checkedRtpParameters } from './peer-parameters.ts';

const fingerprint = { algorithm: 'sha-256', value: Array(32).fill('AB').join(':') };
const codec = { mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000, parameters: {}, rtcpFeedback: [] };

function refusal(check: () => unknown): string[] {
  try {
    check();
  } catch (error) {
    if (error instanceof MusterError && error.code === 'validation-failed') {
      return (error.faults ?? []).map((fault) => fault.path);
    }
    throw error;
  }
  return [];
}

describe('checkedDtlsParameters', () => {
  it('checkedDtlsParameters accepts the parameters of a browser', () => {
    const dtls = { role: 'client', fingerprints: [fingerprint] };
    expect(checkedDtlsParameters(dtls)).toEqual(dtls);
  });

  it.each([
    ['no fingerprints', {}, 'dtlsParameters.fingerprints'],
    [
      'an unknown hash',
      { fingerprints: [{ ...fingerprint, algorithm: 'md5' }] },
      'dtlsParameters.fingerprints.0.algorithm',
    ],
    ['no hash value', { fingerprints: [{ algorithm: 'sha-256' }] }, 'dtlsParameters.fingerprints.0.value'],
    ['an unknown role', { role: 'both', fingerprints: [fingerprint] }, 'dtlsParameters.role'],
  ])('checkedDtlsParameters refuses %s', (_, value, path) => {
    expect(refusal(() => checkedDtlsParameters(value))).toContain(path);
  });
});

describe('checkedRtpParameters', () => {
  it('checkedRtpParameters accepts the parameters of a browser and drops what only the browser needs', () => {
    const checked = checkedRtpParameters({
      mid: '0',
      codecs: [codec],
      headerExtensions: [
        { uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 4, encrypt: false, parameters: {} },
      ],
      encodings: [
        { ssrc: 12_345, rtx: { ssrc: 12_346 }, maxBitrate: 900_000, active: true, maxFramerate: 15 },
      ],
      rtcp: { cname: 'x', reducedSize: true },
    });
    expect(checked.encodings).toEqual([{ ssrc: 12_345, rtx: { ssrc: 12_346 }, maxBitrate: 900_000 }]);
  });

  it.each([
    ['no codecs', { codecs: [] }, 'rtpParameters.codecs'],
    [
      'a fractional bitrate',
      { codecs: [codec], encodings: [{ maxBitrate: 1.5 }] },
      'rtpParameters.encodings.0.maxBitrate',
    ],
    [
      'an SSRC beyond 32 bits',
      { codecs: [codec], encodings: [{ ssrc: 2 ** 32 }] },
      'rtpParameters.encodings.0.ssrc',
    ],
    [
      'more layers than allowed',
      { codecs: [codec], encodings: [{}, {}, {}, {}, {}] },
      'rtpParameters.encodings',
    ],
    [
      'a nested codec parameter',
      { codecs: [{ ...codec, parameters: { a: {} } }] },
      'rtpParameters.codecs.0.parameters.a',
    ],
  ])('checkedRtpParameters refuses %s', (_, value, path) => {
    expect(refusal(() => checkedRtpParameters(value))).toContain(path);
  });
});
