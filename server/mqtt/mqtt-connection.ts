/** One connection to the broker, from its making to its end. It is never made again: its owner makes the next one. */
import type { IClientOptions, MqttClient } from 'mqtt';
import { faultOf, MqttFault } from './mqtt-fault.ts';

export interface MqttConnectionOptions {
  url: string;
  /** The same for all servers of a database: the broker ends the connection of the one before. */
  clientId: string;
  user: string | null;
  password: string | null;
  /** Certificate authority, PEM; null: those that Node trusts. */
  ca: string | null;
  /** Published, retained, by the broker if the connection breaks. */
  will: { topic: string; payload: string };
}

export interface MqttMessage {
  topic: string;
  /** An empty one that is retained takes what is retained away. */
  payload: string;
  retain: boolean;
}

/** The longest wait for a connection, ms. */
const CONNECT_TIMEOUT = 10_000;
/** A broker that has not heard anything for one and a half of these publishes the last will, s. */
const KEEPALIVE = 15;
/** Messages that the broker has not confirmed yet. Brokers allow 20 at least, unless they are told otherwise. */
const IN_FLIGHT = 16;
/** The longest wait for what is retained, ms. */
const READ_TIMEOUT = 10_000;
/** The longest wait for an orderly end, ms. */
const END_TIMEOUT = 2_000;

export class MqttConnection {
  readonly #client: MqttClient;
  readonly #inFlight: number;
  readonly #ended = Promise.withResolvers<never>();
  #fault: MqttFault | null = null;
  #ending = false;

  /** @throws MqttFault */
  static async open(options: MqttConnectionOptions): Promise<MqttConnection> {
    const { url, clientId, user, password, ca, will } = options;
    // Only where it is used: nobody else pays for it.
    const { connect } = await import('mqtt');
    const client = connect(url, {
      clientId,
      protocolVersion: 5,
      clean: true,
      keepalive: KEEPALIVE,
      reconnectPeriod: 0,
      connectTimeout: CONNECT_TIMEOUT,
      will: { ...will, payload: Buffer.from(will.payload), retain: true, qos: 1 },
      ...(user !== null && { username: user }),
      ...(password !== null && { password }),
      ...(ca !== null && { ca }),
    } satisfies IClientOptions);
    const made = Promise.withResolvers<void>();
    const onClose = () => made.reject(new Error('closed'));
    client.once('connect', () => made.resolve());
    // Stays: an error that nobody hears would end the server.
    client.on('error', made.reject);
    client.once('close', onClose);
    try {
      await made.promise;
    } catch (error) {
      client.end(true);
      throw faultOf(error, true);
    }
    client.off('close', onClose);
    return new MqttConnection(client);
  }

  private constructor(client: MqttClient) {
    this.#client = client;
    const most = client.serverProperties?.receiveMaximum ?? IN_FLIGHT;
    this.#inFlight = Math.max(1, Math.min(IN_FLIGHT, most));
    this.#ended.promise.catch(() => {});
    client.on('error', (error) => this.#end(faultOf(error, false)));
    client.on('disconnect', ({ reasonCode }) => this.#end(faultOf({ code: reasonCode }, false)));
    client.on('close', () => this.#end(new MqttFault('lost')));
  }

  get open(): boolean {
    return this.#fault === null && !this.#ending;
  }

  /** Rejects with the MqttFault that ends the connection; stays pending after an orderly end. */
  get ended(): Promise<never> {
    return this.#ended.promise;
  }

  /** In order. Resolves when the broker has confirmed all of them. Throws MqttFault. */
  async publish(messages: readonly MqttMessage[]): Promise<void> {
    for (let i = 0; i < messages.length; i += this.#inFlight) {
      const sent = messages
        .slice(i, i + this.#inFlight)
        .map(({ topic, payload, retain }) => this.#client.publishAsync(topic, payload, { qos: 1, retain }));
      await this.#before(Promise.all(sent));
    }
  }

  /**
   * What the broker keeps of these topics: topic → payload. `marker` is a topic of our own; when what is published there comes
   * back, everything that is retained has come before.
   *
   * @throws MqttFault `not-allowed` where the account may not read `marker`
   */
  async retained(filters: readonly string[], marker: string): Promise<Map<string, string>> {
    const kept = new Map<string, string>();
    const back = Promise.withResolvers<void>();
    const onMessage = (topic: string, payload: Buffer, { retain }: { retain: boolean }) => {
      if (topic === marker) back.resolve();
      else if (retain && payload.length > 0) kept.set(topic, payload.toString());
    };
    const timer = setTimeout(() => back.reject(new MqttFault('not-allowed')), READ_TIMEOUT);
    this.#client.on('message', onMessage);
    try {
      await this.#before(this.#client.subscribeAsync([...filters, marker], { qos: 1 }));
      await this.publish([{ topic: marker, payload: '1', retain: false }]);
      await this.#before(back.promise);
      await this.#before(this.#client.unsubscribeAsync([...filters, marker]));
      return kept;
    } finally {
      back.promise.catch(() => {});
      clearTimeout(timer);
      this.#client.off('message', onMessage);
    }
  }

  /** Says goodbye, so that the last will is not published. Idempotent, never rejects. */
  async close(): Promise<void> {
    this.#ending = true;
    const timer = setTimeout(() => this.kill(), END_TIMEOUT);
    await this.#client.endAsync(this.#fault !== null).catch(() => {});
    clearTimeout(timer);
  }

  /** Without a goodbye, as if the network were gone. */
  kill(): void {
    this.#end(new MqttFault('lost'));
  }

  /** `work`, unless the connection ends before. Throws MqttFault. */
  async #before<T>(work: Promise<T>): Promise<T> {
    work.catch(() => {});
    try {
      return await Promise.race([work, this.#ended.promise]);
    } catch (error) {
      throw faultOf(error, false);
    }
  }

  #end(fault: MqttFault): void {
    if (this.#fault) return;
    this.#fault = fault;
    // A goodbye of our own is no fault.
    if (!this.#ending || fault.problem !== 'lost') this.#ended.reject(fault);
    this.#client.end(true);
    this.#client.stream.destroy();
  }
}
