/** `npm run cameras`: adds, lists and removes cameras that the server fetches by RTSP. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import { openAccess } from '../composition/access.ts';
import { takeLayers } from '../composition/take-config.ts';
import { OperatorError } from '../operator-error.ts';
import { newRtspCamera, type DeviceView } from '../protocol/devices.ts';
import { withCore } from './with-core.ts';
import { runCommand } from './run-command.ts';

const USAGE = `npm run cameras -- COMMAND

  add NAME ADDRESS      adds the camera at an address such as rtsp://192.168.1.20/stream1
    --user USER         the camera asks for a name; its password is then read from the terminal, or from
                        standard input, because other users of this machine can read the words of a command
    --udp               its pictures come over UDP in place of TCP
  list                  lists the cameras, how each of them fares, and its ID
  remove ID             removes a camera and its password; its past punches stay`;

await runCommand(run);

async function run(log: Logger): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      user: { type: 'string', default: '' },
      udp: { type: 'boolean', default: false },
      help: { type: 'boolean' },
    },
  });
  const [command = '', ...words] = positionals;
  const wanted = { add: 2, list: 0, remove: 1 }[command];
  if (values.help || words.length !== wanted) {
    console.log(USAGE);
    return values.help ? 0 : 1;
  }
  const camera = command === 'add' ? await readCamera(words, values) : null;
  const layers = takeLayers();
  return await withCore(layers, log, async (core) => {
    await using opened = new AsyncDisposableStack();
    const { devices, rtsp } = await openAccess(layers.config, { ...core, log }, opened);
    if (camera) {
      const { id, name } = await rtsp.add(camera);
      console.log(`${name} is added (${id}). A running server fetches it within seconds.`);
      return 0;
    }
    const cameras = (await devices.list()).filter((device) => device.rtsp !== null);
    if (command === 'list') {
      console.log(cameras.length === 0 ? 'There is no RTSP camera.' : cameras.map(lineOf).join('\n'));
      return 0;
    }
    const found = cameras.find(({ id }) => id === words[0]);
    if (!found) throw new OperatorError(`No RTSP camera has the ID ${words[0]}: list them first.`);
    await devices.revoke(found.id);
    console.log(`${found.name} is removed. A running server ends it within seconds.`);
    return 0;
  });
}

async function readCamera([name, address]: string[], { user, udp }: { user: string; udp: boolean }) {
  const url = URL.canParse(address ?? '') ? new URL(address ?? '') : null;
  if (url && url.password !== '') {
    throw new OperatorError(
      'Other users of this machine can read the words of a command: leave the password out of the address, and name the user with --user.',
    );
  }
  const password = user === '' ? '' : await readPassword();
  const parsed = newRtspCamera.safeParse({
    name,
    address,
    user,
    password,
    transport: udp ? 'udp' : 'tcp',
  });
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `  ${issue.path.join('.')} ${issue.message}`);
  throw new OperatorError(`This is no camera:\n${faults.join('\n')}`);
}

/** From the terminal without showing it, or the first line of standard input. */
async function readPassword(): Promise<string> {
  const terminal = process.stdin.isTTY;
  if (terminal) process.stderr.write('Password of the camera: ');
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: silent, terminal });
  try {
    for await (const line of reader) return line;
    return '';
  } finally {
    reader.close();
    if (terminal) process.stderr.write('\n');
  }
}

function lineOf({ id, name, rtsp }: DeviceView): string {
  if (!rtsp) return '';
  const problem = rtsp.problem === null ? '' : ` ${rtsp.problem.message}`;
  return `${id}  ${name}  ${rtsp.address}  ${rtsp.transport}  ${rtsp.state}${problem}`;
}
