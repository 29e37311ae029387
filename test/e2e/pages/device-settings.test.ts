/** The settings for how strictly faces are matched and from how far away they are detected, on the devices page. */
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeviceView } from '#protocol/devices.ts';
import type { RecognitionView } from '#protocol/recognition.ts';
import { Chromium } from '../../support/chromium.ts';
import { ATTENDANCE, type DataServices, openDataServices } from '../../support/data-services.ts';
import { type Browser, RestServer } from '../../support/rest-server.ts';

let services: DataServices;
let rest: RestServer;
let staff: Browser;
let chromium: Chromium;
let challenge: RecognitionView['challenge'] = 'auto';

beforeAll(async () => {
  services = await openDataServices();
  await services.addDevice('Front door');
  rest = await RestServer.start(services, {
    client: { directory: path.resolve('dist/client') },
    recognition: () => ({
      pack: { id: 'test', title: 'Test pack', verified: true },
      far: '1e-5',
      available: ['1e-3', '1e-4', '1e-5'],
      liveness: { policy: 'off', installed: false },
      challenge,
      analyzers: ['analyzer-1', 'analyzer-2'].map((name) => ({
        name,
        execution: {
          provider: 'webgpu',
          onCpu: 0.14,
          refused: [{ provider: 'cuda', reason: 'No such library' }],
        },
      })),
      hosts: [
        { name: 'hall-1', host: 'gpu-box', state: 'ready', cameras: 3, people: 40, load: 0.31, skew: 4 },
        { name: 'hall-2', host: 'spare', state: 'wrong-clock', cameras: 0, people: 0, load: 0, skew: -2_500 },
      ],
    }),
  });
  staff = await rest.staff();
  chromium = await Chromium.launch();
  const cookies = [...staff.cookies].map(([name, value]) => ({ name, value, url: rest.origin }));
  await chromium.context.addCookies(cookies);
});
afterAll(async () => {
  await chromium?.close();
  rest?.stop();
  await services?.close();
});

async function settings(): Promise<DeviceView['settings']> {
  const { devices } = await staff.json<{ devices: DeviceView[] }>('GET', '/api/v1/devices');
  return devices[0]!.settings;
}

const smallestFace = async () => (await settings()).minFace;

