import type { types as ms } from 'mediasoup';
import type { Logger } from 'pino';
import type { EventMessage, ResultMessage } from '../protocol/results.ts';
import type { DataConsumerParameters } from '../protocol/signaling.ts';
import { MEDIA_LIMITS } from './limits.ts';
import { Subchannels } from './subchannels.ts';

/** What one peer receives: its results (unordered, never retransmitted) and its events (ordered, reliable). */
export interface ResultConsumers {
  results: ms.DataConsumer;
  events: ms.DataConsumer;
}

/**
 * The way back to the browsers of one router: a DirectTransport with one data producer for results and one
 * for events. Every message requires the subchannel of its camera, and every consumer subscribes to at most
 * one, so that the worker itself keeps one door's names from the next door's screen.
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

  /** Nothing happens where nobody listens for this camera. */
  sendResult(cameraId: string, message: ResultMessage): void {
    this.#send(this.#results, cameraId, JSON.stringify(message));
  }

  /** Reaches only who listens now; keeping it for who reconnects is `EventBacklog`'s part. */
  sendEvent(cameraId: string, message: EventMessage): void {
    this.#send(this.#events, cameraId, JSON.stringify(message));
  }

  /** Subscribed to `subchannels` only: none, or that of the one camera this peer may hear of. */
  async consume(transport: ms.WebRtcTransport, subchannels: number[]): Promise<ResultConsumers> {
    const results = await transport.consumeData({
      dataProducerId: this.#results.id,
      ordered: false,
      maxRetransmits: 0,
      subchannels,
    });
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

  close(): void {
    this.#transport.close();
  }

  #send(producer: ms.DataProducer, cameraId: string, text: string): void {
    const subchannel = this.subchannels.of(cameraId);
    if (subchannel === undefined || producer.closed) return;
    const message = Buffer.from(text);
    if (message.length > MEDIA_LIMITS.maxSendMessageBytes) {
      this.#log.warn(
        { cameraId, bytes: message.length, channel: producer.label },
        'message too large, dropped',
      );
      return;
    }
    producer.send(message, STRING_PPID, [subchannel], subchannel);
  }
}

/** RFC 8831: the payload is a UTF-8 string. */
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
