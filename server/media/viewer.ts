import type { types as ms } from 'mediasoup';
import { MusterError } from '../protocol/error.ts';
import { VIEW_LIMITS } from '../protocol/limits.ts';
import type { ViewEnd, ViewParameters } from '../protocol/signaling.ts';
import type { Camera } from './camera.ts';
import { viewerCapabilities } from './codecs.ts';
import { layerFor } from './layer-for.ts';
import { mediaCall, mediaUnavailable } from './media-call.ts';
import { checkedDtlsParameters, checkedRtpCapabilities } from './peer-parameters.ts';
import { dataConsumerParameters } from './result-channel.ts';
import { keepPreferredLayer } from './preferred-layer.ts';
import type { RouterSlot } from './router-slot.ts';
import { openTransport, transportParameters } from './webrtc-transport.ts';

export interface ViewerOptions {
  /** Takes one of the places that all viewers share. @throws MusterError `view-limit` */
  take: () => void;
  /** Gives it back. */
  giveBack: () => void;
  /** A view has ended, and not because the viewer asked for it. */
  onEnded: (cameraId: string, why: ViewEnd) => void;
}

/** What one browser has on one media worker. */
interface Seat {
  slot: RouterSlot;
  transport: ms.WebRtcTransport;
  results: ms.DataConsumer;
  /** The subchannel of each camera that it views there. */
  subchannels: Map<string, number>;
}

interface View {
  camera: Camera;
  seat: Seat;
  consumer: ms.Consumer;
  /** How it is shown, as far as the viewer has said it. */
  shown: { paused: boolean; rows: number };
  onOver: () => void;
}

/**
 * One browser that watches cameras live: one transport on each media worker that has some of them, and one consumer for each
 * camera. It consumes the cameras themselves and not what their analyzer gets, so neither waits for the other.
 */
export class Viewer {
  readonly #options: ViewerOptions;
  readonly #seats = new Map<RouterSlot, Promise<Seat>>();
  readonly #transports = new Map<string, Seat>();
  readonly #views = new Map<string, View>();
  #closed = false;

  constructor(options: ViewerOptions) {
    this.#options = options;
  }

