/**
 * One roll call on a warden's page: the list as the server pushes it, with the ticks of this browser. Without the server it
 * continues with the last list; a roll call may even begin then, and the server learns of it later.
 */
import type { TickSays } from '#protocol/roll-call-ticks.ts';
import type { PresenceView, RollCallView } from '#protocol/roll-calls.ts';
import type { SessionView } from '#protocol/session.ts';
import { api } from '../session/api.ts';
import { ClientError, reportUnexpected } from '../session/client-error.ts';
import { Observable } from '../session/observable.ts';
import { keepSession } from './kept-session.ts';
import { LivePresence } from './live-presence.ts';
import { withNews, withTicks } from './merge-list.ts';
import { PresenceLink } from './presence-link.ts';
import { RollCallStore } from './roll-call-store.ts';
import { TickOutbox } from './tick-outbox.ts';

/** How often it is written down that the server was heard, ms. */
const STORE_HEARD = 5_000;

export interface LiveRollCallOptions {
  session: SessionView;
  /** Which one to show; the open one where null. */
  id: string | null;
}

export class LiveRollCall {
  /** With the ticks that wait. Null where none is open. */
  readonly list = new Observable<RollCallView | null>(null);
  /** Whether it is known if there is a list: from the server, or from this browser. */
  readonly ready = new Observable(false);
  readonly waiting = new Observable(0);
  readonly live = new Observable(false);
  readonly error = new Observable<ClientError | null>(null);
  readonly presence = new LivePresence();
  /** When the server was heard last, epoch ms of this browser; null where it never was. */
  heardAt: number | null = null;
  readonly #options: LiveRollCallOptions;
  readonly #account: { accountId: string; name: string };
  readonly #link: PresenceLink;
  #store: RollCallStore | null = null;
  #outbox: TickOutbox | null = null;
  #client = '';
  /** As the server sent it. */
  #view: RollCallView | null = null;
  #isLocal = false;
  #fetching = false;
  #again = false;
  #heard: ReturnType<typeof setInterval> | null = null;
  #closed = false;

