/** Secrets and signatures by Standard Webhooks (standardwebhooks.com), version 1. */
import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';
/** The specification allows 24 to 64. */
const SECRET_BYTES = 32;

export function newWebhookSecret(): Buffer {
  return randomBytes(SECRET_BYTES);
}

/** As the receiver is given it. */
export function webhookSecretText(secret: Uint8Array): string {
  return PREFIX + Buffer.from(secret).toString('base64');
}

export interface SignedMessage {
  /** The id of the event. */
  id: string;
  /** Of this try, seconds since the epoch. */
  timestamp: number;
  body: string;
}

/** The headers that sign a message, with one signature for each secret. */
export function signatureHeaders(
  { id, timestamp, body }: SignedMessage,
  secrets: readonly Uint8Array[],
): Record<string, string> {
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`,
  );
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  };
}
