/** The enrollments under way: who captures whom, until when, and what becomes of it. */
import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import { SerialQueue } from '../async/serial.ts';
import type { Capture, ModelContract } from '../protocol/analyzer.ts';
import { MusterError } from '../protocol/error.ts';
import type { EnrollmentProgress, EnrollmentState } from '../protocol/results.ts';
import type { Replies } from '../protocol/signaling.ts';
import { systemClock, type Clock } from './clock.ts';
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
    /** In the place of all the person had, in one transaction. */
    replace(
      personId: string,
      set: {
        contract: ModelContract;
        templates: NewTemplate[];
        by: { accountId: string; name: string };
        /** Why a likely duplicate was accepted; only where there was one. */
        override?: { reason: string };
      },
    ): Promise<unknown>;
  };
  /** Best matches for the mean direction of the embeddings, one per person, most similar first. */
  search: Search;
  contract: ModelContract;
  /** Of the model pack being left, where it still runs: duplicates are looked for among its people too. */
  former?: ModelContract | null;
  policy: EnrollmentPolicy;
  log: Logger;
  /** Only tests pass one. */
  clock?: Clock;
}

export interface EnrollmentCandidate {
  id: string;
  displayName: string;
  /** Consent to the current text is recorded. */
  consentCurrent: boolean;
}

/** `progress`: what changed other than by a capture (`accept` returns that itself). */
type Events = {
  state: [enrollmentId: string, state: EnrollmentState];
  progress: [progress: EnrollmentProgress];
};

/**
 * Enrollments at the same time, of all accounts. Each holds at most 27 captures and is fed by a camera of its
 * own that embeds every frame: so many keep an analyzer busy.
 */
export const MAX_LIVE = 16;
/** An enrollment that nobody commands any more is canceled after this long, captured faces and all, ms. */
export const MAX_IDLE = 10 * 60_000;
/** How long an ended enrollment is remembered, without its faces, so that a late command gets the right answer, ms. */
const REMEMBERED = 60_000;
const PREFIX = 'enroll-';

