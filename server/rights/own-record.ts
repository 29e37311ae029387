/** What a person sees first of themselves, with an account of their own. */
import { Person } from '../db/entities/person.ts';
import type { Database } from '../db/database.ts';
import type { PassService } from '../passes/pass-service.ts';
import type { PeopleService } from '../people/people-service.ts';
import { MusterError } from '../protocol/error.ts';
import type { OwnRecordView } from '../protocol/own.ts';
import { siteOf } from '../sites/site-service.ts';
import { workDateAt } from '../worktime/calendar.ts';

export interface OwnRecordOptions {
  database: Database;
  people: Pick<PeopleService, 'get'>;
  passes: Pick<PassService, 'view'>;
  /** Epoch ms; replaced in tests. */
  now?: (() => number) | undefined;
}

export class OwnRecord {
  readonly #options: OwnRecordOptions;
  readonly #now: () => number;

  constructor(options: OwnRecordOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Throws MusterError `not-found` for a person who was erased. */
  async view(personId: string): Promise<OwnRecordView> {
    const { database, people, passes } = this.#options;
    const person = await people.get(personId);
    if (!person) throw new MusterError('not-found', 'There is no such person.');
    const em = database.fork();
    const site = await siteOf(em, person.siteId);
    const { pin, badge } = await passes.view(personId);
    const { id, number, displayName, department, consent, enrollment, reenroll } = person;
    return {
      id,
      number,
      displayName,
      department,
      site: site.name,
      timeZone: site.timeZone,
      turnsAt: site.turnsAt,
      today: workDateAt(this.#now(), site),
      consent: consent === null ? 'none' : consent.current ? 'current' : 'older',
      // Also templates that must be made again.
      face: enrollment !== null || reenroll !== null,
      pin: pin !== null,
      badge: badge !== null,
    };
  }

  /** The site at which a person adds a punch. Throws MusterError `not-found`. */
  async numberAndSite(personId: string): Promise<{ number: string; siteId: string }> {
    const em = this.#options.database.fork();
    const person = await em.findOne(Person, { id: personId, erasedAt: null });
    if (!person) throw new MusterError('not-found', 'There is no such person.');
    const { id: siteId } = await siteOf(em, person.siteId);
    return { number: person.number ?? '', siteId };
  }
}
