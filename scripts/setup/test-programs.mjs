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
  // The same, for test/support/gstreamer-whip.py.
  'gst-webrtc': [
    'gir1.2-gst-plugins-bad-1.0',
    'gstreamer1.0-nice',
    'python3-gi',
    'gstreamer1.0-plugins-good',
    'gstreamer1.0-plugins-bad',
    'gstreamer1.0-plugins-ugly',
  ],
};

/** What makes the libraries usable from Python, and where Debian keeps it; the same in test/support/programs.ts. */
const LIBRARIES = '/usr/lib';
const TYPELIBS = { 'gst-rtsp-server': 'GstRtspServer-1.0', 'gst-webrtc': 'GstWebRTC-1.0' };

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
    program in TYPELIBS
      ? !hasTypelib(TYPELIBS[program])
      : which(program) === null && !existsSync(`/usr/sbin/${program}`),
  );
}

function hasTypelib(name) {
  if (!existsSync('/usr/lib/python3/dist-packages/gi')) return false;
  return readdirSync(LIBRARIES).some((folder) =>
    existsSync(path.join(LIBRARIES, folder, `girepository-1.0/${name}.typelib`)),
  );
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
