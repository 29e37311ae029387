import type { RtspProblem } from '../protocol/rtsp.ts';

/** Why no picture of a camera arrives. `message` is for the log. */
export class RtspFault extends Error {
  readonly problem: RtspProblem;
  /** What was found, such as the name of a codec. */
  readonly detail: string | null;

  constructor(
    problem: RtspProblem,
    detail: string | null = null,
    options?: { reason?: string; cause?: unknown },
  ) {
    super(options?.reason ?? problem, { cause: options?.cause });
    this.name = 'RtspFault';
    this.problem = problem;
    this.detail = detail;
  }
}
