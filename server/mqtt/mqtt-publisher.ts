/**
 * Tells an MQTT broker who is in, which stations are connected, and what happens. Of all servers of a database one publishes.
 * Everything but the events is retained, and told anew on each connection, so a broker that lost everything has it again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.ts';
import { backoff } from '../async/backoff.ts';
import type { Database } from '../db/database.ts';
import type { EventReader } from '../events/event-reader.ts';
import type { MqttMetrics } from '../metrics/mqtt-metrics.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { MqttView } from '../protocol/health.ts';
import type { PresenceBoard } from '../rollcall/presence-board.ts';
import { brokerAuthority, brokerPassword } from './broker-password.ts';
import { EventRelay } from './event-relay.ts';
import { retainedMessages } from './messages.ts';
import { MqttConnection, type MqttMessage } from './mqtt-connection.ts';
import { faultOf, MqttFault } from './mqtt-fault.ts';
import { type Held, PublisherLease } from './publisher-lease.ts';
import { readSnapshot } from './snapshot.ts';
import { Topics } from './topics.ts';

export interface MqttPublisherOptions {
  config: NonNullable<Config['mqtt']>;
  database: Database;
  board: Pick<PresenceBoard, 'read'>;
  reader: Pick<EventReader, 'head' | 'tail' | 'after'>;
  outbox: Pick<Outbox, 'on' | 'off'>;
  metrics: Pick<MqttMetrics, 'published' | 'failed'>;
  log: Logger;
}

/** Time between two looks at what has changed, and at the lease, ms. What a punch changes is told at once. */
const PERIOD = 1_000;
/** Between two tries to reach the broker, ms. */
const RETRY = { first: 1_000, cap: 30_000 };
/**
 * Connections in a row that ended this soon, ms: two programs with one client id take it from each other without end, and not
 * every broker says so.
 */
const SHORT = { life: 5_000, most: 3 };
/** The longest wait for an orderly end, ms. */
const CLOSE_TIMEOUT = 3_000;

