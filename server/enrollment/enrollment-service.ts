/** Manages the current enrollment sessions: who captures which person, until when, and with which result. */
import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import { SerialQueue } from '../async/serial.ts';
import type { Capture, ModelContract } from '../protocol/analyzer.ts';
import { MusterError } from '../protocol/error.ts';
import type { EnrollmentProgress, EnrollmentState } from '../protocol/results.ts';
import type { Replies } from '../protocol/signaling.ts';
import { systemClock, type Clock } from './clock.ts';
import type { EnrollmentCandidate } from './candidate.ts';
import { findDuplicates, type Search } from './duplicate-check.ts';
import type { EnrollmentPolicy } from './policy.ts';
import {
  acceptCapture,
  continueSession,
  expire,
  isAcceptable,
  missingBins,
  openSession,
  progressOf,
  restartSession,
  type EnrollmentSession,
} from './enrollment-session.ts';
import { buildFormerTemplates, buildTemplates, type NewTemplate } from './template.ts';

export interface EnrollmentServiceOptions {
  people: { get(personId: string): Promise<EnrollmentCandidate | null> };
  templates: {
    /** Replaces all templates of the person in one transaction. */
    replace(
      personId: string,
      set: {
        contract: ModelContract;
        templates: NewTemplate[];
        by: { accountId: string; name: string };
        /** Why a likely duplicate was accepted; undefined if there was none. */
        override?: { reason: string };
        /** Why the front alone is enough. */
        frontOnly?: { reason: string };
      },
    ): Promise<unknown>;
  };
  /** Finds the best matches for the mean direction of the embeddings, one per person, most similar first. */
  search: Search;
  contract: ModelContract;
  /** The contract of the former model pack while it is still running: duplicates are searched among its people too. */
  former?: ModelContract | null;
  policy: EnrollmentPolicy;
  log: Logger;
  /** Replaced in tests. */
  clock?: Clock;
}

type Events = {
  'state.changed': [enrollmentId: string, state: EnrollmentState];
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
  by: { accountId: string; name: string };
  session: EnrollmentSession;
  /** When its account last sent a command, epoch ms. */
  commandedAt: number;
  stopTimer: () => void;
}

export class EnrollmentService extends EventEmitter<Events> {
  readonly #options: EnrollmentServiceOptions;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #enrollments = new Map<string, Enrollment>();
  readonly #saves = new SerialQueue();
  #closed = false;

  constructor(options: EnrollmentServiceOptions) {
    super();
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log.child({ part: 'enrollment' });
  }

