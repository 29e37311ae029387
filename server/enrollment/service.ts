/** The enrolments under way: who captures whom, until when, and what becomes of it. */
import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import type { Capture, ModelContract } from '../protocol/analyzer.ts';
import { MusterError } from '../protocol/error.ts';
import type { EnrolmentProgress, EnrolmentState } from '../protocol/results.ts';
import type { Replies } from '../protocol/signaling.ts';
import { systemClock, type Clock } from './clock.ts';
import { findDuplicates, type Search } from './duplicate-check.ts';
import type { EnrolmentPolicy } from './policy.ts';
import {
  acceptCapture,
  continueSession,
  expire,
  isAcceptable,
  missingBins,
  openSession,
  progressOf,
  restartSession,
  type EnrolmentSession,
} from './session.ts';
import { buildFormerTemplates, buildTemplates, type NewTemplate } from './template.ts';

export interface EnrolmentServiceOptions {
  people: { get(personId: string): Promise<EnrolmentCandidate | null> };
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
  policy: EnrolmentPolicy;
  log: Logger;
  /** Only tests pass one. */
  clock?: Clock;
}

export interface EnrolmentCandidate {
  id: string;
  displayName: string;
  /** Consent to the current text is recorded. */
  consentCurrent: boolean;
}

/** `progress`: what changed other than by a capture (`accept` returns that itself). */
type Events = {
  state: [enrolmentId: string, state: EnrolmentState];
  progress: [progress: EnrolmentProgress];
};

/**
 * Enrolments at the same time, of all accounts. Each holds at most 27 captures and is fed by a camera of its
 * own that embeds every frame: so many keep an analyzer busy.
 */
export const MAX_LIVE = 16;
/** An enrolment that nobody commands any more is cancelled after this long, captured faces and all, ms. */
export const MAX_IDLE = 10 * 60_000;
/** How long an ended enrolment is remembered, without its faces, so that a late command gets the right answer, ms. */
const REMEMBERED = 60_000;
const PREFIX = 'enrol-';

interface Enrolment {
  id: string;
  personId: string;
  by: { accountId: string; name: string };
  session: EnrolmentSession;
  /** Epoch ms of the last command of its account. */
  commandedAt: number;
  stopTimer: () => void;
}

