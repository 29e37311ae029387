/** Manages the current enrollment sessions: who captures which person, until when, and with which result. */
import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import type { Capture } from '../protocol/analyzer.ts';
import { MusterError } from '../protocol/error.ts';
import type { CaptureDoubt, EnrollmentProgress, EnrollmentState } from '../protocol/results.ts';
import type { Replies } from '../protocol/signaling.ts';
import { CaptureSaver, type CaptureSaverOptions } from './capture-saver.ts';
import { systemClock, type Clock } from './clock.ts';
import { type Enroller, enrollerId } from './enroller.ts';
import {
  acceptCapture,
  continueSession,
  expire,
  doubtIn,
  hasAngles,
  isAcceptable,
  missingBins,
  openSession,
  progressOf,
  restartSession,
  type EnrollmentSession,
} from './enrollment-session.ts';
import { isExhausted, openProof } from './proof.ts';
import { busySaving, notAPerson, over, tooManyTries } from './refusals.ts';

export interface EnrollmentServiceOptions extends CaptureSaverOptions {
  log: Logger;
  /** Replaced in tests. */
  clock?: Clock;
}

type Events = {
  'state.changed': [enrollmentId: string, state: EnrollmentState];
  /** A capture that was given up, or could not be saved, because it may not have been of a person who was there. Once for each. */
  'capture.doubted': [personId: string, by: Enroller, doubt: CaptureDoubt];
  /** Reports changes that no capture caused; for a capture, `accept` returns the progress. */
  'progress.changed': [progress: EnrollmentProgress];
};

/**
 * The most enrollments at the same time, for all accounts together. Each holds at most 27 captures and has a camera whose
 * every frame is embedded, so this many keep an analyzer busy.
 */
export const MAX_LIVE = 16;
/** An enrollment without commands for this long is canceled and its captured faces are deleted, ms. */
export const MAX_IDLE = 10 * 60_000;
/** How long an ended enrollment is remembered, without its faces, so that a late command gets the right answer, ms. */
const REMEMBERED = 60_000;
const CAMERA_PREFIX = 'enroll-';

/** The ID of the camera with which an enrollment is captured. */
export function enrollmentCameraId(enrollmentId: string): string {
  return `${CAMERA_PREFIX}${enrollmentId}`;
}

interface Enrollment {
  id: string;
  personId: string;
  by: Enroller;
  session: EnrollmentSession;
  /** `capture.doubted` was told. */
  toldDoubt: boolean;
  /** When its enroller last sent a command, epoch ms. */
  commandedAt: number;
  stopTimer: () => void;
}

export class EnrollmentService extends EventEmitter<Events> {
  readonly #options: EnrollmentServiceOptions;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #enrollments = new Map<string, Enrollment>();
  readonly #saver: CaptureSaver;
  /** Failed tries of the movements at the end, by enroller: a new capture does not begin at none. */
  readonly #failures = new Map<string, number>();
  #closed = false;

  constructor(options: EnrollmentServiceOptions) {
    super();
    this.#options = options;
    this.#saver = new CaptureSaver(options);
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log.child({ part: 'enrollment' });
  }

