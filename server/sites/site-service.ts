/** Sites: their rules, and which of them is the default. */
import { EventEmitter } from 'node:events';
import { LockMode, UniqueConstraintViolationException } from '@mikro-orm/core';
import type { Logger } from 'pino';
import { audit } from '../audit/audit.ts';
import { difference } from '../audit/difference.ts';
import { lockByName } from '../db/advisory-lock.ts';
import type { Database, Em } from '../db/database.ts';
import { Site } from '../db/entities/site.ts';
import { type Expected, recordVersion, requireVersion } from '../db/record-version.ts';
import { MusterError } from '../protocol/error.ts';
import type { NewSite, SiteChange, SiteRecord, SiteView } from '../protocol/sites.ts';
import { knowsPlace } from './public-holidays.ts';
import { DEFAULT_LONGEST_STAY } from '../worktime/policy.ts';
import { NO_BREAKS } from '../worktime/breaks.ts';

export interface SiteServiceOptions {
  database: Database;
  log: Logger;
  /** Of the first site of a new installation: `config.attendance`. */
  defaults: { timeZone: string; dayTurnsAt: number };
}

interface SiteEvents {
  /** After the commit. */
  'site.changed': [{ siteId: string }];
}

export class SiteService extends EventEmitter<SiteEvents> {
  readonly #database: Database;
  readonly #log: Logger;

  /** Adds the first site where there is none yet. */
  static async open({ database, log, defaults }: SiteServiceOptions): Promise<SiteService> {
    await database.transaction(async (em) => {
      await lockByName(em, 'muster/first-site');
      if ((await em.count(Site)) > 0) return;
      em.create(Site, {
        name: cityOf(defaults.timeZone),
        timeZone: defaults.timeZone,
        reading: 'first-and-last',
        turnsAt: defaults.dayTurnsAt,
        longestStay: DEFAULT_LONGEST_STAY,
        breaks: { ...NO_BREAKS, steps: [] },
        approval: 'others',
        nameOrder: 'given-first',
        viewing: true,
        country: null,
        region: null,
      });
    });
    return new SiteService(database, log);
  }

  private constructor(database: Database, log: Logger) {
    super();
    this.#database = database;
    this.#log = log.child({ part: 'sites' });
  }

  async list(): Promise<SiteView[]> {
    const sites = await allSites(this.#database.fork());
    return sites.map((site) => viewOf(site, sites[0]!));
  }

  /** Null where there is none. */
  async get(id: string): Promise<SiteView | null> {
    return (await this.list()).find((site) => site.id === id) ?? null;
  }

  /** Throws MusterError `conflict` where another site has the name, `validation-failed` for a place that nobody knows. */
  async create(input: NewSite): Promise<SiteView> {
    return unique(async () => {
      const view = await this.#database.transaction(async (em) => {
        const first = await defaultSite(em);
        const site = em.create(Site, { ...recordOf(first), country: null, region: null, ...given(input) });
        requirePlace(site);
        await em.flush();
        await audit(em, {
          act: 'site.created',
          object: { kind: 'site', id: site.id },
          after: recordOf(site),
        });
        return viewOf(site, first);
      });
      this.#log.info({ event: 'site.created', siteId: view.id }, 'site created');
      return view;
    });
  }

  /** Throws MusterError `not-found`, `conflict`, `precondition-failed`, `validation-failed`. */
  async update(id: string, change: SiteChange, expected?: Expected): Promise<SiteView> {
    return unique(async () => {
      const view = await this.#database.transaction(async (em) => {
        const site = await em.findOne(Site, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
        if (!site) throw new MusterError('not-found', 'There is no such site.');
        await requireVersion(em, {
          version: versionOf(site),
          expected,
          edited: { kind: 'site', id, acts: ['site.changed'] },
        });
        const before = recordOf(site);
        Object.assign(site, given(change));
        requirePlace(site);
        await em.flush();
        await audit(em, {
          act: 'site.changed',
          object: { kind: 'site', id },
          ...difference({ ...before }, { ...recordOf(site) }),
        });
        return viewOf(site, await defaultSite(em));
      });
      this.#log.info({ event: 'site.changed', siteId: id }, 'site changed');
      this.emit('site.changed', { siteId: id });
      return view;
    });
  }
}

/** Oldest first: the first is the default site. */
export function allSites(em: Em): Promise<Site[]> {
  return em.find(Site, {}, { orderBy: { createdAt: 'asc', id: 'asc' } });
}

async function defaultSite(em: Em): Promise<Site> {
  return (await allSites(em))[0]!;
}

/** Throws MusterError `validation-failed` for the id of no site. Null stands for the default site. */
export async function requireSite(em: Em, id: string | null): Promise<void> {
  if (id === null || (await em.count(Site, { id })) > 0) return;
  throw new MusterError('validation-failed', 'siteId is not the id of any site.', {
    faults: [{ path: 'siteId', message: 'is not the id of any site' }],
  });
}

/** A place without known holidays would silently have none. Throws MusterError `validation-failed`. */
function requirePlace({ country = null, region = null }: Site): void {
  if (country === null) {
    if (region !== null) throw wrongPlace('region', 'needs a country');
  } else if (!knowsPlace({ country, region: null })) {
    throw wrongPlace('country', `has no known holidays: ${country}`);
  } else if (!knowsPlace({ country, region })) {
    throw wrongPlace('region', `is not a region of ${country}`);
  }
}

function wrongPlace(path: 'country' | 'region', message: string): MusterError {
  return new MusterError('validation-failed', `${path} ${message}.`, { faults: [{ path, message }] });
}

/** The site of a door or a person; the default site where they have none. */
export async function siteOf(em: Em, id: string | null | undefined): Promise<Site> {
  return (id ? await em.findOne(Site, { id }) : null) ?? defaultSite(em);
}

export function recordOf(site: Site): SiteRecord {
  const {
    name,
    timeZone,
    reading,
    turnsAt,
    longestStay,
    breaks,
    approval,
    nameOrder,
    viewing,
    country,
    region,
  } = site;
  return {
    name,
    timeZone,
    reading,
    turnsAt,
    longestStay,
    breaks,
    approval,
    nameOrder,
    viewing,
    country: country ?? null,
    region: region ?? null,
  };
}

function viewOf(site: Site, first: Site): SiteView {
  return { id: site.id, version: versionOf(site), ...recordOf(site), default: site.id === first.id };
}

function versionOf(site: Site): string {
  const { breaks, ...rest } = recordOf(site);
  // PostgreSQL keeps the fields of a JSON value in an order of its own.
  const steps = breaks.steps.map(({ after, required }) => [after, required]);
  return recordVersion({ ...rest, steps, punchedCount: breaks.punchedCount });
}

/** The fields that are there: an absent one stays as it is. */
function given<T extends object>(input: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as never;
}

async function unique<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UniqueConstraintViolationException)) throw error;
    throw new MusterError('conflict', 'Another site has this name.', {
      faults: [{ path: 'name', message: 'is the name of another site' }],
    });
  }
}

/** `Europe/Paris`: Paris. */
function cityOf(timeZone: string): string {
  return timeZone.replace(/^.*\//, '').replaceAll('_', ' ');
}
