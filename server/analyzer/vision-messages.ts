/** Messages between the main thread of an analyzer and its vision threads. Plain data and shared memory. */
import type { Execution, Provider } from '../protocol/execution.ts';
import type { CameraPicture } from '../vision/face-detector.ts';
import type { GalleryShares } from './analyzer-gallery.ts';
import type { CheckInJob, CheckInResult, EnrollmentJob, EnrollmentResult } from './analyze-frame.ts';
import type { FrameLease, SlotBuffers } from './frame-slot.ts';

/** What a thread does with a face besides recognizing it. */
export interface FaceChecks {
  /** Whether faces are checked for liveness. */
  liveness: boolean;
  /** Whether a sighting carries a picture of the face. */
  snapshots: boolean;
}

export interface VisionThreadData {
  pack: string;
  /** Id of the pack that is being replaced; null if there is none. */
  former: string | null;
  cacheDir: string;
  /** At the start; the message `checks` changes them. */
  checks: FaceChecks;
  providers: readonly Provider[];
  pictures: readonly CameraPicture[];
  galleries: GalleryShares;
}

export type ToVisionThread =
  /** The buffers of a camera, once per generation and thread, before the first job that uses them. */
  | { type: 'buffers'; cameraId: string; buffers: SlotBuffers }
  | { type: 'forget'; cameraId: string }
  | { type: 'galleries'; shares: GalleryShares }
  | {
      type: 'analyze';
      job: CheckInJob | EnrollmentJob;
      lease: Pick<FrameLease, 'index' | 'width' | 'height'>;
    }
  /** Answered when it is in force: loading the networks of the photo detection takes a moment. */
  | { type: 'checks'; request: number; checks: FaceChecks }
  /** Answered once everything requested earlier has been answered. */
  | { type: 'settle'; request: number }
  | { type: 'close' };

export type FromVisionThread =
  | { type: 'ready'; execution: Execution }
  | { type: 'settled'; request: number }
  /** `fault`: the networks of the photo detection could not be loaded, and everything stays as it was. */
  | { type: 'checked'; request: number; fault: string | null }
  | { type: 'analyzed'; result: CheckInResult | EnrollmentResult }
  /** This picture could not be analyzed; the thread continues. */
  | { type: 'failed'; message: string };
