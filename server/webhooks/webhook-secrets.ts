/** The secrets of receivers, sealed under the master key. */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { EnvelopeError } from '../crypto/envelope.ts';
import type { Em } from '../db/database.ts';
import { WebhookSecret } from '../db/entities/webhook.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { WEBHOOK_LIMITS } from '../protocol/webhooks.ts';
import { newWebhookSecret, webhookSecretText } from './signature.ts';

export class WebhookSecrets {
  readonly #keys: Pick<KeyRing, 'seal' | 'open'>;
  readonly #log: Logger;

  constructor({ keys, log }: { keys: Pick<KeyRing, 'seal' | 'open'>; log: Logger }) {
    this.#keys = keys;
    this.#log = log.child({ part: 'webhooks' });
  }

  /** Inside the transaction of the caller. The one before signs for a day too, those before that no more. Returns its text. */
  async replace(em: Em, endpointId: string, at: Date): Promise<string> {
    const until = new Date(at.getTime() + WEBHOOK_LIMITS.rotation);
    await em.nativeDelete(WebhookSecret, { endpointId, expiresAt: { $ne: null } });
    await em.nativeUpdate(WebhookSecret, { endpointId }, { expiresAt: until });
    const id = randomUUID();
    const secret = newWebhookSecret();
    const sealed = await this.#keys.seal(em, 'webhookSecret', [id], secret);
    await em.insert(WebhookSecret, { id, endpointId, ...sealed, createdAt: at, expiresAt: null });
    return webhookSecretText(secret);
  }

  /** Those that sign now, the newest first. Without those that do not open. */
  async open(em: Em, endpointId: string): Promise<Buffer[]> {
    const rows = await em.find(
      WebhookSecret,
      { endpointId, $or: [{ expiresAt: null }, { expiresAt: { $gt: new Date() } }] },
      { orderBy: { createdAt: 'desc' }, disableIdentityMap: true },
    );
    const secrets: Buffer[] = [];
    for (const { id, masterKeyId, sealed } of rows) {
      try {
        secrets.push(await this.#keys.open('webhookSecret', [id], masterKeyId, sealed));
      } catch (error) {
        if (!(error instanceof EnvelopeError)) throw error;
        this.#log.error(
          { event: 'webhook.secret-unreadable', webhookId: endpointId, why: error.message },
          'the secret of a webhook does not open',
        );
      }
    }
    return secrets;
  }
}
