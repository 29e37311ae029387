/** The whole server with the decoders that a user has added: one of them is killed, and the page says so. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EncoderView } from '#protocol/devices.ts';
import { h264Clip } from '../fixtures/clips.ts';
import { codecCache, hasNodeAv, NEEDS_NODE_AV } from '../support/codecs.ts';
import { createTestDatabase } from '../support/database.ts';
import { loadH264Clip } from '../support/h264-publisher.ts';
import { childrenOf } from '../support/processes.ts';
import { WhipClient } from '../support/whip-client.ts';
import { Office } from './office.ts';

const SCENE = { clip: 'franck', from: 10, to: 14, width: 640, height: 480, fps: 15 } as const;

describe.skipIf(!hasNodeAv)(`a server with added decoders (${NEEDS_NODE_AV})`, () => {
  let office: Office;
  let page: Page;
  let client: WhipClient | undefined;

  beforeAll(async () => {
    office = await Office.open(await createTestDatabase(), { MUSTER_CODEC_CACHE: codecCache });
    page = await office.setUp(await office.browser());
  });
  afterAll(async () => {
    client?.close();
    await office?.close();
  });

  it('shows an encoder that sends High, and says on the page when its decoder has ended and is back', async () => {
    const { url } = office.server;
    const reply = await page.request.post(`${url}/api/v1/devices/encoders`, {
      data: { name: 'Above the door' },
      headers: { origin: url },
    });
    const { token } = (await reply.json()) as EncoderView;
    const clip = await loadH264Clip(await h264Clip({ ...SCENE, profile: 'high' }), SCENE.fps);
    client = await WhipClient.publish(`${url}/api/whip`, token, { codec: 'h264', clip });
    await page.goto(`${url}/devices`);
    await page.getByText('640 × 480').waitFor();
    const problem = page.locator('[data-test=problem]');
    expect(await problem.count()).toBe(0);

    const { pid: server } = office.server;
    const [analyzer] = childrenOf(server, 'analyzer/program.ts');
    const [decoder] = childrenOf(analyzer!, 'h264-process');
    process.kill(decoder!, 'SIGKILL');
    await problem.getByText('The decoder of this camera ended unexpectedly. It is started again.').waitFor();
    await expect.poll(() => childrenOf(analyzer!, 'h264-process'), { timeout: 20_000 }).toHaveLength(1);
    expect(childrenOf(analyzer!, 'h264-process')).not.toContain(decoder);
    await page.getByText('640 × 480').waitFor();
    expect(childrenOf(server, 'analyzer/program.ts')).toEqual([analyzer]);
  });
});