  /** The IDs of the cameras that it watches, paused ones included. */
  get cameras(): string[] {
    return [...this.#views.keys()];
  }

  /**
   * Begins to watch a camera, paused. A view of the same camera that is open already is replaced.
   *
   * @param onOver called once, when the view is over for whatever reason; not if this rejects
   * @throws MusterError `view-limit` if there are too many views, `media-unavailable` if the camera is gone
   */
  async open(camera: Camera, rtpCapabilities: unknown, onOver: () => void): Promise<ViewParameters> {
    const capabilities = viewerCapabilities(checkedRtpCapabilities(rtpCapabilities));
    this.close(camera.id);
    if (this.#views.size >= VIEW_LIMITS.perViewer) {
      throw new MusterError(
        'view-limit',
        `A browser can watch at most ${VIEW_LIMITS.perViewer} cameras at once: stop watching another one first.`,
      );
    }
    this.#options.take();
    let view: View | null = null;
    try {
      const { slot, producer } = camera;
      const seat = await this.#seatOn(slot);
      if (!slot.router.canConsume({ producerId: producer.id, rtpCapabilities: capabilities })) {
        throw new MusterError('video-unsupported', 'This browser cannot show what this camera sends.');
      }
      const consumer = await mediaCall('watch a camera', slot, () =>
        seat.transport.consume({
          producerId: producer.id,
          rtpCapabilities: capabilities,
          paused: true,
          ...(producer.type !== 'simple' && { preferredLayers: { spatialLayer: 0 } }),
        }),
      );
      const opened: View = { camera, seat, consumer, shown: { paused: true, rows: 0 }, onOver };
      view = opened;
      const choose = () => this.#chooseLayer(opened);
      // An error means that the view is over.
      consumer.observer.once(
        'close',
        camera.onRows(() => void choose().catch(() => {})),
      );
      keepPreferredLayer(consumer, choose);
      this.#views.set(camera.id, view);
      const { id } = camera;
      consumer.observer.once('close', () => this.#ended(id, consumer, 'gone'));
      if (this.#closed || consumer.closed || seat.transport.closed) throw mediaUnavailable();
      await this.#hear(view);
      if (this.#views.get(id) !== view) throw mediaUnavailable();
      return {
        transport: transportParameters(seat.transport, slot),
        video: {
          id: consumer.id,
          producerId: producer.id,
          kind: 'video',
          rtpParameters: consumer.rtpParameters,
        },
        results: dataConsumerParameters(seat.results),
      };
    } catch (error) {
      if (view) this.close(camera.id);
      else this.#options.giveBack();
      throw error;
    }
  }

  async connect(transportId: string, dtlsParameters: unknown): Promise<void> {
    const checked = checkedDtlsParameters(dtlsParameters);
    const seat = this.#transports.get(transportId);
    if (!seat) throw mediaUnavailable();
    await mediaCall('connect', seat.slot, () => seat.transport.connect({ dtlsParameters: checked }));
  }

  /**
   * Pauses or resumes a view, and chooses the smallest layer that fills so many rows of pixels.
   *
   * @throws MusterError `not-found` if it does not watch the camera
   */
  async adjust(cameraId: string, shown: { paused: boolean; rows: number }): Promise<void> {
    const view = this.#views.get(cameraId);
    if (!view) throw new MusterError('not-found', 'This browser does not watch this camera.');
    const { consumer, seat } = view;
    view.shown = shown;
    await mediaCall('change what is watched', seat.slot, async () => {
      await this.#chooseLayer(view);
      if (shown.paused && !consumer.paused) await consumer.pause();
      // Begins with a keyframe, which the worker asks the camera for.
      if (!shown.paused && consumer.paused) await consumer.resume();
    });
  }

  /** Ends a view. `why`: tells the browser. Idempotent. */
  close(cameraId: string, why?: ViewEnd): void {
    const view = this.#views.get(cameraId);
    if (!view) return;
    this.#ended(cameraId, view.consumer, why);
    view.consumer.close();
  }

  /** Ends all views. Idempotent. */
  closeAll(): void {
    this.#closed = true;
    for (const cameraId of this.cameras) this.close(cameraId);
    for (const { transport } of this.#transports.values()) transport.close();
  }

  /** Sends the results of this camera too, with the names of the people that its station may not show. */
  async #hear({ camera, seat }: View): Promise<void> {
    const { results } = seat.slot;
    if (!seat.subchannels.has(camera.id)) {
      seat.subchannels.set(camera.id, results.subchannels.acquire(camera.viewKey));
    }
    await mediaCall('change the subscription', seat.slot, () =>
      seat.results.setSubchannels([...seat.subchannels.values()]),
    );
  }

  /** While the layer that is chosen does not arrive, the worker sends the next larger one. */
  async #chooseLayer(view: View): Promise<void> {
    const { camera, consumer, shown } = view;
    const layers = camera.producer.rtpParameters.encodings?.length ?? 1;
    const layer = layerFor(shown.rows, camera.rows, layers);
    if (!shown.paused && layer < layers - 1) camera.smallLayer.add(view);
    else camera.smallLayer.remove(view);
    if (consumer.type !== 'simple') await consumer.setPreferredLayers({ spatialLayer: layer });
  }

  #ended(cameraId: string, consumer: ms.Consumer, why: ViewEnd | undefined): void {
    const view = this.#views.get(cameraId);
    if (view?.consumer !== consumer) return;
    this.#views.delete(cameraId);
    view.camera.smallLayer.remove(view);
    this.#options.giveBack();
    view.onOver();
    const { seat, camera } = view;
    if (seat.subchannels.delete(cameraId)) {
      seat.slot.results.subchannels.release(camera.viewKey);
      // An error means that the transport is gone, and its subscription with it.
      if (!seat.results.closed) seat.results.setSubchannels([...seat.subchannels.values()]).catch(() => {});
    }
    if (why !== undefined) this.#options.onEnded(cameraId, why);
  }

  async #seatOn(slot: RouterSlot): Promise<Seat> {
    const found = await this.#seats.get(slot)?.catch(() => null);
    if (found && !found.transport.closed) return found;
    const opening = this.#openSeat(slot);
    this.#seats.set(slot, opening);
    return opening;
  }

  async #openSeat(slot: RouterSlot): Promise<Seat> {
    const transport = await mediaCall('open a transport', slot, () => openTransport(slot, 'recv'));
    try {
      const results = await mediaCall('receive results', slot, () =>
        slot.results.consumeResults(transport, []),
      );
      if (this.#closed || transport.closed) throw mediaUnavailable();
      const seat: Seat = { slot, transport, results, subchannels: new Map() };
      this.#transports.set(transport.id, seat);
      transport.observer.once('close', () => {
        this.#transports.delete(transport.id);
        this.#seats.delete(slot);
      });
      return seat;
    } catch (error) {
      transport.close();
      throw error;
    }
  }
}