export class MqttPublisher {
  readonly #options: MqttPublisherOptions;
  readonly #log: Logger;
  readonly #topics: Topics;
  readonly #lease: PublisherLease;
  readonly #relay: EventRelay | null;
  readonly #closing = new AbortController();
  readonly #onEvents = () => {
    this.#news = true;
    this.#wake?.();
  };
  #wake: (() => void) | null = null;
  /** Something has happened since the last look. */
  #news = false;
  #running: Promise<void> | null = null;
  #connection: MqttConnection | null = null;
  #view: MqttView = { state: 'connecting', problem: null, says: null };
  /** Tries in a row that failed. */
  #failures = 0;
  /** Not before this the broker is tried again, ms of performance.now(). */
  #retryAt = -Infinity;
  /** Connections in a row that ended soon after they were made. */
  #short = 0;
  #connectedAt = -Infinity;
  #databaseFailing = false;

  constructor(options: MqttPublisherOptions) {
    const { config, database, reader } = options;
    this.#options = options;
    this.#log = options.log.child({ part: 'mqtt' });
    this.#topics = new Topics(config);
    this.#lease = new PublisherLease({ database });
    this.#relay = config.events
      ? new EventRelay({ reader, lease: this.#lease, topics: this.#topics, told: config.people })
      : null;
  }

  start(): void {
    const { config, outbox } = this.#options;
    if (config.url.startsWith('mqtt:') && config.user !== null && !isLocal(config.url)) {
      this.#log.warn(
        { event: 'mqtt.in-the-clear' },
        'the password of the broker and who is in cross the network in the clear: use mqtts://',
      );
    }
    outbox.on('events.sequenced', this.#onEvents);
    this.#running = this.#run();
  }

  get view(): MqttView {
    return this.#view;
  }

  /** Says that the server is offline, and leaves publishing to another one. Idempotent. */
  async close(): Promise<void> {
    this.#options.outbox.off('events.sequenced', this.#onEvents);
    this.#closing.abort();
    const timer = setTimeout(() => this.#connection?.kill(), CLOSE_TIMEOUT);
    // A connection that is just being made, a command for a password and a database that hangs take longer: they are left.
    await Promise.race([this.#running, sleep(CLOSE_TIMEOUT + 1_000, undefined, { ref: false })]);
    clearTimeout(timer);
  }

  async #run(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      if (performance.now() < this.#retryAt) {
        if ((await this.#ofDatabase(() => this.#lease.look())) === 'connected') this.#standBy('connected');
      } else {
        const held = await this.#ofDatabase(() => this.#lease.take());
        if (held === 'ours') await this.#hold();
        else this.#standBy(held);
      }
      await this.#pause(PERIOD, { early: false });
    }
  }

  /** Publishes for as long as it may. Never rejects. */
  async #hold(): Promise<void> {
    try {
      this.#connection = await this.#connect();
      await this.#publishOn(this.#connection);
    } catch (error) {
      const fault = faultOf(error, this.#connection === null);
      this.#failed(this.#isTaken(fault) ? new MqttFault('taken-over', fault.cause) : fault);
    } finally {
      await this.#connection?.close();
      this.#connection = null;
      if (this.#view.state === 'connected') this.#view = { state: 'standby', problem: null, says: null };
      await this.#ofDatabase(() => this.#lease.release());
    }
  }

  async #connect(): Promise<MqttConnection> {
    const { url, user, password, ca } = this.#options.config;
    return MqttConnection.open({
      url,
      clientId: `muster-${this.#topics.node}`,
      user,
      password: await brokerPassword(password),
      ca: await brokerAuthority(ca),
      will: { topic: this.#topics.status, payload: 'offline' },
    });
  }

  /** Returns when this server may not publish any more, having said so. Throws MqttFault. */
  async #publishOn(connection: MqttConnection): Promise<void> {
    const topics = this.#topics;
    // What the broker has, by topic. Null: to be told anew, whatever it is.
    const said = new Map<string, string | null>();
    for (const topic of (await connection.retained(topics.owned, topics.marker)).keys())
      said.set(topic, null);
    this.#relay?.forget();
    // Switched on again, events begin with what happens then.
    if (!this.#relay) await this.#ofDatabase(() => this.#lease.told(null));
    while (!this.#closing.signal.aborted) {
      this.#news = false;
      const kept = await this.#ofDatabase(() => this.#lease.keep());
      if (kept === false || !this.#lease.fresh) break;
      const wanted = kept && (await this.#ofDatabase(() => this.#wanted()));
      if (wanted) {
        await this.#tell(connection, changes(said, wanted), 'state');
        this.#connected();
        if ((await this.#tellEvents(connection)) === false) break;
      }
      await Promise.race([this.#pause(PERIOD, { early: true }), connection.ended]);
    }
    // Also where the database is away: nobody knows then who is in.
    await this.#tell(connection, [{ topic: topics.status, payload: 'offline', retain: true }], 'state');
  }

  async #wanted(): Promise<Map<string, string>> {
    const { database, board, config } = this.#options;
    return retainedMessages(await readSnapshot({ database, board }), this.#topics, config.people);
  }

  /** False where another server has the lease. Throws MqttFault. */
  async #tellEvents(connection: MqttConnection): Promise<number | false | undefined> {
    return this.#ofDatabase(async () =>
      this.#relay?.tell((messages) => this.#tell(connection, messages, 'event')),
    );
  }

  async #tell(connection: MqttConnection, messages: MqttMessage[], kind: 'state' | 'event'): Promise<void> {
    await connection.publish(messages);
    if (messages.length > 0) this.#options.metrics.published(kind, messages.length);
  }

  #connected(): void {
    if (this.#view.state === 'connected') return;
    this.#log.info({ event: 'mqtt.connected', after: this.#failures }, 'the MQTT broker is told who is in');
    this.#view = { state: 'connected', problem: null, says: null };
    this.#failures = 0;
    this.#connectedAt = performance.now();
  }

  #isTaken({ problem }: MqttFault): boolean {
    if (this.#view.state !== 'connected' || problem !== 'lost') return false;
    const isShort = performance.now() - this.#connectedAt < SHORT.life;
    this.#short = isShort ? this.#short + 1 : 0;
    return this.#short >= SHORT.most;
  }

  #failed(fault: MqttFault): void {
    const { problem, message } = fault;
    this.#options.metrics.failed(this.#connection === null ? 'connect' : 'publish');
    // Logged once per outage, and again where the reason changes.
    if (this.#view.problem !== problem) {
      this.#log.warn({ event: 'mqtt.away', problem, err: fault.cause }, message);
    }
    this.#view = { state: 'connecting', problem, says: message };
    // Two that take the connection from each other at once would do nothing else.
    const wait = problem === 'taken-over' ? RETRY.cap : backoff(RETRY, this.#failures);
    this.#retryAt = performance.now() + wait;
    this.#failures += 1;
  }

  /** @param held undefined: the database is away */
  #standBy(held: Held | undefined): void {
    // Where the other server cannot reach the broker either, the reason stays.
    if (held === 'theirs' && this.#view.problem !== null) return;
    this.#view = { state: 'standby', problem: null, says: null };
    this.#failures = 0;
    this.#retryAt = -Infinity;
  }

  /** Undefined where the database does not answer, logged once per outage. Throws MqttFault. */
  async #ofDatabase<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await work();
      this.#databaseFailing = false;
      return result;
    } catch (error) {
      if (error instanceof MqttFault) throw error;
      if (!this.#databaseFailing && !this.#closing.signal.aborted) {
        this.#log.warn({ event: 'mqtt.not-read', err: error }, 'what the MQTT broker is to be told waits');
      }
      this.#databaseFailing = true;
      return undefined;
    }
  }

  /** @param early whether news ends it */
  async #pause(wait: number, { early }: { early: boolean }): Promise<void> {
    if (this.#closing.signal.aborted || (early && this.#news)) return;
    const over = Promise.withResolvers<void>();
    const timer = setTimeout(over.resolve, wait);
    const onAbort = () => over.resolve();
    this.#closing.signal.addEventListener('abort', onAbort, { once: true });
    this.#wake = early ? over.resolve : null;
    await over.promise;
    this.#closing.signal.removeEventListener('abort', onAbort);
    clearTimeout(timer);
  }
}

/** What has to be told so that the broker has what is wanted, and nothing else; `said` is what it has then. */
function changes(said: Map<string, string | null>, wanted: ReadonlyMap<string, string>): MqttMessage[] {
  const gone = [...said.keys()].filter((topic) => !wanted.has(topic));
  const changed = [...wanted].filter(([topic, payload]) => said.get(topic) !== payload);
  for (const topic of gone) said.delete(topic);
  for (const [topic, payload] of changed) said.set(topic, payload);
  return [
    ...gone.map((topic) => ({ topic, payload: '', retain: true })),
    ...changed.map(([topic, payload]) => ({ topic, payload, retain: true })),
  ];
}

function isLocal(url: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname);
}
