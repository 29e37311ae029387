/** What passes between an analyzer's main thread and its vision threads. Plain data and shared memory. */
import type { Execution, Provider } from '../protocol/execution.ts';
import type { CameraPicture } from '../vision/face-detector.ts';
import type { GalleryShares } from './analyzer-gallery.ts';
import type { CheckInJob, CheckInResult, EnrollmentJob, EnrollmentResult } from './analyze-frame.ts';
import type { FrameLease, SlotBuffers } from './frame-slot.ts';

export interface VisionThreadData {
  pack: string;
  /** The pack that is being left; null where none is. */
  former: string | null;
  cacheDir: string;
  /** Whether faces are looked at for liveness. */
  liveness: boolean;
  /** Whether a sighting brings the picture of the face along; not where it is not said. */
  snapshots?: boolean;
  providers: readonly Provider[];
  pictures: readonly CameraPicture[];
  galleries: GalleryShares;
}

export type ToVisionThread =
  /** A camera's buffers, once per generation and thread, before the first job that uses them. */
  | { type: 'buffers'; cameraId: string; buffers: SlotBuffers }
  | { type: 'forget'; cameraId: string }
  | { type: 'galleries'; shares: GalleryShares }
  | {
      type: 'analyze';
      job: CheckInJob | EnrollmentJob;
      lease: Pick<FrameLease, 'index' | 'width' | 'height'>;
    }
  /** Answered when what was asked before has been answered. */
  | { type: 'settle'; request: number }
  | { type: 'close' };

export type FromVisionThread =
  | { type: 'ready'; execution: Execution }
  | { type: 'settled'; request: number }
  | { type: 'analyzed'; result: CheckInResult | EnrollmentResult }
  /** This one picture could not be analyzed; the thread goes on. */
  | { type: 'failed'; message: string };
