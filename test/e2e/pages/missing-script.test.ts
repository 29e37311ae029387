/** A part of the pages that cannot be fetched: the network is gone, or a later version has no such file any more. */
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Chromium } from '../../support/chromium.ts';
import { type DataServices, openDataServices } from '../../support/data-services.ts';
import { RestServer } from '../../support/rest-server.ts';

const CLIENT = path.resolve(import.meta.dirname, '../../../dist/client');
const SCRIPT = /\/assets\/station-.*\.js$/;

let services: DataServices;
let rest: RestServer;
let browser: Chromium;
let page: Page;
const reports: string[] = [];

beforeAll(async () => {
  services = await openDataServices();
  rest = await RestServer.start(services, { client: { directory: CLIENT } });
  browser = await Chromium.launch();
  page = await browser.context.newPage();
  page.on('request', (request) => {
    if (request.url().endsWith('/client-faults')) reports.push(request.postData() ?? '');
  });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  rest?.stop();
  await services?.close();
});

it('a script that cannot be fetched is no fault of the page, and trying again fetches it', async () => {
  await page.route(SCRIPT, (route) => route.abort());
  await page.goto(`${rest.origin}/station`);
  await page.getByRole('alert').getByText('The server cannot be reached.').waitFor();
  expect(browser.errors).toEqual([]);
  expect(reports).toEqual([]);
  await page.unroute(SCRIPT);
  await page.getByRole('link', { name: 'Try again' }).click();
  await page.locator('[data-test=pairing]').waitFor();
});
