/**
 * Sightings of one of two look-alikes, until the person has said which: the station asks for the employee number. In memory
 * only, because nothing is booked before the answer, and the next picture asks again.
 */
import { randomUUID } from 'node:crypto';
import type { PairSighting, PairSightingPerson } from '../protocol/analyzer.ts';
import { MusterError } from '../protocol/error.ts';
import { LOOK_ALIKE_LIMITS } from '../protocol/limits.ts';
import { MINUTE } from '../time/durations.ts';

/** A face that was not seen for this long does not come back on the same track, ms: nothing of it is kept. */
const FORGET = 10 * MINUTE;

interface Question {
  ask: string;
  sighting: PairSighting;
  /** When the face was last in a picture, monotonic ms. */
  seenAt: number;
  /** Wrong numbers, and numbers that are being checked. */
  tries: number;
  decided: string | null;
}

/** What a browser may know of a face that is one of two. */
export type QuestionState = { ask: string } | { personId: string } | null;

export class LookAlikeQuestions {
  /** By the id of the sighting. The one that was seen last comes last. */
  readonly #questions = new Map<string, Question>();
  readonly #now: () => number;

  /** @param options.now monotonic ms; replaced in tests */
  constructor({ now = () => performance.now() }: { now?: () => number } = {}) {
    this.#now = now;
  }

  /** The same sighting again, before it is decided, continues its question: somebody may just be typing the number. */
  add(sighting: PairSighting): void {
    const known = this.#questions.get(sighting.id);
    const seenAt = this.#now();
    this.#questions.delete(sighting.id);
    this.#questions.set(
      sighting.id,
      known?.decided === null
        ? { ...known, sighting, seenAt }
        : { ask: randomUUID(), sighting, seenAt, tries: 0, decided: null },
    );
    for (const [id, question] of this.#questions) {
      const over = seenAt - question.seenAt > FORGET || this.#questions.size > LOOK_ALIKE_LIMITS.questions;
      if (!over) break;
      this.#questions.delete(id);
    }
  }

  /** The face of this sighting is in a picture. Returns what to show of it; null: nothing is asked. */
  seen(sightingId: string): QuestionState {
    const question = this.#questions.get(sightingId);
    if (!question) return null;
    question.seenAt = this.#now();
    this.#questions.delete(sightingId);
    this.#questions.set(sightingId, question);
    const { ask, decided, tries } = question;
    if (decided !== null) return { personId: decided };
    return tries < LOOK_ALIKE_LIMITS.wrongNumbers ? { ask } : null;
  }

  /**
   * Counts a try as a wrong one before the result is known, so that many tries at once all count.
   *
   * @throws MusterError `wrong-state` where the station has no such question, the face has been gone for too long, or too many
   *   numbers were wrong
   */
  begin(stationId: string, ask: string): void {
    const question = this.#of(stationId, ask);
    if (
      !question ||
      this.#now() - question.seenAt > LOOK_ALIKE_LIMITS.answerTime ||
      question.tries >= LOOK_ALIKE_LIMITS.wrongNumbers
    ) {
      throw new MusterError('wrong-state', 'This question is over: look at the camera again.');
    }
    question.tries += 1;
  }

  /** The try was not a wrong one. */
  giveBack(stationId: string, ask: string): void {
    const question = this.#of(stationId, ask);
    if (question) question.tries -= 1;
  }

  /** Returns the sighting with what it says of this person; null where it is not about the person, or was decided otherwise. */
  decide(
    stationId: string,
    ask: string,
    personId: string,
  ): { sighting: PairSighting; person: PairSightingPerson } | null {
    const question = this.#of(stationId, ask);
    // Both are compared, whichever it is.
    const people = question?.sighting.people.map((one) => ({ one, isMeant: one.personId === personId }));
    const person = people?.find(({ isMeant }) => isMeant)?.one;
    if (!question || !person) return null;
    if (question.decided !== null && question.decided !== personId) return null;
    question.decided = personId;
    return { sighting: question.sighting, person };
  }

  /** Of a person whose face has to be forgotten. It must not throw. */
  forget(personId: string): void {
    for (const [id, { sighting }] of this.#questions) {
      if (sighting.people.some((one) => one.personId === personId)) this.#questions.delete(id);
    }
  }

  #of(stationId: string, ask: string): Question | undefined {
    return [...this.#questions.values()].find(
      (question) => question.ask === ask && question.sighting.cameraId === stationId,
    );
  }
}
