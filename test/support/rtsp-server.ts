/** An RTSP camera for tests: GStreamer's server with a clip, in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

export interface RtspServerOptions {
  /** H.264 or H.265 with start codes (`.h264`, `.h265`); null: the camera has a microphone and no picture. */
  file: string | null;
  fps?: number;
  /** Nobody is asked for a password without it. */
  user?: string;
  password?: string;
  /** Called with the number of each picture of the file that is sent, and when, epoch ms. */
  onSent?: (picture: number, at: number) => void;
}

const PROGRAM = path.join(import.meta.dirname, 'rtsp-server.py');
/** That of Debian, which has GStreamer, rather than another one on the path. */
const PYTHON = '/usr/bin/python3';

export class RtspServer {
  readonly #options: RtspServerOptions;
  #child: ChildProcess | null = null;
  port = 0;

  static async start(options: RtspServerOptions): Promise<RtspServer> {
    const server = new RtspServer(options);
    await server.up();
    return server;
  }

  private constructor(options: RtspServerOptions) {
    this.#options = options;
  }

  /** Without name and password. */
  get address(): string {
    return `rtsp://127.0.0.1:${this.port}/door`;
  }

  /** Starts it, again on the port that it had. */
  async up(): Promise<void> {
    const { file, fps = 15, user = '', password = '', onSent } = this.#options;
    const args = [PROGRAM, String(this.port), file ?? '', String(fps), user, password, onSent ? 'times' : ''];
    const child = spawn(PYTHON, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child = child;
    const lines = createInterface(child.stdout);
    const ready = Promise.withResolvers<number>();
    lines.on('line', (line) => {
      const [word, number, at] = line.split(' ');
      if (word === 'ready') ready.resolve(Number(number));
      else if (word === 'sent') onSent?.(Number(number), Number(at));
    });
    lines.once('close', () => ready.reject(new Error('the RTSP server ended before it was ready')));
    this.port = await ready.promise;
  }

  /** It says nothing any more, and keeps its connections. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  /** Ends it as a camera that loses its power. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }
}
