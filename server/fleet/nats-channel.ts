/** An analyzer on another host, as one server hears it over NATS. It is there as long as its beats come. */
import { EventEmitter } from 'node:events';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import type { AnalyzerChannel, AnalyzerChannelEvents, AnalyzerReport } from '../analyzer/analyzer-channel.ts';
import { RepeatedFaults } from '../async/repeated-faults.ts';
import { encode } from '../broker/codec.ts';
import { analyzerToServer } from '../protocol/analyzer-messages.ts';
import type { ServerToAnalyzer } from '../protocol/analyzer.ts';
import {
  type AnalyzerBeat,
  type Command,
  LEASE,
  type News,
  SKEW_LIMIT,
  subjects,
  WIRE,
} from '../protocol/fleet.ts';
import type { AnalyzerHostState } from '../protocol/recognition.ts';
import { steadyNow, wallTimeOf } from '../time/steady-clock.ts';
import { ClockOffset } from './clock-offset.ts';

export interface NatsChannelOptions {
  name: string;
  /** Id of this server. */
  server: string;
  nats: NatsConnection;
  /** Why an analyzer with these models is of no use here; null: it is. */
  unfit: (beat: Pick<AnalyzerBeat, 'contract' | 'former'>) => string | null;
  /** The picture of a sighting, which itself comes by the queue. */
  onCrop(id: string, crop: Uint8Array): void;
  log: Logger;
}

/** The lease of an analyzer that does not answer may have begun this much after its last beat was heard, ms. */
const LEASE_MARGIN = 1_000;

type Gone = 'ended' | 'expired' | 'back';

export class NatsChannel extends EventEmitter<AnalyzerChannelEvents> implements AnalyzerChannel {
  readonly name: string;
  readonly gallery = 'pulled';
  readonly #options: NatsChannelOptions;
  readonly #faults = new RepeatedFaults();
  readonly #waiting = new Set<(how: Gone) => void>();
  #clock = new ClockOffset();
  #beat: AnalyzerBeat | null = null;
  #heardAt = 0;
  #alive = false;
  #ready = false;
  #leaseTimer: NodeJS.Timeout | null = null;

  constructor(options: NatsChannelOptions) {
    super();
    this.name = options.name;
    this.#options = options;
  }

  get up(): boolean {
    return this.#alive;
  }

  get pid(): number | undefined {
    return this.#alive ? this.#beat?.pid : undefined;
  }

  get load(): number | null {
    return this.#beat?.load ?? null;
  }

  get draining(): boolean {
    return this.#beat?.draining === true;
  }

  /** As last heard. */
  get beat(): AnalyzerBeat | null {
    return this.#beat;
  }

  /** When it was last heard, ms of performance.now(). */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** How much its wall clock is fast, ms. */
  get skew(): number | null {
    return this.#clock.skew;
  }

  get state(): AnalyzerHostState {
    const beat = this.#beat;
    if (!this.#alive || !beat) return 'silent';
    if (this.#options.unfit(beat) !== null) return 'other-models';
    if (this.skew !== null && Math.abs(this.skew) > SKEW_LIMIT) return 'wrong-clock';
    if (beat.draining) return 'draining';
    return this.#ready ? 'ready' : 'filling';
  }

  async start(): Promise<void> {}

  /** A beat came. */
  hear(beat: AnalyzerBeat): void {
    const restarted = this.#beat !== null && this.#beat.epoch !== beat.epoch;
    if (restarted) {
      this.#fall();
      this.#clock = new ClockOffset();
    }
    const wasAlive = this.#alive;
    this.#beat = beat;
    this.#heardAt = performance.now();
    this.#alive = !beat.leaving;
    if (restarted || beat.leaving) this.#tell('ended');
    else if (!wasAlive) this.#tell('back');
    if (beat.leaving) return this.#fall();
    const clock = this.#clock.offset;
    this.#command({
      type: 'lease',
      beat: beat.beat,
      at: steadyNow(),
      // By the wall clock as it is set now: a person who sets it does not wait for new answers.
      clock: clock === null ? null : clock + wallTimeOf(0),
    });
    this.#look(clock !== null);
  }

