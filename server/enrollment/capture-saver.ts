/** Saves captures, one after the other: of two captures of the same face, the later one must find the earlier one in the gallery. */
import { SerialQueue } from '../async/serial.ts';
import type { Match, ModelContract } from '../protocol/analyzer.ts';
import type { Replies } from '../protocol/signaling.ts';
import type { EnrollmentCandidate } from './candidate.ts';
import { findDuplicates, type Probe, type Search } from './duplicate-check.ts';
import type { Enroller } from './enroller.ts';
import type { EnrollmentPorts } from './enrollment-ports.ts';
import type { EnrollmentSession } from './enrollment-session.ts';
import { type EnrollmentPolicy, MOST_LOOK_ALIKES } from './policy.ts';
import { duplicateFace, noConsent, noPerson } from './refusals.ts';
import { buildFormerTemplates, buildTemplates, type NewTemplate } from './template.ts';

export interface CaptureSaverOptions extends EnrollmentPorts {
  /** Finds the best matches for the mean direction of the embeddings, one per person, most similar first. */
  search: Search;
  contract: ModelContract;
  /** The contract of the former model pack while it is still running: duplicates are searched among its people too. */
  former?: ModelContract | null;
  /** In force at the moment: an owner may change it. */
  policy: () => EnrollmentPolicy;
}

/** Why a capture is saved that would be refused otherwise. */
export interface SaveExceptions {
  /** The face seems to be enrolled for another person. */
  override?: { reason: string };
  /** The front alone is enough. */
  frontOnly?: { reason: string };
}

export class CaptureSaver {
  readonly #options: CaptureSaverOptions;
  readonly #saves = new SerialQueue();

  constructor(options: CaptureSaverOptions) {
    this.#options = options;
  }

  /**
   * The person, as somebody who may be captured.
   *
   * @throws MusterError `not-found`; `wrong-state` without consent to the current text
   */
  async candidate(personId: string): Promise<EnrollmentCandidate> {
    const person = await this.#options.people.get(personId);
    if (!person) throw noPerson();
    if (!person.consentCurrent) throw noConsent(person.displayName);
    return person;
  }

  /**
   * Stores the templates; for an invited person, hands them over to HR.
   *
   * @throws MusterError what `candidate` throws; `duplicate-face`, not for an invited person; and whatever the database and the
   *   analyzer throw
   */
  save(
    { personId, by }: { personId: string; by: Enroller },
    { samples }: Pick<EnrollmentSession, 'samples'>,
    exceptions: SaveExceptions,
  ): Promise<Replies['enrollment.save']> {
    return this.#saves.run(() => this.#store({ personId, by }, { samples }, exceptions));
  }

  /**
   * Looks for other people with the face of a capture that waits, and calls `use` with them, the likeliest first. Until it is done,
   * nothing else is saved.
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

  /** Resolves when nothing is being saved. */
  idle(): Promise<void> {
    return this.#saves.idle();
  }

  async #store(
    { personId, by }: { personId: string; by: Enroller },
    { samples }: Pick<EnrollmentSession, 'samples'>,
    { override, frontOnly }: SaveExceptions,
  ): Promise<Replies['enrollment.save']> {
    const { templates: store, contract, former, invitations } = this.#options;
    await this.candidate(personId);
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
}