describe('the devices page', () => {
  it('the devices page says how strictly faces are matched and which provider runs the models', async () => {
    const page = await chromium.context.newPage();
    await page.goto(`${rest.origin}/devices`);
    const text = await page.locator('[data-test=recognition]').innerText();
    expect(text).toMatch(
      /Strict\n[^]*about once in 100,000 comparisons[^]*also has: Convenient and Balanced/,
    );
    expect(text).toMatch(/Model pack\ntest\n/);
    expect(text).toMatch(/Photo detection\nNot installed\n[^]*npm run models -- install minifasnet/);
    // Two analyzers that run in the same way share one line.
    expect(text.match(/Graphics card \(WebGPU\)\n+14 % of the operators run on the processor/g)).toHaveLength(
      1,
    );
    expect(text).toMatch(/Not available: NVIDIA graphics card \(CUDA\) – No such library/);
    expect(text).toMatch(/hall-1 gpu-box\nReady · 3 cameras · load 31 %\n/);
    expect(text).toMatch(
      /hall-2 spare\nNot used: its clock is more than 2 seconds wrong · [^\n]* 2,500 ms slow/,
    );
    await page.close();
  });

  it.each([
    { asked: 'never', says: /Anyone holding up a photo of a person can check in/, warns: true },
    { asked: 'doubtful', says: /Anyone holding up a photo of a person can check in/, warns: true },
    {
      asked: 'auto',
      says: /a plain photo does not check in[^]*bent and moved, a mask, or a video/,
      warns: false,
    },
    { asked: 'always', says: /movements that no photo makes[^]*A mask, or a video/, warns: false },
  ] as const)('without photo detection, the devices page says what a photo can do: $asked', async (row) => {
    challenge = row.asked;
    const page = await chromium.context.newPage();
    await page.goto(`${rest.origin}/devices`);
    expect(await page.locator('[data-test=liveness]').innerText()).toMatch(row.says);
    expect(await page.locator('[data-test=nothing-stops-photos]').count()).toBe(row.warns ? 1 : 0);
    await page.close();
  });

  it('the minimum face size can be set in words or as a number, and each follows the other', async () => {
    expect(await smallestFace()).toBe(ATTENDANCE.minFace);
    const page = await chromium.context.newPage();
    await page.goto(`${rest.origin}/devices`);
    await page.getByLabel('Settings of Front door').click();
    const words = page.locator('[data-test=smallest-face]');
    const exact = page.locator('wa-input[name=minFace]');
    const value = (field: typeof words) => field.evaluate((e) => (e as HTMLInputElement).value);
    expect([await value(words), await value(exact)]).toEqual(['8', '8']);
    await words.locator('[part=combobox]').click();
    await page.locator('wa-option', { hasText: 'Near' }).click();
    await expect.poll(() => value(exact)).toBe('20');
    await exact.locator('input').fill('6.5');
    await expect.poll(() => value(words)).toBe('other');
    await page.locator('[data-test=save]').click();
    await expect.poll(smallestFace).toBe(0.065);
    await page.close();
  });

  it('hours, rate and what a station shows are set on the page and begin as before', async () => {
    expect(await settings()).toMatchObject({
      hours: null,
      rate: null,
      zone: null,
      names: 'full',
      times: true,
    });
    const page = await chromium.context.newPage();
    await page.goto(`${rest.origin}/devices`);
    await page.getByLabel('Settings of Front door').click();
    const dialog = page.locator('[data-test=device-settings]');
    await dialog.locator('wa-radio[value=hours]').click();
    await dialog.locator('wa-checkbox[name=day4]').click();
    await dialog.locator('wa-input[name=to0] input').fill('22:30');
    await dialog.locator('[data-test=rate] input').fill('4');
    await dialog.locator('wa-select[name=names]').click();
    await dialog.getByRole('option', { name: 'The given name only' }).click();
    await dialog.locator('wa-switch[name=times]').click();
    await dialog.locator('[data-test=save]').click();
    await dialog.waitFor({ state: 'detached' });
    const day = { from: '06:00', to: '20:00' };
    expect(await settings()).toMatchObject({
      hours: [{ ...day, to: '22:30' }, day, day, day, null, null, null],
      rate: 4,
      names: 'given',
      times: false,
    });
    await page.locator('[data-test=edit]').first().click();
    await dialog.locator('wa-radio[value=always]').click();
    await dialog.locator('[data-test=rate] input').fill('');
    await dialog.locator('[data-test=save]').click();
    await dialog.waitFor({ state: 'detached' });
    expect(await settings()).toMatchObject({ hours: null, rate: null });
    await page.close();
  });

  it('a zone that crosses itself is refused with the field that is wrong', async () => {
    const { devices } = await staff.json<{ devices: DeviceView[] }>('GET', '/api/v1/devices');
    const change = (zone: unknown) =>
      staff.send('PATCH', `/api/v1/devices/${devices[0]!.id}`, { settings: { zone } });
    const crossed = [
      [0.1, 0.1],
      [0.9, 0.9],
      [0.9, 0.1],
      [0.1, 0.9],
    ];
    const refused = await change(crossed);
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({
      faults: [{ path: 'settings.zone', message: 'crosses itself' }],
    });
    const outside = [
      [0.1, 0.1],
      [1.2, 0.1],
      [0.1, 0.9],
    ];
    expect((await change(outside)).status).toBe(422);
    expect((await change(crossed.toSpliced(1, 1))).status).toBe(200);
  });

  it('who is checked in at a station is chosen in words, and begins as at a kiosk', async () => {
    expect((await settings()).wish).toBe('kiosk');
    const page = await chromium.context.newPage();
    await page.goto(`${rest.origin}/devices`);
    await page.getByLabel('Settings of Front door').click();
    const choice = page.locator('wa-select[name=wish]');
    expect(await choice.evaluate((e) => (e as HTMLInputElement).value)).toBe('kiosk');
    await choice.locator('[part=combobox]').click();
    await page.locator('wa-option', { hasText: 'Corridor' }).click();
    await page.locator('[data-test=save]').click();
    await expect.poll(async () => (await settings()).wish).toBe('corridor');
    await page.close();
  });
});
