/** A camera that a page draws itself, so that a test can freeze, darken or break it while it runs. */
import type { BrowserContext, Page } from 'playwright-core';

/**
 * `move`: another picture each time; `freeze`: no more pictures, although the track is live; `shut`: the same black picture
 * each time, as behind a shutter; `fault`: a fault of the page itself.
 */
type Look = 'move' | 'freeze' | 'dark' | 'shut' | 'fault' | 'busy';

interface DrawnCamera {
  look: Look;
  asked: number;
  senders: RTCRtpSender[];
}

/** Replaces the cameras of all pages that this browser opens from now on. */
export async function drawCameras(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    // An empty page has no cameras.
    if (!('mediaDevices' in navigator)) return;
    const camera: DrawnCamera = { look: 'move', asked: 0, senders: [] };
    Object.assign(window, { drawnCamera: camera });
    navigator.mediaDevices.getUserMedia = async () => {
      camera.asked += 1;
      if (camera.look === 'fault') throw new TypeError('the page calls what is not there');
      if (camera.look === 'busy') throw new DOMException('taken', 'NotReadableError');
      const canvas = document.createElement('canvas');
      canvas.width = 640;
      canvas.height = 480;
      const paint = canvas.getContext('2d')!;
      let count = 0;
      const draw = () => {
        if (camera.look === 'freeze') return;
        count += 1;
        if (camera.look === 'shut') {
          paint.fillStyle = '#000';
          paint.fillRect(0, 0, 640, 480);
          return;
        }
        paint.fillStyle = camera.look === 'dark' ? '#020202' : `hsl(${count % 360} 60% 60%)`;
        paint.fillRect(0, 0, 640, 480);
        paint.fillStyle = camera.look === 'dark' ? '#030303' : '#888';
        paint.fillRect((count * 7) % 600, 200, 40, 40);
      };
      setInterval(draw, 66);
      draw();
      return canvas.captureStream(15);
    };
    class Connection extends RTCPeerConnection {
      override addTransceiver(...given: Parameters<RTCPeerConnection['addTransceiver']>) {
        const transceiver = super.addTransceiver(...given);
        if (typeof given[0] !== 'string') camera.senders.push(transceiver.sender);
        return transceiver;
      }
    }
    window.RTCPeerConnection = Connection;
  });
}

type WithCamera = Window & { drawnCamera: DrawnCamera };

export async function show(page: Page, look: Look): Promise<void> {
  await page.evaluate((next) => {
    (window as unknown as WithCamera).drawnCamera.look = next;
  }, look);
}

/** How often the page has asked for the camera. */
export function timesAsked(page: Page): Promise<number> {
  return page.evaluate(() => (window as unknown as WithCamera).drawnCamera.asked);
}

/** The page continues to draw, but sends nothing any more, as with an encoder that hangs. */
export async function silence(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const sender = (window as unknown as WithCamera).drawnCamera.senders.at(-1)!;
    const parameters = sender.getParameters();
    for (const encoding of parameters.encodings) encoding.active = false;
    await sender.setParameters(parameters);
  });
}
