/** Runs in Chromium: publishes pictures one after another as the camera of a station, through the client's own link. */
import { MediaLink, type MediaLinkOptions } from '../../../client/src/session/media-link.ts';
import type { FilmOptions } from './film.ts';

/** The benchmark adds this function to the page. It replies to the requests that would go over the signaling socket. */
declare function musterRequest(method: string, data: unknown): Promise<never>;

/** A Chromium interface that makes a video track from given frames. TypeScript's library does not declare it. */
declare class MediaStreamTrackGenerator extends MediaStreamTrack {
  constructor(init: { kind: 'video' });
  readonly writable: WritableStream<VideoFrame>;
}

/** Publishes the first picture until the connection has settled, then each picture in turn. Resolves after the last. */
export async function showAll(options: FilmOptions): Promise<void> {
  const { width, height, fps, sway, pictures, framesEach, warmUp } = options;
  const track = new MediaStreamTrackGenerator({ kind: 'video' });
  track.getSettings = () => ({ width, height, frameRate: fps });
  const frames = track.writable.getWriter();
  const socket: MediaLinkOptions['socket'] = {
    request: musterRequest,
    onNotification: () => () => {},
  };
  const link = await MediaLink.open(
    { socket, track, onResult: () => {}, onEvent: () => {} },
    new AbortController().signal,
  );
  let sent = 0;
  const begun = performance.now();
  const show = async (picture: ArrayBuffer) => {
    // Moves the picture by a few pixels, because people do not stand still. The chroma planes only allow even offsets.
    const swayed = (angle: number) => sway + 2 * Math.round((sway / 2) * Math.sin(angle));
    const frame = new VideoFrame(picture, {
      format: 'I420',
      codedWidth: width + 2 * sway,
      codedHeight: height + 2 * sway,
      visibleRect: { x: swayed(sent / fps), y: swayed((1.7 * sent) / fps), width, height },
      timestamp: (sent * 1e6) / fps,
    });
    await frames.write(frame);
    sent += 1;
    const wait = begun + (sent * 1000) / fps - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  };
  let next = picture(0);
  for (let n = 0; n < pictures; n += 1) {
    const current = await next;
    if (n + 1 < pictures) next = picture(n + 1);
    for (let i = 0; i < framesEach + (n === 0 ? warmUp * fps : 0); i += 1) await show(current);
  }
  link.close();
  track.stop();
}

async function picture(n: number): Promise<ArrayBuffer> {
  const response = await fetch(`/picture/${n}`);
  return await response.arrayBuffer();
}
