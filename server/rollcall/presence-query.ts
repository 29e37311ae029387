/** Who is in the building now, for the pages and the API. */
import type { Database } from '../db/database.ts';
import { RollCall } from '../db/entities/roll-call.ts';
import type { Site } from '../db/entities/site.ts';
import { isWithin } from '../people/departments.ts';
import type { PresenceView, PresentView, SiteOfPresence } from '../protocol/roll-calls.ts';
import { allSites } from '../sites/site-service.ts';
import { isCurrent } from './current.ts';
import type { Presence, PresenceBoard } from './presence-board.ts';

export interface PresenceQueryOptions {
  database: Database;
  board: PresenceBoard;
  /** Epoch ms; replaced in tests. */
  now?: (() => number) | undefined;
}

export class PresenceQuery {
  readonly #database: Database;
  readonly #board: PresenceBoard;
  readonly #now: () => number;

  constructor({ database, board, now = Date.now }: PresenceQueryOptions) {
    this.#database = database;
    this.#board = board;
    this.#now = now;
  }

  /**
   * @param since the `serial` of an earlier view: only what has changed since then, if that is still known
   * @param departments only people of these departments; everybody where undefined
   */
  async get(since?: string, departments?: readonly string[]): Promise<PresenceView> {
    const at = new Date(this.#now()).toISOString();
    const { serial, people } = await this.#board.read();
    const changed = since === undefined ? undefined : this.#board.changesSince(since);
    const isShown = (presence: Presence): presence is Present =>
      presence.state !== 'left' && isWithin(presence.person, departments);
    // Those who have changed stay in the order of names.
    const shown = [...people.values()].filter(
      (presence) => isShown(presence) && (changed?.has(presence.person.id) ?? true),
    ) as Present[];
    const ids = new Set(shown.map(({ person }) => person.id));
    const em = this.#database.fork();
    const sites = await allSites(em);
    const open = await em.find(RollCall, { endedAt: null }, { orderBy: { startedAt: 'asc' } });
    return {
      at,
      serial,
      whole: changed === undefined,
      people: shown,
      gone: [...(changed?.keys() ?? [])].filter((id) => !ids.has(id)),
      sites: sites.map(siteOfPresence),
      rollCalls: open
        .filter((one) => isCurrent(one, new Date(this.#now())))
        .map(({ id, siteId = null, startedAt }) => ({
          id,
          siteId,
          startedAt: startedAt.toISOString(),
        })),
    };
  }
}

type Present = Presence & PresentView;

export function siteOfPresence({ id, name, timeZone }: Site): SiteOfPresence {
  return { id, name, timeZone };
}
