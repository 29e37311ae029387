/** Receives RTP from a media router over ICE, DTLS and SRTP, and asks it for what is missing. */
import type { types as ms } from 'mediasoup';
import {
  GenericNack,
  IceCandidate,
  PictureLossIndication,
  ProtectionProfileAeadAes128Gcm,
  ProtectionProfileAes128CmHmacSha1_80,
  RTCDtlsParameters,
  RTCDtlsTransport,
  RTCIceGatherer,
  RTCIceParameters,
  RTCIceTransport,
  type RtcpPacket,
  RtcpPayloadSpecificFeedback,
  RtcpTransportLayerFeedback,
  type RtpPacket as WeriftPacket,
} from 'werift';
import type { TransportParameters } from '../../protocol/signaling.ts';
import type { RtpPacket } from './pictures.ts';

export interface RtpReceiverOptions {
  transport: TransportParameters;
  onPacket(packet: RtpPacket): void;
  /** Called once: nothing more will arrive. */
  onFailed(message: string): void;
}

const ORIENTATION = 'urn:3gpp:video-orientation';
/** In the order of preference. */
const SRTP = [ProtectionProfileAeadAes128Gcm, ProtectionProfileAes128CmHmacSha1_80] as const;
/** Of its own reports; nothing depends on it. */
const OWN_SSRC = 1;

export class RtpReceiver {
  readonly dtlsParameters: ms.DtlsParameters;
  readonly #dtls: RTCDtlsTransport;
  readonly #options: RtpReceiverOptions;
  #ssrc: number | null = null;
  #payloadType = -1;
  #orientation: number | null = null;
  #failed = false;

  static async open(options: RtpReceiverOptions): Promise<RtpReceiver> {
    await RTCDtlsTransport.SetupCertificate();
    const { iceParameters, iceCandidates, dtlsParameters } = options.transport;
    const gatherer = new RTCIceGatherer({
      additionalHostAddresses: ['127.0.0.1'],
      useIpv6: iceCandidates.some(({ ip }) => ip.includes(':')),
      tcpPassive: false,
    });
    const ice = new RTCIceTransport(gatherer);
    ice.connection.iceControlling = true;
    const dtls = new RTCDtlsTransport({}, ice, undefined, [...SRTP]);
    dtls.role = 'client';
    const receiver = new RtpReceiver(options, dtls);
    await ice.gather();
    ice.setRemoteParams(
      new RTCIceParameters({
        usernameFragment: iceParameters.usernameFragment,
        password: iceParameters.password,
        iceLite: true,
      }),
    );
    for (const { foundation, ip, port, priority, protocol } of iceCandidates) {
      if (protocol === 'udp')
        await ice.addRemoteCandidate(new IceCandidate(1, foundation, ip, port, priority, protocol, 'host'));
    }
    await ice.addRemoteCandidate(undefined);
    dtls.setRemoteParams(
      new RTCDtlsParameters(
        dtlsParameters.fingerprints.filter(({ algorithm }) => algorithm === 'sha-256'),
        'server',
      ),
    );
    receiver.#connect(ice);
    return receiver;
  }

  private constructor(options: RtpReceiverOptions, dtls: RTCDtlsTransport) {
    this.#options = options;
    this.#dtls = dtls;
    this.dtlsParameters = {
      role: 'client',
      fingerprints: dtls.localParameters.fingerprints as ms.DtlsFingerprint[],
    };
    dtls.onRtp.subscribe((packet) => this.#take(packet));
    dtls.onStateChange.subscribe((state) => {
      if (state === 'closed' || state === 'failed') this.#fail('the media connection ended');
    });
  }

  /** From now on, packets of this stream are passed on. */
  consume({ codecs, encodings, headerExtensions }: ms.RtpParameters): void {
    this.#payloadType = codecs[0]!.payloadType;
    this.#ssrc = encodings?.[0]?.ssrc ?? null;
    this.#orientation = headerExtensions?.find(({ uri }) => uri === ORIENTATION)?.id ?? null;
  }

  requestKeyframe(): void {
    if (this.#ssrc === null) return;
    this.#report(
      new RtcpPayloadSpecificFeedback({
        feedback: new PictureLossIndication({ senderSsrc: OWN_SSRC, mediaSsrc: this.#ssrc }),
      }),
    );
  }

  requestPackets(lost: number[]): void {
    if (this.#ssrc === null) return;
    this.#report(
      new RtcpTransportLayerFeedback({
        feedback: new GenericNack({ senderSsrc: OWN_SSRC, mediaSourceSsrc: this.#ssrc, lost }),
      }),
    );
  }

  #connect(ice: RTCIceTransport): void {
    const run = async () => {
      await ice.start();
      await this.#dtls.start();
    };
    run().catch((error: unknown) =>
      this.#fail(`the media connection failed: ${error instanceof Error ? error.message : String(error)}`),
    );
  }

  #take({ header, payload }: WeriftPacket): void {
    if (header.ssrc !== this.#ssrc || header.payloadType !== this.#payloadType) return;
    const { sequenceNumber: sequence, timestamp, marker } = header;
    const turned = header.extensions.find(({ id }) => id === this.#orientation)?.payload;
    this.#options.onPacket({
      sequence,
      timestamp,
      marker,
      payload,
      // The two lowest bits say by how many quarters it is to be turned clockwise (3GPP TS 26.114, 7.4.5).
      ...(turned && turned.length > 0 && { rotation: (turned[0]! & 3) * 90 }),
    });
  }

  #report(packet: RtcpPacket): void {
    // It fails before the connection exists, and what it asks for is asked for again.
    this.#dtls.sendRtcp([packet]).catch(() => {});
  }

  #fail(message: string): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#options.onFailed(message);
  }
}