export class EnrolmentService extends EventEmitter<Events> {
  readonly #options: EnrolmentServiceOptions;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #enrolments = new Map<string, Enrolment>();
  readonly #saves = new Set<Promise<unknown>>();
  /** The last save in line, never rejected. */
  #storing: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(options: EnrolmentServiceOptions) {
    super();
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log.child({ part: 'enrolment' });
  }

  /**
   * Begins a capture; the account's earlier one, if any, is cancelled. Throws MusterError `not-found`,
   * `wrong-state` without a current consent, `conflict` while another account captures the same person,
   * `rate-limited` above MAX_LIVE.
   */
  async start(
    personId: string,
    by: { accountId: string; name: string },
  ): Promise<Replies['enrolment.start']> {
    await this.#candidate(personId);
    if (this.#closed) throw new MusterError('wrong-state', 'The server is stopping; try again in a moment.');
    for (const other of this.#live()) {
      if (other.by.accountId === by.accountId) {
        if (other.session.state === 'saving') throw busySaving();
        this.#end(other, 'cancelled');
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
    const enrolment: Enrolment = {
      id: randomUUID(),
      personId,
      by: { accountId: by.accountId, name: by.name },
      session: openSession(now, policy),
      commandedAt: now,
      stopTimer: () => {},
    };
    this.#enrolments.set(enrolment.id, enrolment);
    this.#log.info({ enrolmentId: enrolment.id, personId, accountId: by.accountId }, 'enrolment started');
    this.#wind(enrolment);
    this.emit('state', enrolment.id, 'capturing');
    return { enrolmentId: enrolment.id, timeout: policy.timeout, requiredBins: policy.requiredBins };
  }

  /**
   * One frame of an enrolment's camera, judged. Returns what to show now, or null where no enrolment is live
   * for that camera. Frames of one that is not capturing change nothing.
   */
  accept(capture: Capture): EnrolmentProgress | null {
    if (!capture.cameraId.startsWith(PREFIX)) return null;
    const enrolment = this.#enrolments.get(capture.cameraId.slice(PREFIX.length));
    if (!enrolment || isOver(enrolment.session.state)) return null;
    // The service's own time, so that a frame from an analyzer with another clock does not move the deadline.
    const frame = { ...capture, at: this.#clock.now() };
    this.#become(enrolment, acceptCapture(enrolment.session, frame, this.#options.policy));
    return this.#progress(enrolment);
  }

  /** On with what was captured, with the whole time again. */
  continue(enrolmentId: string, accountId: string): void {
    const enrolment = this.#commanded(enrolmentId, accountId, ['capturing', 'timed-out']);
    this.#become(enrolment, continueSession(enrolment.session, this.#clock.now(), this.#options.policy));
    this.emit('progress', this.#progress(enrolment));
  }

  /** From the beginning. */
  restart(enrolmentId: string, accountId: string): void {
    const enrolment = this.#commanded(enrolmentId, accountId, ['capturing', 'timed-out', 'complete']);
    this.#become(enrolment, restartSession(enrolment.session, this.#clock.now(), this.#options.policy));
    this.emit('progress', this.#progress(enrolment));
  }

  /** Forgets the captured faces. An enrolment that was cancelled already stays so. */
  cancel(enrolmentId: string, accountId: string): void {
    const enrolment = this.#own(enrolmentId, accountId);
    if (enrolment.session.state === 'cancelled') return;
    this.#commanded(enrolmentId, accountId, ['capturing', 'timed-out', 'complete']);
    this.#end(enrolment, 'cancelled');
  }

  /** Somebody who was erased, or agrees no longer: what was captured of them is forgotten at once. */
  forget(personId: string): void {
    for (const enrolment of this.#live()) {
      if (enrolment.personId === personId && enrolment.session.state !== 'saving') {
        this.#end(enrolment, 'cancelled');
      }
    }
  }

  /** The camera this enrolment is captured with. Throws MusterError where it is over. */
  cameraOf(enrolmentId: string, accountId: string): string {
    this.#commanded(enrolmentId, accountId, ['capturing', 'timed-out', 'complete']);
    return `${PREFIX}${enrolmentId}`;
  }

  /**
   * Stores the templates. Throws MusterError `wrong-state` where bins are missing or it is over,
   * `duplicate-face` with `details` { personId, displayName, similarity } where the face seems enrolled under
   * another name and no `override` says why that is right, and what the database and the analyzer throw.
   * After any of these the capture is as it was.
   */
  async save(
    enrolmentId: string,
    accountId: string,
    override?: { reason: string },
  ): Promise<Replies['enrolment.save']> {
    const enrolment = this.#commanded(enrolmentId, accountId, ['capturing', 'timed-out', 'complete']);
    const before = enrolment.session;
    if (!isAcceptable(before, this.#options.policy)) {
      const missing = missingBins(before, this.#options.policy);
      const { requiredBins } = this.#options.policy;
      throw new MusterError(
        'wrong-state',
        `More angles are needed before this can be saved: the front and ${requiredBins} others.`,
        { details: { missing } },
      );
    }
    this.#become(enrolment, { ...before, state: 'saving', face: undefined });
    // One after another: of two captures of one face, the later must find the earlier in the gallery.
    const saving = this.#storing.then(() => this.#store(enrolment, before, override));
    this.#storing = saving.catch(() => {});
    this.#saves.add(saving);
    try {
      const reply = await saving;
      this.#log.info({ enrolmentId, personId: enrolment.personId, accountId }, 'enrolment saved');
      this.#end(enrolment, 'saved');
      return reply;
    } catch (error) {
      this.#become(enrolment, expire(before, this.#clock.now()));
      this.emit('progress', this.#progress(enrolment));
      throw error;
    } finally {
      this.#saves.delete(saving);
    }
  }

  /** Waits for saves under way, and cancels the rest. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#saves);
    for (const enrolment of this.#live()) this.#end(enrolment, 'cancelled');
    for (const { stopTimer } of this.#enrolments.values()) stopTimer();
    this.#enrolments.clear();
  }

  async #store(
    { personId, by }: Enrolment,
    { samples }: EnrolmentSession,
    override: { reason: string } | undefined,
  ): Promise<Replies['enrolment.save']> {
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

  async #candidate(personId: string): Promise<EnrolmentCandidate> {
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

  #own(enrolmentId: string, accountId: string): Enrolment {
    const enrolment = this.#enrolments.get(enrolmentId);
    if (!enrolment) throw new MusterError('not-found', 'This capture is over: start a new one.');
    if (enrolment.by.accountId !== accountId) {
      throw new MusterError('forbidden', 'This capture belongs to another account.');
    }
    return enrolment;
  }

  #commanded(enrolmentId: string, accountId: string, allowed: readonly EnrolmentState[]): Enrolment {
    const enrolment = this.#own(enrolmentId, accountId);
    this.#become(enrolment, expire(enrolment.session, this.#clock.now()));
    const { state } = enrolment.session;
    if (!allowed.includes(state)) throw state === 'saving' ? busySaving() : over(state);
    enrolment.commandedAt = this.#clock.now();
    this.#wind(enrolment);
    return enrolment;
  }

  #live(): Enrolment[] {
    return [...this.#enrolments.values()].filter(({ session }) => !isOver(session.state));
  }

  #become(enrolment: Enrolment, session: EnrolmentSession): void {
    const { state } = enrolment.session;
    const moved = session.deadline !== enrolment.session.deadline;
    enrolment.session = session;
    if (session.state === state && !moved) return;
    this.#wind(enrolment);
    if (session.state !== state) this.emit('state', enrolment.id, session.state);
  }

  #end(enrolment: Enrolment, state: 'saved' | 'cancelled'): void {
    // Of what was captured nothing stays.
    const { deadline } = enrolment.session;
    const session = { ...openSession(this.#clock.now(), this.#options.policy), state, deadline };
    enrolment.commandedAt = this.#clock.now();
    this.#become(enrolment, session);
    if (state === 'cancelled') {
      this.#log.info({ enrolmentId: enrolment.id, personId: enrolment.personId }, 'enrolment cancelled');
    }
  }

  /** One timer for each enrolment: for whatever happens to it next by itself. */
  #wind(enrolment: Enrolment): void {
    enrolment.stopTimer();
    enrolment.stopTimer = () => {};
    const { state, deadline } = enrolment.session;
    if (state === 'saving' || (this.#closed && isOver(state))) return;
    const idle = enrolment.commandedAt + (isOver(state) ? REMEMBERED : MAX_IDLE);
    const next = state === 'capturing' ? Math.min(deadline, idle) : idle;
    const wait = Math.max(0, next - this.#clock.now());
    enrolment.stopTimer = this.#clock.after(wait, () => this.#due(enrolment));
  }

  #due(enrolment: Enrolment): void {
    const now = this.#clock.now();
    const { state } = enrolment.session;
    if (isOver(state)) {
      if (now >= enrolment.commandedAt + REMEMBERED) this.#enrolments.delete(enrolment.id);
      else this.#wind(enrolment);
      return;
    }
    if (now >= enrolment.commandedAt + MAX_IDLE) {
      this.#end(enrolment, 'cancelled');
      return;
    }
    const session = expire(enrolment.session, now);
    if (session === enrolment.session) {
      // A timer that went off early.
      this.#wind(enrolment);
      return;
    }
    this.#become(enrolment, session);
    this.emit('progress', this.#progress(enrolment));
  }

  #progress({ id, session }: Enrolment): EnrolmentProgress {
    return progressOf(id, session, this.#clock.now(), this.#options.policy);
  }
}

function isOver(state: EnrolmentState): boolean {
  return state === 'saved' || state === 'cancelled';
}

function busySaving(): MusterError {
  return new MusterError('wrong-state', 'This capture is being saved at this moment: wait for the outcome.');
}

function over(state: EnrolmentState): MusterError {
  const why: Partial<Record<EnrolmentState, string>> = {
    saved: 'This capture is saved already: start a new one to capture the person again.',
    cancelled: 'This capture was cancelled: start a new one.',
    complete: 'This capture is complete: save it, or start over.',
  };
  return new MusterError('wrong-state', why[state] ?? `A capture that is ${state} cannot do this.`);
}

function duplicateFace(other: EnrolmentCandidate, similarity: number): MusterError {
  return new MusterError(
    'duplicate-face',
    `This face looks like ${other.displayName}, who is enrolled already. Check who stands before the camera; if both are right, save with a reason.`,
    { details: { personId: other.id, displayName: other.displayName, similarity } },
  );
}
