import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { newWebhookSecret, signatureHeaders, webhookSecretText } from './signature.ts';

const message = (body = '{"type":"punch.created"}') => ({
  id: 'evt_1',
  timestamp: Math.floor(Date.now() / 1_000),
  body,
});

describe('signatures', () => {
  it('the published library verifies a message with the secret, and refuses another body or secret', () => {
    const secret = newWebhookSecret();
    const headers = signatureHeaders(message(), [secret]);
    const receiver = new Webhook(webhookSecretText(secret));
    expect(receiver.verify(message().body, headers)).toEqual({ type: 'punch.created' });
    expect(() => receiver.verify('{"type":"punch.stated"}', headers)).toThrow('No matching signature');
    expect(() => new Webhook(webhookSecretText(newWebhookSecret())).verify(message().body, headers)).toThrow(
      'No matching signature',
    );
  });

  it('during a rotation the former and the new secret both verify it', () => {
    const [before, after] = [newWebhookSecret(), newWebhookSecret()];
    const headers = signatureHeaders(message(), [after, before]);
    for (const secret of [before, after]) {
      expect(new Webhook(webhookSecretText(secret)).verify(message().body, headers)).toBeTruthy();
    }
  });
});
