/** Programs beside which the server is tested (brokers, proxies, cameras, a second browser): Debian packages, for the tests alone. */
import { existsSync, readdirSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { which } from './command.mjs';
import { step } from './step.mjs';
import { installPackages } from './system-packages.mjs';

/** Program → the Debian packages that bring it. */
const PROGRAMS = {
  'nats-server': ['nats-server'],
  mosquitto: ['mosquitto'],
  promtool: ['prometheus'],
  prometheus: ['prometheus'],
  haproxy: ['haproxy'],
  curl: ['curl'],
  ffmpeg: ['ffmpeg'],
  'firefox-esr': ['firefox-esr'],
  // Not a program but a library, which test/support/rtsp-server.py makes one.
  'gst-rtsp-server': [
    'gir1.2-gst-rtsp-server-1.0',
    'python3-gi',
    'gstreamer1.0-plugins-base',
    'gstreamer1.0-plugins-good',
    'gstreamer1.0-plugins-bad',
  ],
};

/** Where Debian keeps what makes the library usable from Python; the same in test/support/programs.ts. */
const LIBRARIES = '/usr/lib';
const TYPELIB = 'girepository-1.0/GstRtspServer-1.0.typelib';

/** Asked by Debian's packages whether a service may start. */
const POLICY = '/usr/sbin/policy-rc.d';

/** An account that may not install them goes on without: the run says at its end how many tests were left out. */
export async function testPrograms() {
  await step('programs beside the server', async (say) => {
    const missing = missingPrograms();
    if (missing.length === 0) return 'installed';
    if (which('apt-get') === null || process.getuid?.() !== 0) {
      return `missing: ${missing.join(', ')}. Their tests are left out`;
    }
    await withoutServices(() =>
      installPackages(
        missing.flatMap((program) => PROGRAMS[program]),
        'The tests of brokers, proxies, cameras and Firefox',
        say,
      ),
    );
    return `installed now: ${missing.join(', ')}`;
  });
}

function missingPrograms() {
  return Object.keys(PROGRAMS).filter((program) =>
    program === 'gst-rtsp-server'
      ? !hasRtspServer()
      : which(program) === null && !existsSync(`/usr/sbin/${program}`),
  );
}

function hasRtspServer() {
  if (!existsSync('/usr/lib/python3/dist-packages/gi')) return false;
  return readdirSync(LIBRARIES).some((folder) => existsSync(path.join(LIBRARIES, folder, TYPELIB)));
}

/** The tests start these programs themselves: a service of the package would take the port that it listens on. */
async function withoutServices(install) {
  const ours = !existsSync(POLICY);
  if (ours) await writeFile(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await install();
  } finally {
    if (ours) await rm(POLICY, { force: true });
  }
}
