/** Who watches which camera over which socket, and that nobody does who no longer may. */
import type { Cameras } from '../media/cameras.ts';
import type { Viewer } from '../media/viewer.ts';
import type { Viewers } from '../media/viewers.ts';
import { MusterError } from '../protocol/error.ts';
import { may } from '../protocol/permissions.ts';
import type { RequestData, ViewEnd, ViewParameters } from '../protocol/signaling.ts';
import type { SignalingPeer } from './signaling-peer.ts';
import type { ViewingPort } from './viewing-port.ts';

export interface CameraViewingOptions {
  cameras: Pick<Cameras, 'get'>;
  viewers: Viewers;
  port: ViewingPort;
}

export class CameraViewing {
  readonly #options: CameraViewingOptions;
  readonly #viewers = new Map<SignalingPeer, Viewer>();

  constructor(options: CameraViewingOptions) {
    this.#options = options;
  }

  /** @throws MusterError as `ViewingPort.begin` and `Viewer.open` do */
  async open(
    peer: SignalingPeer,
    { cameraId, rtpCapabilities }: RequestData<'view.open'>,
  ): Promise<ViewParameters> {
    const { actor } = peer;
    if (actor.kind !== 'account') throw new MusterError('forbidden', 'Only signed-in staff can do this.');
    const { cameras, port } = this.#options;
    const over = await port.begin(actor, cameraId);
    try {
      const camera = cameras.get(cameraId);
      if (!camera || camera.closed) {
        throw new MusterError('media-unavailable', 'This camera is no longer publishing.');
      }
      const viewer = this.#of(peer);
      const view = await viewer.open(camera, rtpCapabilities, over);
      // It may have been switched off meanwhile.
      const end = this.#endOf(peer, cameraId);
      if (end === null) return view;
      viewer.close(cameraId);
      throw end === 'off'
        ? new MusterError('viewing-off', 'Watching cameras is switched off at this site.')
        : new MusterError('forbidden', 'You are not allowed to do this.');
    } catch (error) {
      over();
      throw error;
    }
  }

  async connect(peer: SignalingPeer, request: RequestData<'view.connect'>): Promise<void> {
    await this.#of(peer).connect(request.transportId, request.dtlsParameters);
  }

  async adjust(peer: SignalingPeer, { cameraId, ...shown }: RequestData<'view.adjust'>): Promise<void> {
    await this.#of(peer).adjust(cameraId, shown);
  }

  close(peer: SignalingPeer, cameraId: string): void {
    this.#viewers.get(peer)?.close(cameraId);
  }

  /** Ends all views of the socket. Idempotent. */
  release(peer: SignalingPeer): void {
    this.#viewers.get(peer)?.closeAll();
    this.#viewers.delete(peer);
  }

  /** Ends the views that are not allowed any more: a site has switched them off, or an account has another role. */
  review(): void {
    for (const [peer, viewer] of this.#viewers) {
      for (const cameraId of viewer.cameras) {
        const end = this.#endOf(peer, cameraId);
        if (end !== null) viewer.close(cameraId, end);
      }
    }
  }

  #endOf({ actor }: SignalingPeer, cameraId: string): ViewEnd | null {
    if (!may(actor, 'cameras:view')) return 'not-permitted';
    return this.#options.port.mayView(cameraId) ? null : 'off';
  }

  #of(peer: SignalingPeer): Viewer {
    let viewer = this.#viewers.get(peer);
    if (!viewer) {
      viewer = this.#options.viewers.viewer((cameraId, why) =>
        peer.notify({ notify: 'view.ended', data: { cameraId, why } }),
      );
      this.#viewers.set(peer, viewer);
    }
    return viewer;
  }
}
