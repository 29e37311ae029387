/** What is shown of the way to an RTSP camera: how it fares in words, and never its name or password. */
import type { RtspSource } from '../db/entities/rtsp-source.ts';
import type { RtspProblem, RtspView } from '../protocol/rtsp.ts';

export function rtspViewOf(source: RtspSource): RtspView {
  const { shown: address, transport, hasCredentials: credentials, state, since } = source;
  const { problem = null, detail = null } = source;
  return {
    address,
    transport,
    credentials,
    state,
    problem: problem && { code: problem, detail, message: problemText(problem, detail) },
    since: since.toISOString(),
  };
}

/** One sentence that says what to do. @param detail what was found, such as a codec */
function problemText(problem: RtspProblem, detail: string | null): string {
  const found = detail ?? 'unknown';
  const texts: Record<RtspProblem, string> = {
    'address-refused': `This server may not connect to ${found}: add its range to MUSTER_RTSP_ALLOW.`,
    'host-unknown': `The name ${found} is not known in this network: check the address.`,
    unreachable: 'The camera cannot be reached: check its address, its port and its network.',
    'credentials-refused': 'The camera refuses this name and password.',
    'path-unknown': 'The camera has no stream at this path: check the end of the address.',
    transport: 'The camera does not send in this way: choose the other transport, TCP or UDP.',
    'no-video': 'The camera sends no video at this address.',
    codec: `The camera sends ${found}: set its encoder to H.264, profile Baseline.`,
    profile: `The camera sends H.264 with the profile ${found}: set its encoder to the profile Baseline. Main and High need a decoder on the server: npm run codecs -- install node-av`,
    'picture-too-large': `The camera sends pictures of ${found}: choose a lower resolution, or its second stream.`,
    'no-pictures': 'The camera is connected, but no picture has arrived for 15 seconds.',
    'sent-elsewhere': 'The camera sends this server to another address: enter that one instead.',
    ended: 'The camera has ended the connection.',
    'no-program':
      'The program ffmpeg, which fetches RTSP cameras, cannot be started on the server: install it, or set MUSTER_FFMPEG to its path.',
    'not-readable': 'The address cannot be opened with the master key of this server: enter it again.',
    failed: 'The camera could not be fetched: the log of the server says why.',
  };
  return texts[problem];
}
