import type { types as ms } from 'mediasoup';
import type { Logger } from 'pino';
import type { EventMessage, ResultMessage } from '../protocol/results.ts';
import type { DataConsumerParameters } from '../protocol/signaling.ts';
import { MEDIA_LIMITS } from './limits.ts';
import { Subchannels } from './subchannels.ts';

/** The data channels of one peer: its results (unordered, never retransmitted) and its events (ordered, reliable). */
export interface ResultConsumers {
  results: ms.DataConsumer;
  events: ms.DataConsumer;
}

/**
 * Sends messages to the browsers of one router through a DirectTransport with one data producer for results and one for
 * events. Every message requires the subchannel of its camera, and a device subscribes to one at most, so that the
 * worker itself keeps the names at one door away from the screen at another.
 */
export class ResultChannel {
  readonly subchannels = new Subchannels();
  readonly #transport: ms.DirectTransport;
  readonly #results: ms.DataProducer;
  readonly #events: ms.DataProducer;
  readonly #log: Logger;

  static async create(options: { router: ms.Router; log: Logger }): Promise<ResultChannel> {
    const transport = await options.router.createDirectTransport({
      maxSendMessageSize: MEDIA_LIMITS.maxSendMessageBytes,
      maxReceiveMessageSize: MEDIA_LIMITS.maxSendMessageBytes,
    });
    const results = await transport.produceData({ label: 'results' });
    const events = await transport.produceData({ label: 'events' });
    return new ResultChannel(transport, results, events, options.log);
  }

  private constructor(
    transport: ms.DirectTransport,
    results: ms.DataProducer,
    events: ms.DataProducer,
    log: Logger,
  ) {
    this.#transport = transport;
    this.#results = results;
    this.#events = events;
    this.#log = log;
  }

  /** Does nothing if no peer on this router receives the results of this camera. */
  sendResult(cameraId: string, message: ResultMessage): void {
    this.#send(this.#results, cameraId, JSON.stringify(message));
  }

  /** Reaches only peers that are connected now; `EventBacklog` keeps events for those that reconnect. */
  sendEvent(cameraId: string, message: EventMessage): void {
    this.#send(this.#events, cameraId, JSON.stringify(message));
  }

  /** @param subchannels the number of the one camera whose results the peer receives, or none */
  async consume(transport: ms.WebRtcTransport, subchannels: number[]): Promise<ResultConsumers> {
    const results = await this.consumeResults(transport, subchannels);
    try {
      const events = await transport.consumeData({
        dataProducerId: this.#events.id,
        ordered: true,
        subchannels,
      });
      return { results, events };
    } catch (error) {
      results.close();
      throw error;
    }
  }

  /** The results alone: of no camera at first, and of several later, for somebody who watches them. */
  consumeResults(transport: ms.WebRtcTransport, subchannels: number[]): Promise<ms.DataConsumer> {
    return transport.consumeData({
      dataProducerId: this.#results.id,
      ordered: false,
      maxRetransmits: 0,
      subchannels,
    });
  }

  close(): void {
    this.#transport.close();
  }

  #send(producer: ms.DataProducer, cameraId: string, text: string): void {
    const subchannel = this.subchannels.of(cameraId);
    if (subchannel === undefined || producer.closed) return;
    const message = Buffer.from(text);
    if (message.length > MEDIA_LIMITS.maxSendMessageBytes) {
      this.#log.warn(
        { event: 'message.dropped', cameraId, bytes: message.length, channel: producer.label },
        'message too large, dropped',
      );
      return;
    }
    producer.send(message, STRING_PPID, [subchannel], subchannel);
  }
}

/** Payload protocol identifier of RFC 8831 for a UTF-8 string. */
const STRING_PPID = 51;

export function dataConsumerParameters(consumer: ms.DataConsumer): DataConsumerParameters {
  if (!consumer.sctpStreamParameters) throw new TypeError('a data consumer without SCTP has no parameters');
  return {
    id: consumer.id,
    dataProducerId: consumer.dataProducerId,
    sctpStreamParameters: consumer.sctpStreamParameters,
    label: consumer.label,
    protocol: consumer.protocol,
  };
}