interface Enrollment {
  id: string;
  personId: string;
  by: { accountId: string; name: string };
  session: EnrollmentSession;
  /** Epoch ms of the last command of its account. */
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
   * Begins a capture; the account's earlier one, if any, is canceled. Throws MusterError `not-found`,
   * `wrong-state` without a current consent, `conflict` while another account captures the same person,
   * `rate-limited` above MAX_LIVE.
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
        'Somebody else is capturing this person at this moment: wait until they are done.',
      );
    }
    if (live.length >= MAX_LIVE) {
      throw new MusterError(
        'rate-limited',
        `${MAX_LIVE} people are being enrolled at this moment: try again when one is done.`,
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
    this.#log.info({ enrollmentId: enrollment.id, personId, accountId: by.accountId }, 'enrollment started');
    this.#wind(enrollment);
    this.emit('state', enrollment.id, 'capturing');
    return { enrollmentId: enrollment.id, timeout: policy.timeout, requiredBins: policy.requiredBins };
  }

  /**
   * One frame of an enrollment's camera, judged. Returns what to show now, or null where no enrollment is live
   * for that camera. Frames of one that is not capturing change nothing.
   */
  accept(capture: Capture): EnrollmentProgress | null {
    if (!capture.cameraId.startsWith(PREFIX)) return null;
    const enrollment = this.#enrollments.get(capture.cameraId.slice(PREFIX.length));
    if (!enrollment || isOver(enrollment.session.state)) return null;
    // The service's own time, so that a frame from an analyzer with another clock does not move the deadline.
    const frame = { ...capture, at: this.#clock.now() };
    this.#become(enrollment, acceptCapture(enrollment.session, frame, this.#options.policy));
    return this.#progress(enrollment);
  }

  /** On with what was captured, with the whole time again. */
  continue(enrollmentId: string, accountId: string): void {
    const enrollment = this.#commanded(enrollmentId, accountId, ['capturing', 'timed-out']);
    this.#become(enrollment, continueSession(enrollment.session, this.#clock.now(), this.#options.policy));
    this.emit('progress', this.#progress(enrollment));
  }

  /** From the beginning. */
  restart(enrollmentId: string, accountId: string): void {
    const enrollment = this.#commanded(enrollmentId, accountId, ['capturing', 'timed-out', 'complete']);
    this.#become(enrollment, restartSession(enrollment.session, this.#clock.now(), this.#options.policy));
    this.emit('progress', this.#progress(enrollment));
  }

  /** Forgets the captured faces. An enrollment that was canceled already stays so. */
  cancel(enrollmentId: string, accountId: string): void {
    const enrollment = this.#own(enrollmentId, accountId);
    if (enrollment.session.state === 'canceled') return;
    this.#commanded(enrollmentId, accountId, ['capturing', 'timed-out', 'complete']);
    this.#end(enrollment, 'canceled');
  }

  /** Somebody who was erased, or agrees no longer: what was captured of them is forgotten at once. */
  forget(personId: string): void {
    for (const enrollment of this.#live()) {
      if (enrollment.personId === personId && enrollment.session.state !== 'saving') {
        this.#end(enrollment, 'canceled');
      }
    }
  }

  /** The camera this enrollment is captured with. Throws MusterError where it is over. */
  cameraOf(enrollmentId: string, accountId: string): string {
    this.#commanded(enrollmentId, accountId, ['capturing', 'timed-out', 'complete']);
    return `${PREFIX}${enrollmentId}`;
  }

  /**
   * Stores the templates. Throws MusterError `wrong-state` where bins are missing or it is over,
   * `duplicate-face` with `details` { personId, displayName, similarity } where the face seems enrolled under
   * another name and no `override` says why that is right, and what the database and the analyzer throw.
   * After any of these the capture is as it was.
   */
  async save(
    enrollmentId: string,
    accountId: string,
    override?: { reason: string },
  ): Promise<Replies['enrollment.save']> {
    const enrollment = this.#commanded(enrollmentId, accountId, ['capturing', 'timed-out', 'complete']);
    const before = enrollment.session;
    if (!isAcceptable(before, this.#options.policy)) {
      const missing = missingBins(before, this.#options.policy);
      const { requiredBins } = this.#options.policy;
      throw new MusterError(
        'wrong-state',
        `More angles are needed before this can be saved: the front and ${requiredBins} others.`,
        { details: { missing } },
      );
    }
    this.#become(enrollment, { ...before, state: 'saving', face: undefined });
    // One after another: of two captures of one face, the later must find the earlier in the gallery.
    try {
      const reply = await this.#saves.run(() => this.#store(enrollment, before, override));
      this.#log.info({ enrollmentId, personId: enrollment.personId, accountId }, 'enrollment saved');
      this.#end(enrollment, 'saved');
      return reply;
    } catch (error) {
      this.#become(enrollment, expire(before, this.#clock.now()));
      this.emit('progress', this.#progress(enrollment));
      throw error;
    }
  }

  /** Waits for saves under way, and cancels the rest. */
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
    override: { reason: string } | undefined,
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
      // Deleted while we searched.
      if (!other) continue;
      if (!override) throw duplicateFace(other, duplicate.similarity);
      accepted = override;
      break;
    }
    await store.replace(personId, { contract, templates, by, ...(accepted && { override: accepted }) });
    const bins = templates.map(({ bin }) => bin).filter((bin) => bin !== 'aggregate');
    return { personId, templates: templates.length, bins };
  }

  async #candidate(personId: string): Promise<EnrollmentCandidate> {
    const person = await this.#options.people.get(personId);
    if (!person) throw new MusterError('not-found', 'There is no such person: reload the list of people.');
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
    if (!enrollment) throw new MusterError('not-found', 'This capture is over: start a new one.');
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
    if (session.state !== state) this.emit('state', enrollment.id, session.state);
  }

  #end(enrollment: Enrollment, state: 'saved' | 'canceled'): void {
    // Of what was captured nothing stays.
    const { deadline } = enrollment.session;
    const session = { ...openSession(this.#clock.now(), this.#options.policy), state, deadline };
    enrollment.commandedAt = this.#clock.now();
    this.#become(enrollment, session);
    if (state === 'canceled') {
      this.#log.info({ enrollmentId: enrollment.id, personId: enrollment.personId }, 'enrollment canceled');
    }
  }

  /** One timer for each enrollment: for whatever happens to it next by itself. */
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
      // A timer that went off early.
      this.#wind(enrollment);
      return;
    }
    this.#become(enrollment, session);
    this.emit('progress', this.#progress(enrollment));
  }

  #progress({ id, session }: Enrollment): EnrollmentProgress {
    return progressOf(id, session, this.#clock.now(), this.#options.policy);
  }
}

function isOver(state: EnrollmentState): boolean {
  return state === 'saved' || state === 'canceled';
}

function busySaving(): MusterError {
  return new MusterError('wrong-state', 'This capture is being saved at this moment: wait for the outcome.');
}

function over(state: EnrollmentState): MusterError {
  const why: Partial<Record<EnrollmentState, string>> = {
    saved: 'This capture is saved already: start a new one to capture the person again.',
    canceled: 'This capture was canceled: start a new one.',
    complete: 'This capture is complete: save it, or start over.',
  };
  return new MusterError('wrong-state', why[state] ?? `A capture that is ${state} cannot do this.`);
}

function duplicateFace(other: EnrollmentCandidate, similarity: number): MusterError {
  return new MusterError(
    'duplicate-face',
    `This face looks like ${other.displayName}, who is enrolled already. Check who stands before the camera; if both are right, save with a reason.`,
    { details: { personId: other.id, displayName: other.displayName, similarity } },
  );
}
