import { Counter, type Registry } from 'prom-client';
import { collectedCounter, collectedGauge } from './collected.ts';

/** One media worker as it is now. */
export interface WorkerFigures {
  index: number;
  /** Whether it runs and answers. */
  up: boolean;
  /** Processor time since it started, ms; null until it has reported. */
  cpu: number | null;
  peers: number;
}

/** What arrived of one camera since it began to publish. */
export interface CameraTraffic {
  packets: number;
  lost: number;
  /** Repeated packets, and whole pictures, that were asked for. */
  nacks: number;
  plis: number;
  bytes: number;
}

export class MediaMetrics {
  workers: () => readonly WorkerFigures[] = () => [];
  /** Round-trip time of each camera that has reported it, ms. */
  roundTrips: () => readonly { camera: string; roundTrip: number }[] = () => [];
  readonly #restarts: Counter<'worker'>;
  readonly #traffic: Record<keyof CameraTraffic, Counter<'camera'>>;

  constructor(registry: Registry) {
    const registers = [registry];
    const workers = () => this.workers();
    const roundTrips = () => this.roundTrips();
    collectedGauge({
      name: 'muster_media_worker_up',
      help: '1 while the media worker runs and answers.',
      labelNames: ['worker'],
      registers,
      collect() {
        for (const { index, up } of workers()) this.set({ worker: index }, Number(up));
      },
    });
    collectedGauge({
      name: 'muster_media_peers',
      help: 'Browsers and other peers on the media worker.',
      labelNames: ['worker'],
      registers,
      collect() {
        for (const { index, peers } of workers()) this.set({ worker: index }, peers);
      },
    });
    collectedCounter({
      name: 'muster_media_worker_cpu_seconds_total',
      help: 'Processor time of the media worker since it was started.',
      labelNames: ['worker'],
      registers,
      collect() {
        this.reset();
        for (const { index, cpu } of workers()) if (cpu !== null) this.inc({ worker: index }, cpu / 1000);
      },
    });
    this.#restarts = new Counter({
      name: 'muster_media_worker_restarts_total',
      help: 'Times that a media worker died and was replaced.',
      labelNames: ['worker'],
      registers,
    });
    collectedGauge({
      name: 'muster_media_round_trip_seconds',
      help: 'Time of a packet from the server to the camera and back.',
      labelNames: ['camera'],
      registers,
      collect() {
        this.reset();
        for (const { camera, roundTrip } of roundTrips()) this.set({ camera }, roundTrip / 1000);
      },
    });
    const counter = (name: string, help: string) =>
      new Counter({ name, help, labelNames: ['camera'], registers });
    this.#traffic = {
      packets: counter('muster_media_packets_received_total', 'Packets that arrived from the camera.'),
      lost: counter('muster_media_packets_lost_total', 'Packets from the camera that did not arrive.'),
      nacks: counter('muster_media_nack_total', 'Requests to the camera to repeat packets.'),
      plis: counter('muster_media_pli_total', 'Requests to the camera for a whole picture.'),
      bytes: counter('muster_media_bytes_received_total', 'Bytes that arrived from the camera.'),
    };
  }

  /** Counts what a media worker has measured of a camera, as of `now`. Counters of a stream that began anew only restart. */
  measured(camera: string, now: CameraTraffic, before: CameraTraffic | null): void {
    for (const [name, counter] of Object.entries(this.#traffic) as [
      keyof CameraTraffic,
      Counter<'camera'>,
    ][]) {
      const since = now[name] - (before?.[name] ?? 0);
      counter.inc({ camera }, Math.max(0, since));
    }
  }

  workerRestarted(index: number): void {
    this.#restarts.inc({ worker: index });
  }

  /** Forgets a device that is not paired any more. */
  forget(camera: string): void {
    for (const counter of Object.values(this.#traffic)) counter.remove({ camera });
  }
}