  /** Its beats do not come any more. */
  silent(): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#options.log.warn(
      { event: 'analyzer.silent', analyzer: this.name, host: this.#beat?.host },
      'an analyzer on another host is not heard any more',
    );
    this.#fall();
  }

  /** News came from it. */
  receive({ epoch, body }: News): void {
    if (epoch !== this.#beat?.epoch) return;
    if (body.type === 'lease.heard') {
      const { at, steady, wall } = body;
      const heard = steadyNow();
      this.#clock.add({ sent: at, heard, steady, wall, now: wallTimeOf(heard) });
    } else if (body.type === 'crop') this.#options.onCrop(body.id, body.crop);
    else this.#receiveMessage(body.message);
  }

  gone(): Promise<Gone> {
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
      const left = this.#heardAt + LEASE + LEASE_MARGIN - performance.now();
      this.#leaseTimer ??= setTimeout(
        () => {
          this.#leaseTimer = null;
          if (!this.#alive) this.#tell('expired');
        },
        Math.max(0, left),
      );
    });
  }

  send(message: ServerToAnalyzer): boolean {
    if (!this.#alive) return false;
    // Its supervisor is not this server.
    if (message.type !== 'ping' && message.type !== 'close') this.#command({ type: 'message', message });
    return true;
  }

  async close(): Promise<void> {
    if (this.#leaseTimer) clearTimeout(this.#leaseTimer);
    this.#waiting.clear();
    this.removeAllListeners();
  }

  #receiveMessage(message: unknown): void {
    let report: AnalyzerReport;
    try {
      report = analyzerToServer(message) as AnalyzerReport;
    } catch (error) {
      const { log } = this.#options;
      if (this.#faults.isNew(String(error))) {
        log.error(
          { event: 'analyzer.message-refused', analyzer: this.name, err: error },
          'an analyzer sent what is no message (logged once an hour)',
        );
      }
      return;
    }
    // Before it is ready the server has asked it for nothing but removals.
    if (this.#ready || report.type === 'gallery.confirmed') this.emit('message', report);
  }

  #look(clockTold: boolean): void {
    const beat = this.#beat;
    if (!beat) return;
    const { unfit, log } = this.#options;
    const skew = this.skew ?? 0;
    const reason =
      unfit(beat) ?? (Math.abs(skew) > SKEW_LIMIT ? `its clock is wrong by ${Math.round(skew)} ms` : null);
    if (reason !== null && this.#faults.isNew(reason.replace(/-?\d+/, ''))) {
      log.error(
        { event: 'analyzer.refused', analyzer: this.name, host: beat.host, reason },
        'an analyzer on another host is not used (logged once an hour)',
      );
    }
    const fit = reason === null && beat.revision !== null && clockTold;
    if (!fit) return this.#fall();
    if (this.#ready) return;
    this.#ready = true;
    const { pid, contract, execution, threads } = beat;
    log.info({ event: 'analyzer.ready', analyzer: this.name, host: beat.host }, 'an analyzer takes cameras');
    this.emit('ready', { type: 'ready', pid, contract, execution, threads });
  }

  #fall(): void {
    if (!this.#ready) return;
    this.#ready = false;
    this.emit('down');
  }

  #tell(how: Gone): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    if (this.#leaseTimer) clearTimeout(this.#leaseTimer);
    this.#leaseTimer = null;
    for (const resolve of waiting) resolve(how);
  }

  #command(body: Command['body']): void {
    const { nats, server, name } = this.#options;
    if (!this.#beat || nats.isClosed()) return;
    const message: Command = { v: WIRE, server, epoch: this.#beat.epoch, body };
    nats.publish(subjects.command(name, server), encode(message));
  }
}
