import type { types as ms } from 'mediasoup';
import type { TransportParameters } from '../protocol/signaling.ts';
import type { RouterSlot } from './router-slot.ts';

/**
 * `send`: a browser publishes its camera. `ingest`: a program publishes it, which may answer no consent checks. `recv`: a browser receives results over SCTP. `analyzer`: the frames of a camera
 * go to its analyzer.
 */
export type TransportUse = 'send' | 'ingest' | 'recv' | 'analyzer';

/**
 * Opens a transport with limits on what it receives and queues and how long it waits for a connection. It closes itself
 * when its DTLS connection ends.
 */
export async function openTransport(slot: RouterSlot, use: TransportUse): Promise<ms.WebRtcTransport> {
  const { limits } = slot;
  const transport = await slot.router.createWebRtcTransport({
    webRtcServer: slot.webRtcServer,
    preferUdp: true,
    iceConsentTimeout: use === 'ingest' ? 0 : limits.iceConsentTimeout,
    ...(use === 'analyzer' && { initialAvailableOutgoingBitrate: limits.analyzerBitrate }),
    ...(use === 'recv' && {
      enableSctp: true,
      maxSendMessageSize: limits.maxSendMessageBytes,
      maxReceiveMessageSize: limits.maxReceiveMessageBytes,
      sctpMaxReceiverWindowBufferSize: limits.receiveWindowBytes,
      sctpSendBufferSize: limits.transportQueueBytes,
      sctpPerStreamSendQueueLimit: limits.channelQueueBytes,
    }),
  });
  const late = setTimeout(() => transport.close(), limits.connectTimeout);
  slot.transports.add(transport);
  transport.observer.once('close', () => {
    clearTimeout(late);
    slot.transports.delete(transport);
  });
  transport.on('dtlsstatechange', (state) => {
    if (state === 'connected') clearTimeout(late);
    if (state === 'failed' || state === 'closed') transport.close();
  });
  if (use === 'send' || use === 'ingest') await transport.setMaxIncomingBitrate(limits.maxIncomingBitrate);
  return transport;
}

export function transportParameters(transport: ms.WebRtcTransport, slot: RouterSlot): TransportParameters {
  return {
    id: transport.id,
    iceParameters: transport.iceParameters,
    iceCandidates: slot.offer(transport.iceCandidates),
    dtlsParameters: transport.dtlsParameters,
    ...(transport.sctpParameters && { sctpParameters: transport.sctpParameters }),
  };
}
