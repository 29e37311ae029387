/** Exchanges the certificate of the running server when another one is due: new addresses, a renewed file, a near end. */
import type { Logger } from 'pino';
import { SerialQueue } from '../async/serial.ts';
import { HOUR } from '../time/durations.ts';
import type { ServerCertificate } from './certificate.ts';

export interface CertificateKeeperOptions {
  /** The one in use. */
  certificate: ServerCertificate;
  /** Loads the one that should be in use, as at the start. */
  load: () => Promise<ServerCertificate>;
  /** Shows it from now on. */
  use: (certificate: ServerCertificate) => void;
  log: Logger;
  /** How often it is looked at without an event, ms. */
  period?: number;
}

export class CertificateKeeper {
  readonly #options: CertificateKeeperOptions;
  readonly #looks = new SerialQueue();
  readonly #timer: NodeJS.Timeout;
  #fingerprint: string;

  constructor(options: CertificateKeeperOptions) {
    this.#options = options;
    this.#fingerprint = options.certificate.fingerprint;
    this.#timer = setInterval(() => void this.look(), options.period ?? HOUR).unref();
  }

  /** Looks now. With a fault (a renewal half done), the one in use stays. Never rejects. */
  look(): Promise<void> {
    return this.#looks.run(async () => {
      const { load, use, log } = this.#options;
      try {
        const certificate = await load();
        if (certificate.fingerprint === this.#fingerprint) return;
        use(certificate);
        this.#fingerprint = certificate.fingerprint;
        log.info(
          {
            event: 'certificate.exchanged',
            fingerprint: certificate.fingerprint,
            validTo: certificate.validTo,
          },
          'another certificate is in use',
        );
      } catch (error) {
        log.warn({ event: 'certificate.not-exchanged', err: error }, 'the certificate in use stays');
      }
    });
  }

  /** Idempotent. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looks.idle();
  }
}
