/** A page of somebody else, in Chromium, that publishes its camera by WHIP with what browsers have, and nothing of ours. */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import type { Chromium } from './chromium.ts';

export type PageCodec = 'VP8' | 'VP9' | 'AV1' | 'H264';

export interface WhipPageOptions {
  url: string;
  token: string;
  codec: PageCodec;
  /** Default: VGA with 15 pictures a second. */
  camera?: { width: number; height: number; frameRate: number };
  /** By how much both sides of its pictures are divided. Default 1. */
  divided?: number;
}

/** Builds of Chromium without licensed codecs have none. */
export async function sendsH264(browser: Chromium): Promise<boolean> {
  const page = await browser.open('about:blank');
  try {
    return await page.evaluate(() =>
      RTCRtpSender.getCapabilities('video')!.codecs.some(({ mimeType }) => mimeType === 'video/H264'),
    );
  } finally {
    await page.close();
  }
}

export class WhipPage {
  /** Of another origin than the server. */
  readonly page: Page;
  readonly answer: string;
  readonly location: string;
  readonly #server: http.Server;

  /** Rejects with the status and the text of a refusal. */
  static async publish(browser: Chromium, options: WhipPageOptions): Promise<WhipPage> {
    const server = http.createServer((_req, res) => {
      res.setHeader('content-type', 'text/html').end('<!doctype html><title>Another site</title>');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const page = await browser.open(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      const { status, answer, location } = await page.evaluate(publish, options);
      if (status !== 201 || location === null) throw new Error(`${status} ${answer}`);
      return new WhipPage(server, page, answer, location);
    } catch (error) {
      server.close();
      throw error;
    }
  }

  private constructor(server: http.Server, page: Page, answer: string, location: string) {
    this.#server = server;
    this.page = page;
    this.answer = answer;
    this.location = location;
  }

  /** Changes the size of its pictures. */
  async divide(by: number): Promise<void> {
    await this.page.evaluate(async (divisor) => {
      const { whip } = window as unknown as { whip: { divide: (by: number) => Promise<void> } };
      await whip.divide(divisor);
    }, by);
  }

  /** Ends the session as the standard says. Returns the status. */
  async end(): Promise<number> {
    return await this.page.evaluate(async () => {
      const { whip } = window as unknown as { whip: { end: () => Promise<number> } };
      return await whip.end();
    });
  }

  async close(): Promise<void> {
    await this.page.close();
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** Runs in the page. */
async function publish({
  url,
  token,
  codec,
  camera = { width: 640, height: 480, frameRate: 15 },
  divided = 1,
}: WhipPageOptions): Promise<{ status: number; answer: string; location: string | null }> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: camera, audio: false });
  const connection = new RTCPeerConnection();
  const transceiver = connection.addTransceiver(stream.getVideoTracks()[0]!, {
    direction: 'sendonly',
    streams: [stream],
    sendEncodings: [{ scaleResolutionDownBy: divided }],
  });
  const { codecs } = RTCRtpSender.getCapabilities('video')!;
  const wanted = codecs.filter(({ mimeType }) => mimeType === `video/${codec}`);
  transceiver.setCodecPreferences(wanted);
  await connection.setLocalDescription();
  while (connection.iceGatheringState !== 'complete') {
    await new Promise((resolve) => {
      connection.addEventListener('icegatheringstatechange', resolve, { once: true });
    });
  }
  const authorization = `Bearer ${token}`;
  const reply = await fetch(url, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/sdp' },
    body: connection.localDescription!.sdp,
  });
  const answer = await reply.text();
  const place = reply.headers.get('location');
  const location = place === null ? null : new URL(place, url).href;
  if (reply.status === 201 && location !== null) {
    await connection.setRemoteDescription({ type: 'answer', sdp: answer });
    const end = async () => {
      const { status } = await fetch(location, { method: 'DELETE', headers: { authorization } });
      connection.close();
      for (const track of stream.getTracks()) track.stop();
      return status;
    };
    const divide = async (scaleResolutionDownBy: number) => {
      const parameters = transceiver.sender.getParameters();
      Object.assign(parameters.encodings[0]!, { scaleResolutionDownBy });
      await transceiver.sender.setParameters(parameters);
    };
    Object.assign(window, { whip: { end, divide } });
  }
  return { status: reply.status, answer, location };
}
