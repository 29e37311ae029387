import type { ReactiveControllerHost } from 'lit';
import type { ChosenPeople } from '#protocol/people-acts.ts';
import { filterQueryOf, type PeopleFilters } from './people-filters.ts';

/** Whom the reader of the list has selected: some, or all that the list has, whatever is loaded of it, but some. */
export class PeopleChoice {
  readonly #host: Pick<ReactiveControllerHost, 'requestUpdate'>;
  #ids = new Set<string>();
  /** Then the ids are those that are not meant. */
  #all = false;

  constructor(host: Pick<ReactiveControllerHost, 'requestUpdate'>) {
    this.#host = host;
  }

  has(id: string): boolean {
    return this.#ids.has(id) !== this.#all;
  }

  set(id: string, chosen: boolean): void {
    if (chosen === this.#all) this.#ids.delete(id);
    else this.#ids.add(id);
    this.#host.requestUpdate();
  }

  setAll(chosen: boolean): void {
    this.#all = chosen;
    this.#ids.clear();
    this.#host.requestUpdate();
  }

  /** @param total how many people the list has */
  count(total: number): number {
    return this.#all ? Math.max(0, total - this.#ids.size) : this.#ids.size;
  }

  /** Everybody of the list, without an exception. */
  get isWhole(): boolean {
    return this.#all && this.#ids.size === 0;
  }

  /** As a request names them. */
  of(filters: PeopleFilters): ChosenPeople {
    const ids = [...this.#ids];
    return this.#all ? { filter: filterOf(filters), except: ids } : { ids };
  }
}

/** The filter of the list, with yes and no as a body has them. */
function filterOf(filters: PeopleFilters): Extract<ChosenPeople, { filter: object }>['filter'] {
  const { enrolled, reenroll, lookAlike, agreeAgain, ...others } = filterQueryOf(filters);
  return {
    ...others,
    ...(enrolled && { enrolled: enrolled === 'true' }),
    ...(reenroll && { reenroll: true }),
    ...(lookAlike && { lookAlike: true }),
    ...(agreeAgain && { agreeAgain: true }),
  };
}
