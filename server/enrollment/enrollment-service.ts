/** Manages the current enrollment sessions: who captures which person, until when, and with which result. */
import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import { SerialQueue } from '../async/serial.ts';
import type { Capture, Match, ModelContract } from '../protocol/analyzer.ts';
import { MusterError } from '../protocol/error.ts';
import type { EnrollmentProgress, EnrollmentState } from '../protocol/results.ts';
import type { Replies } from '../protocol/signaling.ts';
import { systemClock, type Clock } from './clock.ts';
import type { EnrollmentCandidate } from './candidate.ts';
import { findDuplicates, type Probe, type Search } from './duplicate-check.ts';
import { type Enroller, enrollerId } from './enroller.ts';
import type { EnrollmentPorts } from './enrollment-ports.ts';
import { type EnrollmentPolicy, MOST_LOOK_ALIKES } from './policy.ts';
import {
  acceptCapture,
  continueSession,
  expire,
  hasAngles,
  isAcceptable,
  isFlat,
  missingBins,
  openSession,
  progressOf,
  restartSession,
  type EnrollmentSession,
} from './enrollment-session.ts';
import { busySaving, duplicateFace, flatFace, over } from './refusals.ts';
import { buildFormerTemplates, buildTemplates, type NewTemplate } from './template.ts';

export interface EnrollmentServiceOptions extends EnrollmentPorts {
  /** Finds the best matches for the mean direction of the embeddings, one per person, most similar first. */
  search: Search;
  contract: ModelContract;
  /** The contract of the former model pack while it is still running: duplicates are searched among its people too. */
  former?: ModelContract | null;
  /** In force at the moment: an owner may change it. */
  policy: () => EnrollmentPolicy;
  log: Logger;
  /** Replaced in tests. */
  clock?: Clock;
}

type Events = {
  'state.changed': [enrollmentId: string, state: EnrollmentState];
  /** A capture that was given up, or could not be saved, because nothing showed that it was of a head. Once for each. */
  'capture.flat': [personId: string, by: Enroller];
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
  /** `capture.flat` was told. */
  toldFlat: boolean;
  /** When its enroller last sent a command, epoch ms. */
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
   * Begins the capture of a person. An earlier capture by the same enroller is canceled.
   *
   * @throws MusterError `not-found`; `wrong-state` without consent to the current text; `conflict` while another enroller
   *   captures the same person; `rate-limited` if there are already MAX_LIVE enrollments; and whatever
   *   `invitations.require` throws
   */
  async start(personId: string, by: Enroller): Promise<Replies['enrollment.start']> {
    if ('invitationId' in by) await this.#options.invitations.require(by.invitationId, personId);
    await this.#candidate(personId);
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
      session: openSession(now, policy),
      toldFlat: false,
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
    const enrollment = this.#commanded(enrollmentId, by, ['capturing', 'timed-out']);
    this.#become(enrollment, continueSession(enrollment.session, this.#clock.now(), this.#options.policy()));
    this.emit('progress.changed', this.#progress(enrollment));
  }

  /** Starts over without any captures. */
  restart(enrollmentId: string, by: string): void {
    const enrollment = this.#commanded(enrollmentId, by, ['capturing', 'timed-out', 'complete']);
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
   * @throws MusterError `wrong-state` if poses are missing, if the capture may be of a picture, or if the enrollment has ended; `duplicate-face` with the `details`
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
      if (isFlat(before, policy)) {
        this.#tellFlat(enrollment);
        throw flatFace();
      }
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
    const { templates: store, contract, former, invitations } = this.#options;
    await this.#candidate(personId);
    const templates = buildTemplates(samples);
    const probes = [{ contract, templates }];
    if (former) probes.push({ contract: former, templates: buildFormerTemplates(samples) });
    const lookAlikes = await this.#lookAlikes(personId, probes);
    const [likeliest] = lookAlikes;
    const bins = templates.map(({ bin }) => bin).filter((bin) => bin !== 'aggregate');
    const saved = { personId, templates: templates.length, bins };
    if ('invitationId' in by) {
      const capture = { personId, contract, templates, duplicate: likeliest?.match ?? null };
      // Nobody learns through a link whom their face resembles.
      return { ...saved, state: await invitations.take(by.invitationId, capture), lookAlikes: [] };
    }
    if (likeliest && !override) throw duplicateFace(likeliest.other, likeliest.match.similarity);
    await store.replace(personId, {
      contract,
      templates,
      by,
      ...(likeliest && override && { override }),
      ...(frontOnly && { frontOnly }),
      lookAlikes: lookAlikes.map(({ match }) => match),
    });
    return {
      ...saved,
      state: 'enrolled',
      lookAlikes: lookAlikes.map(({ other: { id, displayName } }) => ({ id, displayName })),
    };
  }

  /**
   * Looks for other people with the face of a capture that waits, and calls `use` with them, the likeliest first. Until it is done,
   * nothing else is saved: of two captures of the same face, the later one must find the earlier one in the gallery.
   */
  compare<T>(
    personId: string,
    templates: readonly NewTemplate[],
    use: (duplicates: readonly Match[]) => Promise<T>,
  ): Promise<T> {
    const { contract } = this.#options;
    return this.#saves.run(async () =>
      use((await this.#lookAlikes(personId, [{ contract, templates }])).map(({ match }) => match)),
    );
  }

  /** Other people whom the face seems to be, the likeliest first. */
  async #lookAlikes(personId: string, probes: readonly Probe[]) {
    const { search, people } = this.#options;
    const policy = this.#options.policy();
    const found: { match: Match; other: EnrollmentCandidate }[] = [];
    const matches = await findDuplicates(personId, probes, search, policy.duplicateThreshold);
    for (const match of matches.slice(0, MOST_LOOK_ALIKES)) {
      const other = await people.get(match.personId);
      // Otherwise the person was deleted during the search.
      if (other) found.push({ match, other });
    }
    return found;
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
    if (state === 'capturing' && isGivenUp && isFlat(enrollment.session, this.#options.policy())) {
      this.#tellFlat(enrollment);
    }
    const moved = session.deadline !== enrollment.session.deadline;
    enrollment.session = session;
    if (session.state === state && !moved) return;
    this.#wind(enrollment);
    if (session.state !== state) this.emit('state.changed', enrollment.id, session.state);
  }

  #tellFlat(enrollment: Enrollment): void {
    if (enrollment.toldFlat) return;
    enrollment.toldFlat = true;
    const { id: enrollmentId, personId, by } = enrollment;
    this.#log.warn(
      { event: 'enrollment.flat', enrollmentId, personId, by: enrollerId(by) },
      'an enrollment may have been of a picture',
    );
    this.emit('capture.flat', personId, by);
  }

  #end(enrollment: Enrollment, state: 'saved' | 'canceled'): void {
    // Nothing of what was captured is kept.
    const { deadline } = enrollment.session;
    const session = { ...openSession(this.#clock.now(), this.#options.policy()), state, deadline };
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