  /**
   * Begins the capture of a person. An earlier capture by the same account is canceled.
   *
   * @throws MusterError `not-found`; `wrong-state` without consent to the current text; `conflict` while another account
   *   captures the same person; `rate-limited` if there are already MAX_LIVE enrollments
   */
  async start(
    personId: string,
    by: { accountId: string; name: string },
  ): Promise<Replies['enrollment.start']> {
    await this.#candidate(personId);
    if (this.#closed) throw new MusterError('wrong-state', 'The server is stopping; try again in a moment.');
    for (const other of this.#live()) {
      if (other.by.accountId === by.accountId) {
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
    const { policy } = this.#options;
    const enrollment: Enrollment = {
      id: randomUUID(),
      personId,
      by: { accountId: by.accountId, name: by.name },
      session: openSession(now, policy),
      commandedAt: now,
      stopTimer: () => {},
    };
    this.#enrollments.set(enrollment.id, enrollment);
    const { id: enrollmentId } = enrollment;
    this.#log.info(
      { event: 'enrollment.started', enrollmentId, personId, accountId: by.accountId },
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
    this.#become(enrollment, acceptCapture(enrollment.session, frame, this.#options.policy));
    return this.#progress(enrollment);
  }

  /** Continues with what was captured so far, with the full time again. */
  continue(enrollmentId: string, accountId: string): void {
    const enrollment = this.#commanded(enrollmentId, accountId, ['capturing', 'timed-out']);
    this.#become(enrollment, continueSession(enrollment.session, this.#clock.now(), this.#options.policy));
    this.emit('progress.changed', this.#progress(enrollment));
  }

  /** Starts over without any captures. */
  restart(enrollmentId: string, accountId: string): void {
    const enrollment = this.#commanded(enrollmentId, accountId, ['capturing', 'timed-out', 'complete']);
    this.#become(enrollment, restartSession(enrollment.session, this.#clock.now(), this.#options.policy));
    this.emit('progress.changed', this.#progress(enrollment));
  }

  /** Cancels the enrollment and deletes the captured faces. Does nothing if it is canceled already. */
  cancel(enrollmentId: string, accountId: string): void {
    const enrollment = this.#own(enrollmentId, accountId);
    if (enrollment.session.state === 'canceled') return;
    this.#commanded(enrollmentId, accountId, ['capturing', 'timed-out', 'complete']);
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

  /**
   * The ID of the camera with which this enrollment is captured.
   *
   * @throws MusterError if the enrollment has ended or belongs to another account
   */
  cameraOf(enrollmentId: string, accountId: string): string {
    this.#commanded(enrollmentId, accountId, ['capturing', 'timed-out', 'complete']);
    return enrollmentCameraId(enrollmentId);
  }

  /**
   * Stores the templates. If it throws, the capture stays as it was.
   *
   * @param override why a face that seems to be enrolled for another person is saved anyway
   * @param frontOnly why the front alone is enough, as for a person who cannot turn the head
   * @throws MusterError `wrong-state` if poses are missing or the enrollment has ended; `duplicate-face` with the `details`
   *   { personId, displayName, similarity } if the face seems to be enrolled for another person and there is no `override`;
   *   and whatever the database and the analyzer throw
   */
  async save(
    enrollmentId: string,
    accountId: string,
    override?: { reason: string },
    frontOnly?: { reason: string },
  ): Promise<Replies['enrollment.save']> {
    const enrollment = this.#commanded(enrollmentId, accountId, ['capturing', 'timed-out', 'complete']);
    const before = enrollment.session;
    const { policy } = this.#options;
    const enough = isAcceptable(before, policy);
    if (!enough && !(frontOnly && isAcceptable(before, { ...policy, requiredBins: 0 }))) {
      const missing = missingBins(before, policy);
      const { requiredBins } = policy;
      throw new MusterError(
        'wrong-state',
        `More head poses are needed before this can be saved: the front and ${requiredBins} others.`,
        { details: { missing } },
      );
    }
    this.#become(enrollment, { ...before, state: 'saving', face: undefined });
    // One save at a time: of two captures of the same face, the later one must find the earlier one in the gallery.
    try {
      const reply = await this.#saves.run(() =>
        this.#store(enrollment, before, {
          ...(override && { override }),
          // An exception that was not needed is not recorded.
          ...(frontOnly && !enough && { frontOnly }),
        }),
      );
      const { personId } = enrollment;
      this.#log.info({ event: 'enrollment.saved', enrollmentId, personId, accountId }, 'enrollment saved');
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
    await this.#saves.idle();
    for (const enrollment of this.#live()) this.#end(enrollment, 'canceled');
    for (const { stopTimer } of this.#enrollments.values()) stopTimer();
    this.#enrollments.clear();
  }

  async #store(
    { personId, by }: Enrollment,
    { samples }: EnrollmentSession,
    { override, frontOnly }: { override?: { reason: string }; frontOnly?: { reason: string } },
  ): Promise<Replies['enrollment.save']> {
    const { templates: store, search, contract, former, policy, people } = this.#options;
    await this.#candidate(personId);
    const templates = buildTemplates(samples);
    const probes = [{ contract, templates }];
    if (former) probes.push({ contract: former, templates: buildFormerTemplates(samples) });
    const duplicates = await findDuplicates(personId, probes, search, policy.duplicateThreshold);
    let accepted: { reason: string } | undefined;
    for (const duplicate of duplicates) {
      const other = await people.get(duplicate.personId);
      // The person was deleted during the search.
      if (!other) continue;
      if (!override) throw duplicateFace(other, duplicate.similarity);
      accepted = override;
      break;
    }
    await store.replace(personId, {
      contract,
      templates,
      by,
      ...(accepted && { override: accepted }),
      ...(frontOnly && { frontOnly }),
    });
    const bins = templates.map(({ bin }) => bin).filter((bin) => bin !== 'aggregate');
    return { personId, templates: templates.length, bins };
  }

  async #candidate(personId: string): Promise<EnrollmentCandidate> {
    const person = await this.#options.people.get(personId);
    if (!person) throw new MusterError('not-found', 'This person does not exist: reload the list of people.');
    if (!person.consentCurrent) {
      throw new MusterError(
        'wrong-state',
        `Record the consent of ${person.displayName} to the current text before capturing their face.`,
      );
    }
    return person;
  }

  #own(enrollmentId: string, accountId: string): Enrollment {
    const enrollment = this.#enrollments.get(enrollmentId);
    if (!enrollment) throw new MusterError('not-found', 'This capture has ended: start a new one.');
    if (enrollment.by.accountId !== accountId) {
      throw new MusterError('forbidden', 'This capture belongs to another account.');
    }
    return enrollment;
  }

  #commanded(enrollmentId: string, accountId: string, allowed: readonly EnrollmentState[]): Enrollment {
    const enrollment = this.#own(enrollmentId, accountId);
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
    const moved = session.deadline !== enrollment.session.deadline;
    enrollment.session = session;
    if (session.state === state && !moved) return;
    this.#wind(enrollment);
    if (session.state !== state) this.emit('state.changed', enrollment.id, session.state);
  }

  #end(enrollment: Enrollment, state: 'saved' | 'canceled'): void {
    // Nothing of what was captured is kept.
    const { deadline } = enrollment.session;
    const session = { ...openSession(this.#clock.now(), this.#options.policy), state, deadline };
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
    return progressOf(id, session, this.#clock.now(), this.#options.policy);
  }
}

function isOver(state: EnrollmentState): boolean {
  return state === 'saved' || state === 'canceled';
}

function busySaving(): MusterError {
  return new MusterError('wrong-state', 'This capture is being saved right now: wait for the result.');
}

function over(state: EnrollmentState): MusterError {
  const why: Partial<Record<EnrollmentState, string>> = {
    saved: 'This capture has already been saved: start a new one to capture the person again.',
    canceled: 'This capture was canceled: start a new one.',
    complete: 'This capture is complete: save it, or start over.',
  };
  return new MusterError('wrong-state', why[state] ?? `This is not possible while the capture is ${state}.`);
}

function duplicateFace(other: EnrollmentCandidate, similarity: number): MusterError {
  return new MusterError(
    'duplicate-face',
    `This face looks like ${other.displayName}, who is already enrolled. Check who is in front of the camera. If they really are two people, give a reason and save anyway.`,
    { details: { personId: other.id, displayName: other.displayName, similarity } },
  );
}
