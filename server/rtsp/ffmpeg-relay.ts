/** One ffmpeg, which fetches a camera and hands its H.264 on as plain RTP, without decoding any of it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Logger } from 'pino';
import type { RtspProblem, RtspTransport } from '../protocol/rtsp.ts';
import { type CameraAddress, wholeAddress, withoutSecrets } from './camera-address.ts';
import { type FoundVideo, readFfmpegLine } from './ffmpeg-lines.ts';
import { RtspFault } from './rtsp-fault.ts';

export interface FfmpegRelayOptions {
  /** A path, or a name that is looked for on the path. */
  program: string;
  camera: CameraAddress;
  /** The address of its host, which was checked. */
  address: string;
  transport: RtspTransport;
  /** Where the packets go, on this machine. */
  to: { ip: string; port: number; rtcpPort: number; payloadType: number; ssrc: number };
  /** Calls back once, with the first video of the camera, before its packets come. */
  onVideo: (video: FoundVideo) => void;
  log: Logger;
}

/** The camera answers nothing for this long: ffmpeg ends, microseconds. */
const SILENCE = 10_000_000;
/** A camera says what its pictures are like with its first keyframe at the latest: as long as one may take, microseconds. */
const PROBE = 5_000_000;
/** Payload that fits every path. */
const PACKET = 1_200;
/** So many last lines go into the log when it ends, and so much of each. */
const LINES_KEPT = 4;
const LINE_KEPT = 300;
/** Nothing else is needed to fetch a camera: no file, and no HTTP. */
const PROTOCOLS = 'pipe,rtsp,rtsps,rtp,srtp,udp,tcp,tls,crypto';

/** All of this process: no ffmpeg may stay behind. */
const living = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of living) kill(child);
});

export class FfmpegRelay {
  /** Resolves when the program has ended, with the reason. */
  readonly ended: Promise<RtspFault>;
  readonly #child: ChildProcess;
  readonly #options: FfmpegRelayOptions;
  #problem: RtspProblem | null = null;
  #seen = false;
  readonly #lines: string[] = [];

  constructor(options: FfmpegRelayOptions) {
    this.#options = options;
    const { program } = options;
    this.#child = spawn(program, argumentsOf(options), {
      // Of its own group, so that whatever it starts ends with it. None of this server's secrets are in its environment.
      detached: true,
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C' },
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    living.add(this.#child);
    this.ended = this.#follow();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Idempotent; resolves when the program has ended. */
  async close(): Promise<void> {
    kill(this.#child);
    await this.ended;
  }

  async #follow(): Promise<RtspFault> {
    const child = this.#child;
    const { stdin, stderr } = child;
    if (!stdin || !stderr) throw new TypeError('a child with pipes has pipes');
    // It may end before it has read.
    stdin.on('error', () => {});
    stdin.end(playlist(this.#options));
    createInterface(stderr).on('line', (line) => this.#read(line));
    const fault = await new Promise<RtspFault>((resolve) => {
      child.once('error', (error: NodeJS.ErrnoException) => {
        if (child.pid !== undefined) return;
        resolve(new RtspFault('no-program', null, { reason: `${this.#options.program}: ${error.code}` }));
      });
      // `close` rather than `exit`: what it said last has been read then.
      child.once('close', (code, signal) => {
        const problem = this.#problem ?? (this.#seen ? 'ended' : code === null ? 'ended' : 'failed');
        const reason = [...this.#lines, `ffmpeg ended (${signal ?? code})`].join(' | ');
        resolve(new RtspFault(problem, null, { reason }));
      });
    });
    living.delete(child);
    return fault;
  }

  #read(line: string): void {
    const found = readFfmpegLine(line);
    if (found?.kind === 'video') {
      // It describes its output in the same words.
      if (this.#seen) return;
      this.#seen = true;
      this.#options.onVideo(found.video);
      return;
    }
    const text = withoutSecrets(line.slice(0, LINE_KEPT), this.#options.camera);
    if (/^\[|error|failed|refused|Invalid|matches no/i.test(line)) {
      this.#lines.push(text);
      if (this.#lines.length > LINES_KEPT) this.#lines.shift();
    }
    this.#options.log.trace({ event: 'ffmpeg.said', text }, 'ffmpeg');
    if (!found) return;
    // The first one is the cause; those after it follow from it.
    this.#problem ??= found.problem;
    // It goes where it is sent, and nobody has checked that address.
    if (found.problem === 'sent-elsewhere') kill(this.#child);
  }
}

/**
 * The address with its password. It comes through a pipe, because any user of this machine may read the arguments of a
 * program; and as a playlist of one entry, because ffmpeg takes addresses from nothing else that can be a pipe.
 */
function playlist({ camera, address, transport }: FfmpegRelayOptions): string {
  const quoted = wholeAddress(camera, address).replaceAll("'", String.raw`'\''`);
  return [
    'ffconcat version 1.0',
    `file '${quoted}'`,
    `option rtsp_transport ${transport}`,
    `option timeout ${SILENCE}`,
    `option analyzeduration ${PROBE}`,
    // How many pictures come in a second need not be known.
    'option fpsprobesize 0',
    'option allowed_media_types video',
    '',
  ].join('\n');
}

function argumentsOf({ to }: FfmpegRelayOptions): string[] {
  // `connect`: it ends by itself once nobody receives, as after a crash of this server.
  const target = `rtp://${to.ip}:${to.port}?rtcpport=${to.rtcpPort}&pkt_size=${PACKET}&connect=1`;
  return [
    ...'-hide_banner -nostdin -nostats -loglevel info -fflags nobuffer'.split(' '),
    ...`-analyzeduration ${PROBE} -fpsprobesize 0 -f concat -safe 0 -protocol_whitelist ${PROTOCOLS} -i pipe:0`.split(
      ' ',
    ),
    ...'-map 0:v:0 -c:v copy'.split(' '),
    // The first refuses everything but H.264; the second repeats the parameter sets before each keyframe.
    ...'-bsf:v h264_mp4toannexb,dump_extra'.split(' '),
    // ffmpeg takes this number signed, and refuses the upper half of the others.
    ...`-f rtp -payload_type ${to.payloadType} -ssrc ${to.ssrc | 0}`.split(' '),
    target,
  ];
}

function kill(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}
