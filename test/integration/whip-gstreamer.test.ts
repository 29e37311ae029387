/** GStreamer as an encoder: its webrtcbin, libnice, encoders and packetizers publish by WHIP, from its picture to the punch. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Sighting } from '#protocol/analyzer.ts';
import { doorOf } from '../../server/attendance/attendance-service.ts';
import { vp8Clip } from '../fixtures/clips.ts';
import { IngestServer } from '../support/ingest-server.ts';
import { hasProgram, needsProgram } from '../support/programs.ts';

const PROGRAM = path.join(import.meta.dirname, '../support/gstreamer-whip.py');
/** That of Debian, which has GStreamer, rather than another one on the path. */
const PYTHON = '/usr/bin/python3';

/** What a manual would say: an encoder for conversations, with a keyframe each second. */
const ENCODERS = {
  VP8: ['vp8enc deadline=1 keyframe-max-dist=15 target-bitrate=800000', 'rtpvp8pay pt=96'],
  VP9: ['vp9enc deadline=1 cpu-used=8 keyframe-max-dist=15 target-bitrate=800000', 'rtpvp9pay pt=96'],
  H264: [
    'x264enc tune=zerolatency speed-preset=veryfast bframes=0 key-int-max=15 bitrate=1200',
    'video/x-h264,profile=constrained-baseline',
    'rtph264pay pt=96 config-interval=-1',
  ],
} as const;

describe.skipIf(!hasProgram('gst-webrtc'))(`GStreamer (${needsProgram('gst-webrtc')})`, () => {
  let server: IngestServer;
  let analyzer: Awaited<ReturnType<IngestServer['analyze']>>;
  let clip: string;
  let child: ChildProcess | null = null;
  let said = '';
  let onSighting: ((sighting: Sighting) => void) | null = null;

  beforeAll(async () => {
    clip = await vp8Clip({ clip: 'franck', from: 10, to: 40, width: 640, height: 480, fps: 15, kbps: 1_500 });
    server = await IngestServer.open({ rate: 10 });
    analyzer = await server.analyze({}, { onSighting: (sighting) => onSighting?.(sighting) });
  }, 120_000);
  afterEach(async () => {
    if (child && child.exitCode === null && child.signalCode === null) {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    }
    child = null;
  });
  afterAll(async () => {
    await analyzer?.close();
    await server?.close();
  });

  function publish(token: string, codec: keyof typeof ENCODERS): ChildProcess {
    const pipeline = [
      `filesrc location=${clip} ! matroskademux ! vp8dec ! identity sync=true ! queue ! videoconvert`,
      ...ENCODERS[codec],
      `application/x-rtp,media=video,encoding-name=${codec},payload=96`,
    ].join(' ! ');
    const started = spawn(PYTHON, [PROGRAM, server.whip, pipeline]);
    started.stdin.write(`${token}\n`);
    said = '';
    const hear = (data: Buffer) => (said = `${said}${data.toString('utf8')}`.slice(-4_000));
    started.stdout.on('data', hear);
    started.stderr.on('data', hear);
    return started;
  }

  it.each(['VP8', 'VP9', 'H264'] as const)(
    'a person in front of a camera that sends %s is recognized and punched',
    { timeout: 90_000 },
    async (codec) => {
      const { device, token } = await server.addEncoder(codec);
      const seen = Promise.withResolvers<Sighting>();
      onSighting = seen.resolve;
      const program = publish(token, codec);
      child = program;
      program.once('exit', () => seen.reject(new Error(`the program ended:\n${said}`)));
      const found = await seen.promise;
      expect(found).toMatchObject({ cameraId: device.id, personId: server.person });
      const [sent] = server.media.cameras.get(device.id)!.producer.rtpParameters.codecs;
      expect(sent!.mimeType).toBe(`video/${codec}`);
      const door = doorOf(server.services.devices.door(device.id)!);
      const event = await server.services.attendance.record(found, door);
      expect(event).toMatchObject({ type: 'attendance', person: { id: server.person } });
    },
  );
});
