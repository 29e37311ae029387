/** What is wrong with a camera that the server fetches, and what to do about it. */
import { msg, str } from '@lit/localize';
import type { RtspProblem, RtspView } from '#protocol/rtsp.ts';

export function problemText({ code, detail }: NonNullable<RtspView['problem']>): string {
  const found = detail ?? msg('unknown');
  const texts: Record<RtspProblem, string> = {
    'address-refused': msg(
      str`This server may not connect to ${found}. Ask the administrator to allow the range of the cameras (MUSTER_RTSP_ALLOW).`,
    ),
    'host-unknown': msg(str`The name ${found} is not known in this network. Check the address.`),
    unreachable: msg('The camera cannot be reached. Check its address, its port and its network.'),
    'credentials-refused': msg('The camera refuses this user name and password.'),
    'path-unknown': msg('The camera has no stream at this path. Check the end of the address.'),
    transport: msg('The camera does not send in this way. Choose the other transport.'),
    'no-video': msg('The camera sends no video at this address.'),
    codec: msg(str`The camera sends ${found}. Set its encoder to H.264, profile Baseline.`),
    profile: msg(
      str`The camera sends H.264 with the profile ${found}. Set its encoder to the profile Baseline. For Main and High, ask the administrator to add a decoder on the server (npm run codecs -- install node-av).`,
    ),
    'picture-too-large': msg(
      str`The camera sends pictures of ${found}. Choose a lower resolution, or its second stream.`,
    ),
    'no-pictures': msg('The camera is connected, but no picture has arrived for 15 seconds.'),
    'sent-elsewhere': msg('The camera sends this server to another address. Enter that one instead.'),
    ended: msg('The camera has ended the connection.'),
    'no-program': msg(
      'The program ffmpeg, which fetches IP cameras, is missing on the server. Ask the administrator to install it.',
    ),
    'not-readable': msg('The address cannot be opened with the key of this server. Enter it again.'),
    failed: msg('The camera could not be fetched. The log of the server says why.'),
  };
  return texts[code];
}
