import { Counter, Gauge, type Registry } from 'prom-client';
import type { AnalyzedCameraStats } from '#protocol/analyzer.ts';
import type { CameraState } from '#protocol/signaling.ts';
import { collectedGauge } from './collected.ts';

/** All enrollments count as one camera: each has an id of its own, and there is no end of them. */
const ENROLLMENT = 'enrollment';

export class CameraMetrics {
  /** What each camera that this server knows does at the moment. */
  states: () => readonly CameraState[] = () => [];
  readonly #received: Counter<'camera'>;
  readonly #analyzed: Counter<'camera'>;
  readonly #skipped: Counter<'camera'>;
  readonly #failed: Counter<'camera'>;
  readonly #faces: Gauge<'camera'>;

  constructor(registry: Registry) {
    const registers = [registry];
    const labelNames = ['camera'] as const;
    const states = () => this.states();
    collectedGauge({
      name: 'muster_camera_up',
      help: '1 while the pictures of a paired device are analyzed, 0 while they are not; absent outside of its hours.',
      labelNames,
      registers,
      collect() {
        this.reset();
        for (const { id, purpose, status } of states()) {
          if (purpose === 'enrollment' || status === 'resting') continue;
          this.set({ camera: id }, status === 'live' ? 1 : 0);
        }
      },
    });
    const pictures = (what: string, help: string) =>
      new Counter({ name: `muster_camera_pictures_${what}_total`, help, labelNames, registers });
    this.#received = pictures('received', 'Pictures of a camera that its analyzer has decoded.');
    this.#analyzed = pictures('analyzed', 'Pictures of a camera that were analyzed.');
    this.#skipped = pictures(
      'skipped',
      'Pictures of a camera that a newer one replaced before they were analyzed, as most are above the rate of analysis.',
    );
    this.#failed = pictures('failed', 'Pictures of a camera that could not be analyzed because of a fault.');
    this.#faces = new Gauge({
      name: 'muster_camera_faces',
      help: 'Faces in the latest analyzed picture of a camera.',
      labelNames,
      registers,
    });
  }

  /** Counts what an analyzer reports of a camera, once a second. */
  reported({ cameraId, pictures, faces }: AnalyzedCameraStats, purpose: CameraState['purpose']): void {
    const camera = purpose === 'enrollment' ? ENROLLMENT : cameraId;
    this.#received.inc({ camera }, pictures.received);
    this.#analyzed.inc({ camera }, pictures.analyzed);
    this.#skipped.inc({ camera }, pictures.skipped);
    this.#failed.inc({ camera }, pictures.failed);
    this.#faces.set({ camera }, faces);
  }

  /** Nobody is in front of a camera that publishes no more. */
  gone(cameraId: string): void {
    this.#faces.remove({ camera: cameraId });
  }

  /** Forgets a device that is not paired any more. */
  forget(cameraId: string): void {
    for (const metric of [this.#received, this.#analyzed, this.#skipped, this.#failed, this.#faces]) {
      metric.remove({ camera: cameraId });
    }
  }
}
