/** Who is in the building, as the server pushes it. The last list stays when the server is away. */
import type { PresenceView } from '#protocol/roll-calls.ts';
import { api } from '../session/api.ts';
import { ClientError, reportUnexpected } from '../session/client-error.ts';
import { Observable } from '../session/observable.ts';
import { withPresenceNews } from './merge-list.ts';

export class LivePresence {
  readonly view = new Observable<PresenceView | null>(null);
  readonly error = new Observable<ClientError | null>(null);
  #fetching = false;
  #again = false;
  #closed = false;

  /** Fetches what is new. While a fetch runs, one more follows it at most. */
  refresh(): void {
    if (this.#fetching) {
      this.#again = true;
      return;
    }
    this.#fetching = true;
    this.#fetch()
      .catch(reportUnexpected)
      .finally(() => {
        this.#fetching = false;
        if (!this.#again || this.#closed) return;
        this.#again = false;
        this.refresh();
      });
  }

  close(): void {
    this.#closed = true;
  }

  async #fetch() {
    const known = this.view.value;
    try {
      const news = await api.presence.get({ query: known ? { since: known.serial } : {} });
      if (this.#closed) return;
      this.view.set(withPresenceNews(known, news));
      this.error.set(null);
    } catch (error) {
      this.error.set(ClientError.of(error));
    }
  }
}