  constructor(options: LiveRollCallOptions) {
    const { actor } = options.session;
    if (actor?.kind !== 'account') throw new TypeError('A roll call needs an account.');
    this.#options = options;
    this.#account = actor;
    this.#link = new PresenceLink({
      onLive: (clockOffset) => this.#onLive(clockOffset),
      onPresence: () => this.presence.refresh(),
      onRollCall: () => this.#refresh(),
    });
    this.#link.live.subscribe((live) => this.live.set(live));
    this.presence.view.subscribe((view) => this.#onPresence(view));
  }

  /** Shows what this browser has kept, then asks the server. */
  async open(): Promise<void> {
    const { accountId } = this.#account;
    try {
      const store = await RollCallStore.open();
      if (this.#closed) {
        store.close();
        return;
      }
      this.#store = store;
      this.#client = await store.client();
      this.#outbox = new TickOutbox({
        store,
        accountId,
        client: this.#client,
        isHeld: (id) => this.#isLocal && id === this.#view?.id,
        onDelivered: () => this.#fetch(),
        onRefused: (error) => this.error.set(error),
      });
      this.#outbox.waiting.subscribe(() => this.#show());
      await this.#recall(store, accountId);
      await this.#outbox.open();
      // Storage that was granted is not cleared when the disk is full.
      await navigator.storage?.persist?.();
    } catch (error) {
      // Without storage the page works while the server does.
      if (!(error instanceof DOMException)) reportUnexpected(error);
    }
    if (this.#closed) return;
    this.#heard = setInterval(() => this.#markHeard(), STORE_HEARD);
    this.#link.open();
  }

  close(): void {
    this.#closed = true;
    if (this.#heard) clearInterval(this.#heard);
    this.#link.close();
    this.presence.close();
    this.#outbox?.close();
    this.#store?.close();
  }

  async tick(person: string, says: TickSays): Promise<void> {
    if (!this.#view) return;
    if (!this.#outbox) {
      throw new ClientError({ code: 'not-connected', message: 'Nothing can be kept here.', retryable: true });
    }
    await this.#outbox.tick(this.#view.id, person, says);
  }

  /** Starts one, or joins the one that is open for this site. Without the server it begins with the last list. */
  async start(siteId: string | null): Promise<void> {
    try {
      this.#take(await api.rollCalls.start({ body: { siteId } }));
    } catch (error) {
      const presence = this.presence.view.value;
      if (ClientError.of(error).fromServer || !presence) throw error;
      this.#isLocal = true;
      this.#setView(fromPresence(presence, siteId, this.#account.name));
    }
  }

  async end(): Promise<void> {
    if (this.#view) this.#take(await api.rollCalls.end({ params: { id: this.#view.id } }));
  }

  async #recall(store: RollCallStore, accountId: string) {
    const [kept, presence] = await Promise.all([store.value('rollCall'), store.value('presence')]);
    if (presence?.accountId === accountId) {
      this.heardAt = presence.heardAt;
      this.presence.view.set(presence.view);
    }
    const { id } = this.#options;
    if (kept?.accountId !== accountId || (id !== null && kept.view.id !== id && !kept.isLocal)) return;
    this.heardAt = kept.heardAt;
    this.#isLocal = kept.isLocal;
    this.#view = kept.view;
    this.#show();
    this.ready.set(true);
  }

  #onLive(clockOffset: number) {
    this.#store?.setValue('clockOffset', clockOffset).catch(reportUnexpected);
    if (this.#store) keepSession(this.#store, this.#options.session).catch(reportUnexpected);
    this.presence.refresh();
    this.#refresh();
    this.#outbox?.wake();
  }

  /** Fetches what is new. While a fetch runs, one more follows it at most. */
  #refresh() {
    if (this.#fetching) {
      this.#again = true;
      return;
    }
    this.#fetching = true;
    this.#fetch()
      .catch((error: unknown) => {
        const known = ClientError.of(error);
        if (!known.retryable) this.error.set(known);
      })
      .finally(() => {
        this.#fetching = false;
        this.ready.set(true);
        if (!this.#again || this.#closed) return;
        this.#again = false;
        this.#refresh();
      });
  }

  async #fetch() {
    if (this.#isLocal) await this.#introduce();
    const known = this.#view;
    const id = known?.id ?? this.#options.id ?? (await this.#open());
    if (id === null) return;
    const news = await api.rollCalls.get({ params: { id }, query: { since: known?.version ?? 0 } });
    if (!this.#closed) this.#take(news);
  }

  /** The server is told of a roll call that began without it. Another warden may have begun the same. */
  async #introduce() {
    const { id, siteId } = this.#view!;
    const known = await api.rollCalls.start({ body: { siteId } });
    // No tick may be delivered under the id that the server does not know: it would be refused.
    await this.#renameTicks(id, known.id);
    this.#isLocal = false;
    this.#take(known);
    // One that was made meanwhile.
    await this.#renameTicks(id, known.id);
    this.#outbox?.wake();
  }

  async #renameTicks(from: string, to: string) {
    await this.#store?.rename(from, to);
    await this.#outbox?.reload();
  }

  /** The id of the roll call that is open; the first one where there are several. */
  async #open(): Promise<string | null> {
    const { rollCalls } = await api.presence.get({});
    return rollCalls[0]?.id ?? null;
  }

  #take(news: RollCallView) {
    this.heardAt = Date.now();
    this.error.set(null);
    this.#setView(withNews(this.#view, news));
  }

  #setView(view: RollCallView) {
    this.#view = view;
    this.#show();
    this.ready.set(true);
    this.#keep();
  }

  #show() {
    const waiting = this.#outbox?.waiting.value ?? [];
    this.waiting.set(waiting.length);
    const view = this.#view;
    const own = { by: this.#account.name, client: this.#client };
    this.list.set(
      view &&
        withTicks(
          view,
          waiting.filter(({ rollCallId }) => rollCallId === view.id),
          own,
        ),
    );
  }

  #onPresence(view: PresenceView | null) {
    if (!view || !this.live.value) return;
    this.heardAt = Date.now();
    this.#store
      ?.setValue('presence', { accountId: this.#account.accountId, view, heardAt: this.heardAt })
      .catch(reportUnexpected);
  }

  #markHeard() {
    if (!this.live.value) return;
    this.heardAt = Date.now();
    this.#keep();
  }

  /** Nothing with names is kept of a roll call that is over. */
  #keep() {
    const store = this.#store;
    const view = this.#view;
    if (!store || !view || this.heardAt === null) return;
    const kept =
      view.ended && this.waiting.value === 0
        ? store.forget('rollCall')
        : store.setValue('rollCall', {
            accountId: this.#account.accountId,
            view,
            heardAt: this.heardAt,
            isLocal: this.#isLocal,
          });
    kept.catch(reportUnexpected);
  }
}

/** Begins with the last known list. Its id is one of this browser, until the server gives it another. */
function fromPresence(presence: PresenceView, siteId: string | null, name: string): RollCallView {
  return {
    id: crypto.randomUUID(),
    siteId,
    site: presence.sites.find(({ id }) => id === siteId)?.name ?? null,
    started: { name, at: new Date().toISOString() },
    ended: null,
    at: presence.at,
    version: 0,
    whole: true,
    people: presence.people
      .filter((one) => siteId === null || one.siteId === siteId)
      .map((one) => Object.assign({ added: false, tick: null }, one)),
    sites: presence.sites,
  };
}
