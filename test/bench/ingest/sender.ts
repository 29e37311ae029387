/** An encoder in a process of its own, so that what it takes of the processor does not count as the server's. */
import { loadH264Clip } from '../../support/h264-publisher.ts';
import { loadRtpClip, type RtpClip } from '../../support/rtp-publisher.ts';
import { WhipClient } from '../../support/whip-client.ts';

export interface SenderOptions {
  url: string;
  token: string;
  codec: RtpClip['codec'] | 'h264';
  file: string;
  fps: number;
}

/** Said for each picture: its number in the clip, and when it was sent, epoch ms. */
export interface Sent {
  picture: number;
  at: number;
}

const { url, token, codec, file, fps } = JSON.parse(process.argv[2]!) as SenderOptions;
const source =
  codec === 'h264'
    ? ({ codec, clip: await loadH264Clip(file, fps) } as const)
    : { codec, clip: await loadRtpClip(file, fps, codec) };
const client = await WhipClient.publish(url, token, source);
client.onSent = (picture) => {
  const sent: Sent = { picture, at: Date.now() };
  process.send!(sent);
};
process.once('disconnect', () => {
  client.close();
  process.exit();
});
