/**
 * Programs beside which the server is tested: brokers, proxies, cameras, a second browser. `npm test` installs them where it may
 * (scripts/setup/test-programs.mjs). Elsewhere their tests are skipped, and the run counts them.
 */
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

const PROGRAMS = [
  'nats-server',
  'mosquitto',
  'promtool',
  'prometheus',
  'haproxy',
  'curl',
  'ffmpeg',
  'firefox-esr',
  'gst-rtsp-server',
  'gst-webrtc',
] as const;

/** Where Debian keeps what makes parts of GStreamer usable from Python: libraries, and no programs. */
const LIBRARIES = '/usr/lib';
const TYPELIBS = { 'gst-rtsp-server': 'GstRtspServer-1.0', 'gst-webrtc': 'GstWebRTC-1.0' } as const;

export type TestProgram = (typeof PROGRAMS)[number];

/** Debian keeps servers where an ordinary account does not look. */
const PLACES = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin', '/usr/local/sbin'];

/** Path of the program, or null. */
function findProgram(program: TestProgram): string | null {
  if (program === 'gst-rtsp-server' || program === 'gst-webrtc') return findTypelib(TYPELIBS[program]);
  return PLACES.map((place) => path.join(place, program)).find(runs) ?? null;
}

/** @throws {Error} If the program is not installed: its tests are skipped then, `describe.skipIf(!hasProgram(…))`. */
export function programPath(program: TestProgram): string {
  const file = findProgram(program);
  if (file === null) throw new Error(`${program} is not installed`);
  return file;
}

export function hasProgram(program: TestProgram): boolean {
  return findProgram(program) !== null;
}

/** Part of the name of every test or suite that needs the program, so that the end of a run can count the skipped ones. */
export function needsProgram(program: TestProgram): string {
  return `needs ${program}`;
}

export function missingPrograms(): TestProgram[] {
  return PROGRAMS.filter((program) => !hasProgram(program));
}

function findTypelib(name: string): string | null {
  if (!existsSync('/usr/lib/python3/dist-packages/gi')) return null;
  const files = readdirSync(LIBRARIES).map((folder) =>
    path.join(LIBRARIES, folder, `girepository-1.0/${name}.typelib`),
  );
  return files.find((file) => existsSync(file)) ?? null;
}

function runs(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
