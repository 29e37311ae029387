/** What a page in Chromium sends of its camera, by the browser's own count. */
import type { Page } from 'playwright-core';
import type { Chromium } from './chromium.ts';

/** One layer of the camera. */
export interface SentLayer {
  /** In all, of its pictures; its packets have no other use. */
  bytes: number;
  /** Of the latest picture; 0 before the first. */
  width: number;
  frames: number;
  /** Time that the encoder has worked on it, s. */
  encoding: number;
}

type Watched = typeof globalThis & { connections: RTCPeerConnection[] };

/** Must be called before the page is opened. */
export async function countSentVideo(browser: Chromium): Promise<void> {
  await browser.context.addInitScript(() => {
    const connections: RTCPeerConnection[] = [];
    Object.assign(window, { connections });
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        connections.push(this);
      }
    };
  });
}

/** The layers of the camera, the smallest first. */
export async function sentVideo(page: Page): Promise<SentLayer[]> {
  return page.evaluate(async () => {
    const layers: (SentLayer & { rid: string })[] = [];
    for (const connection of (globalThis as Watched).connections) {
      if (connection.connectionState !== 'connected') continue;
      (await connection.getStats()).forEach((stats: Record<string, unknown>) => {
        if (stats['type'] !== 'outbound-rtp' || stats['kind'] !== 'video') return;
        const number = (name: string) => Number(stats[name] ?? 0);
        layers.push({
          rid: typeof stats['rid'] === 'string' ? stats['rid'] : '',
          bytes: number('bytesSent'),
          width: number('frameWidth'),
          frames: number('framesEncoded'),
          encoding: number('totalEncodeTime'),
        });
      });
    }
    return layers.sort((a, b) => a.rid.localeCompare(b.rid)).map(({ rid: _rid, ...layer }) => layer);
  });
}

/** How many connections the page has made so far, the lost ones too. */
export function connectionsOf(page: Page): Promise<number> {
  return page.evaluate(() => (globalThis as Watched).connections.length);
}