  /**
   * Begins the capture of a person. An earlier capture by the same enroller is canceled.
   *
   * @throws MusterError `not-found`; `wrong-state` without consent to the current text; `conflict` while another enroller
   *   captures the same person; `rate-limited` if there are already MAX_LIVE enrollments; `forbidden` if the movements at the
   *   end failed too often through this invitation; and whatever `invitations.require` throws
   */
  async start(personId: string, by: Enroller): Promise<Replies['enrollment.start']> {
    const isOwn = 'invitationId' in by;
    if (isOwn) await this.#options.invitations.require(by.invitationId, personId);
    await this.#saver.candidate(personId);
    const proof = openProof({ isOwn, failures: this.#failures.get(enrollerId(by)) ?? 0 });
    if (isExhausted(proof, this.#options.policy().proof)) throw tooManyTries();
    if (this.#closed) throw new MusterError('wrong-state', 'The server is stopping; try again in a moment.');
    for (const other of this.#live()) {
      if (enrollerId(other.by) === enrollerId(by)) {
        if (other.session.state === 'saving') throw busySaving();
        this.#end(other, 'canceled');
      }
    }
    const live = this.#live();
    if (live.some((other) => other.personId === personId)) {
      throw new MusterError(
        'conflict',
        'Another account is capturing this person right now: wait until it has finished.',
      );
    }
    if (live.length >= MAX_LIVE) {
      throw new MusterError(
        'rate-limited',
        `${MAX_LIVE} people are being enrolled right now: try again when one of them has finished.`,
      );
    }
    const now = this.#clock.now();
    const policy = this.#options.policy();
    const enrollment: Enrollment = {
      id: randomUUID(),
      personId,
      by,
      session: openSession(now, policy, proof),
      toldDoubt: false,
      commandedAt: now,
      stopTimer: () => {},
    };
    this.#enrollments.set(enrollment.id, enrollment);
    const { id: enrollmentId } = enrollment;
    this.#log.info(
      { event: 'enrollment.started', enrollmentId, personId, by: enrollerId(by) },
      'enrollment started',
    );
    this.#wind(enrollment);
    this.emit('state.changed', enrollment.id, 'capturing');
    return { enrollmentId: enrollment.id, timeout: policy.timeout, requiredBins: policy.requiredBins };
  }

  /**
   * Evaluates one frame of the camera of an enrollment. Returns what to show now, or null if the camera belongs to no
   * current enrollment. A frame changes nothing if the enrollment is not capturing.
   */
  accept(capture: Capture): EnrollmentProgress | null {
    if (!capture.cameraId.startsWith(CAMERA_PREFIX)) return null;
    const enrollment = this.#enrollments.get(capture.cameraId.slice(CAMERA_PREFIX.length));
    if (!enrollment || isOver(enrollment.session.state)) return null;
    // The time of this process counts, so that an analyzer with another clock does not affect the deadline.
    const frame = { ...capture, at: this.#clock.now() };
    this.#become(enrollment, acceptCapture(enrollment.session, frame, this.#options.policy()));
    return this.#progress(enrollment);
  }

  /** Continues with what was captured so far, with the full time again. @param by `enrollerId` */
  continue(enrollmentId: string, by: string): void {
    const enrollment = this.#mayGoOn(this.#commanded(enrollmentId, by, ['capturing', 'timed-out']));
    this.#become(enrollment, continueSession(enrollment.session, this.#clock.now(), this.#options.policy()));
    this.emit('progress.changed', this.#progress(enrollment));
  }

  /** Starts over without any captures. */
  restart(enrollmentId: string, by: string): void {
    const enrollment = this.#mayGoOn(
      this.#commanded(enrollmentId, by, ['capturing', 'timed-out', 'complete']),
    );
    this.#become(enrollment, restartSession(enrollment.session, this.#clock.now(), this.#options.policy()));
    this.emit('progress.changed', this.#progress(enrollment));
  }

  /** Cancels the enrollment and deletes the captured faces. Does nothing if it is canceled already. */
  cancel(enrollmentId: string, by: string): void {
    const enrollment = this.#own(enrollmentId, by);
    if (enrollment.session.state === 'canceled') return;
    this.#commanded(enrollmentId, by, ['capturing', 'timed-out', 'complete']);
    this.#end(enrollment, 'canceled');
  }

  /** Cancels the enrollments of a person who was erased or has withdrawn consent, and deletes the captures at once. */
  forget(personId: string): void {
    for (const enrollment of this.#live()) {
      if (enrollment.personId === personId && enrollment.session.state !== 'saving') {
        this.#end(enrollment, 'canceled');
      }
    }
  }

  /** Cancels what this enroller captures, because they may no longer, and deletes it at once. @param by `enrollerId` */
  abandon(by: string): void {
    for (const enrollment of this.#live()) {
      if (enrollerId(enrollment.by) === by && enrollment.session.state !== 'saving') {
        this.#end(enrollment, 'canceled');
      }
    }
  }

  /**
   * The ID of the camera with which this enrollment is captured.
   *
   * @throws MusterError if the enrollment has ended or belongs to another enroller
   */
  cameraOf(enrollmentId: string, by: string): string {
    this.#commanded(enrollmentId, by, ['capturing', 'timed-out', 'complete']);
    return enrollmentCameraId(enrollmentId);
  }

  /**
   * Stores the templates. If it throws, the capture stays as it was.
   *
   * What an invited person captured is never refused as a duplicate: they must not learn whom they look like. HR decides.
   *
   * @param override why a face that seems to be enrolled for another person is saved anyway
   * @param frontOnly why the front alone is enough, as for a person who cannot turn the head
   * @throws MusterError `wrong-state` if poses are missing, if the capture may not be of a person who is there, or if the enrollment has ended; `duplicate-face` with the `details`
   *   { personId, displayName, similarity } if the face seems to be enrolled for another person and there is no `override`;
   *   and whatever the database and the analyzer throw
   */
  async save(
    enrollmentId: string,
    by: string,
    override?: { reason: string },
    frontOnly?: { reason: string },
  ): Promise<Replies['enrollment.save']> {
    const enrollment = this.#commanded(enrollmentId, by, ['capturing', 'timed-out', 'complete']);
    const before = enrollment.session;
    const policy = this.#options.policy();
    const enough = isAcceptable(before, policy);
    // Who cannot turn the head cannot show its depth either.
    if (!enough && !(frontOnly && hasAngles(before, { ...policy, requiredBins: 0 }))) {
      const missing = missingBins(before, policy);
      const doubt = doubtIn(before, policy);
      if (doubt !== null) {
        this.#tellDoubt(enrollment);
        throw notAPerson(doubt);
      }
      const { requiredBins } = policy;
      throw new MusterError(
        'wrong-state',
        `More head poses are needed before this can be saved: the front and ${requiredBins} others.`,
        { details: { missing } },
      );
    }
    this.#become(enrollment, { ...before, state: 'saving', face: undefined });
    try {
      const reply = await this.#saver.save(enrollment, before, {
        ...(override && { override }),
        // An exception that was not needed is not recorded.
        ...(frontOnly && !enough && { frontOnly }),
      });
      const { personId } = enrollment;
      this.#log.info({ event: 'enrollment.saved', enrollmentId, personId, by }, 'enrollment saved');
      this.#end(enrollment, 'saved');
      return reply;
    } catch (error) {
      this.#become(enrollment, expire(before, this.#clock.now()));
      this.emit('progress.changed', this.#progress(enrollment));
      throw error;
    }
  }

  /** Waits for current saves and cancels all other enrollments. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#saver.idle();
    for (const enrollment of this.#live()) this.#end(enrollment, 'canceled');
    for (const { stopTimer } of this.#enrollments.values()) stopTimer();
    this.#enrollments.clear();
  }

  /** See `CaptureSaver.compare`. */
  compare: CaptureSaver['compare'] = (personId, templates, use) =>
    this.#saver.compare(personId, templates, use);

  #own(enrollmentId: string, by: string): Enrollment {
    const enrollment = this.#enrollments.get(enrollmentId);
    if (!enrollment) throw new MusterError('not-found', 'This capture has ended: start a new one.');
    if (enrollerId(enrollment.by) !== by) {
      throw new MusterError('forbidden', 'This capture belongs to another account.');
    }
    return enrollment;
  }

  #commanded(enrollmentId: string, by: string, allowed: readonly EnrollmentState[]): Enrollment {
    const enrollment = this.#own(enrollmentId, by);
    this.#become(enrollment, expire(enrollment.session, this.#clock.now()));
    const { state } = enrollment.session;
    if (!allowed.includes(state)) throw state === 'saving' ? busySaving() : over(state);
    enrollment.commandedAt = this.#clock.now();
    this.#wind(enrollment);
    return enrollment;
  }

  #live(): Enrollment[] {
    return [...this.#enrollments.values()].filter(({ session }) => !isOver(session.state));
  }

  #become(enrollment: Enrollment, session: EnrollmentSession): void {
    const { state } = enrollment.session;
    const isGivenUp = session.state === 'timed-out' || session.state === 'canceled';
    if (state === 'capturing' && isGivenUp) this.#tellDoubt(enrollment);
    const { failures } = session.proof;
    if (failures > 0) this.#failures.set(enrollerId(enrollment.by), failures);
    const moved = session.deadline !== enrollment.session.deadline;
    enrollment.session = session;
    if (session.state === state && !moved) return;
    this.#wind(enrollment);
    if (session.state !== state) this.emit('state.changed', enrollment.id, session.state);
  }

  #tellDoubt(enrollment: Enrollment): void {
    const { id: enrollmentId, personId, by, session } = enrollment;
    const doubt = doubtIn(session, this.#options.policy());
    if (doubt === null || enrollment.toldDoubt) return;
    // Who stops in the middle of the movements has shown nothing odd.
    if (doubt === 'unmoved' && session.proof.failures === 0) return;
    enrollment.toldDoubt = true;
    this.#log.warn(
      { event: 'enrollment.doubted', enrollmentId, personId, doubt, by: enrollerId(by) },
      'an enrollment may have been of a picture or a film',
    );
    this.emit('capture.doubted', personId, by, doubt);
  }

  #mayGoOn(enrollment: Enrollment): Enrollment {
    if (isExhausted(enrollment.session.proof, this.#options.policy().proof)) throw tooManyTries();
    return enrollment;
  }

  #end(enrollment: Enrollment, state: 'saved' | 'canceled'): void {
    // Nothing of what was captured is kept.
    const { deadline } = enrollment.session;
    const session = { ...openSession(this.#clock.now(), this.#options.policy()), state, deadline };
    if (state === 'saved') this.#failures.delete(enrollerId(enrollment.by));
    enrollment.commandedAt = this.#clock.now();
    this.#become(enrollment, session);
    if (state === 'canceled') {
      const { id: enrollmentId, personId } = enrollment;
      this.#log.info({ event: 'enrollment.canceled', enrollmentId, personId }, 'enrollment canceled');
    }
  }

  /** Sets the timer of the enrollment for the next change that happens without a command. */
  #wind(enrollment: Enrollment): void {
    enrollment.stopTimer();
    enrollment.stopTimer = () => {};
    const { state, deadline } = enrollment.session;
    if (state === 'saving' || (this.#closed && isOver(state))) return;
    const idle = enrollment.commandedAt + (isOver(state) ? REMEMBERED : MAX_IDLE);
    const next = state === 'capturing' ? Math.min(deadline, idle) : idle;
    const wait = Math.max(0, next - this.#clock.now());
    enrollment.stopTimer = this.#clock.after(wait, () => this.#due(enrollment));
  }

  #due(enrollment: Enrollment): void {
    const now = this.#clock.now();
    const { state } = enrollment.session;
    if (isOver(state)) {
      if (now >= enrollment.commandedAt + REMEMBERED) this.#enrollments.delete(enrollment.id);
      else this.#wind(enrollment);
      return;
    }
    if (now >= enrollment.commandedAt + MAX_IDLE) {
      this.#end(enrollment, 'canceled');
      return;
    }
    const session = expire(enrollment.session, now);
    if (session === enrollment.session) {
      // The timer fired early.
      this.#wind(enrollment);
      return;
    }
    this.#become(enrollment, session);
    this.emit('progress.changed', this.#progress(enrollment));
  }

  #progress({ id, session }: Enrollment): EnrollmentProgress {
    return progressOf(id, session, this.#clock.now(), this.#options.policy());
  }
}

function isOver(state: EnrollmentState): boolean {
  return state === 'saved' || state === 'canceled';
}
