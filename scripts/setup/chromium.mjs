/** Finds or installs a Chromium for the browser tests. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { which } from './command.mjs';
import { step, SetupError } from './step.mjs';
import { installPackages } from './system-packages.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Resolves with the path of the browser, the value of CHROMIUM_BIN. */
export async function chromium() {
  let file = null;
  await step('Chromium', async (say) => {
    if (process.env.CHROMIUM_BIN) {
      file = process.env.CHROMIUM_BIN;
      if (existsSync(file)) return 'CHROMIUM_BIN';
      throw new SetupError(
        `CHROMIUM_BIN names ${file}, which does not exist.`,
        'Unset it to let this step find one.',
      );
    }
    file = installed() ?? (await playwrights());
    if (file !== null) return file;
    await installPackages(['chromium', 'fonts-dejavu-core'], 'The browser tests need a Chromium, which', say);
    file = installed();
    if (file !== null) return `${file}, installed now`;
    throw new SetupError(
      'The browser tests need a Chromium, and none was found.',
      'Install one and set CHROMIUM_BIN to its path, or type: npx playwright-core install chromium',
    );
  });
  return file;
}

function installed() {
  for (const name of NAMES) {
    const file = which(name);
    if (file !== null) return file;
  }
  return PLACES.find((file) => existsSync(file)) ?? null;
}

/** The newest Chromium that `playwright install chromium` downloaded. */
async function playwrights() {
  const home = os.homedir();
  const folder =
    process.env.PLAYWRIGHT_BROWSERS_PATH ??
    {
      darwin: path.join(home, 'Library', 'Caches', 'ms-playwright'),
      win32: path.join(process.env.LOCALAPPDATA ?? home, 'ms-playwright'),
    }[process.platform] ??
    path.join(home, '.cache', 'ms-playwright');
  if (!existsSync(folder)) return null;
  const versions = (await readdir(folder))
    .filter((name) => /^chromium-\d+$/.test(name))
    .sort((a, b) => Number(b.slice(9)) - Number(a.slice(9)));
  const programs = [
    'chrome-linux/chrome',
    'chrome-linux64/chrome',
    'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
    'chrome-win/chrome.exe',
  ];
  return (
    versions
      .flatMap((version) => programs.map((program) => path.join(folder, version, program)))
      .find((file) => existsSync(file)) ?? null
  );
}
