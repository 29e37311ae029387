/** One request to a receiver: to an allowed address only, without redirects, in bounded time. Never rejects. */
import { lookup, type LookupAddress } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { asLine } from '../protocol/fields.ts';
import { type DeliveryOutcome, WEBHOOK_LIMITS, type WebhookTestView } from '../protocol/webhooks.ts';
import type { AllowedAddresses } from './allowed-addresses.ts';

export interface WebhookCall {
  url: string;
  headers: Readonly<Record<string, string>>;
  /** JSON. */
  body: string;
  allowed: AllowedAddresses;
  /** Ends it early. */
  signal: AbortSignal;
  /** ms */
  limit?: number;
}

/** Characters of an answer that the history keeps. */
const ANSWER_KEPT = 200;

export async function callWebhook({
  url,
  headers,
  body,
  allowed,
  signal,
  limit = WEBHOOK_LIMITS.call,
}: WebhookCall): Promise<WebhookTestView> {
  const target = new URL(url);
  const secure = target.protocol === 'https:';
  const mayConnect = (address: string) => (secure ? allowed.isAllowed(address) : allowed.isNamed(address));
  const host = target.hostname.replace(/^\[|\]$/g, '');
  // A name is checked when it is resolved, an address here: nobody resolves that.
  if (isIP(host) !== 0 && !mayConnect(host)) return failed('address-not-allowed');
  const timeout = AbortSignal.timeout(limit);
  try {
    return await send(
      target,
      {
        method: 'POST',
        headers: {
          ...headers,
          'content-type': 'application/json',
          'content-length': String(Buffer.byteLength(body)),
          'user-agent': 'Muster-Webhooks/1',
        },
        // A connection of its own: the address that was checked is the one that is used.
        agent: false,
        lookup: checkedLookup(mayConnect),
        signal: AbortSignal.any([timeout, signal]),
      },
      body,
    );
  } catch (error) {
    return failed(timeout.aborted ? 'timeout' : outcomeOf(error));
  }
}

function send(target: URL, options: https.RequestOptions, body: string): Promise<WebhookTestView> {
  const { request } = target.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const sent = request(target, options, (response) => {
      const { statusCode: status = 0 } = response;
      readStart(response).then(
        (answer) => resolve({ outcome: outcomeOfStatus(status), status, answer }),
        reject,
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** How an answer begins. The rest is not read. */
async function readStart(response: http.IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    parts.push(part);
    length += part.length;
    // Leaving the loop destroys the response and its connection.
    if (length >= WEBHOOK_LIMITS.answer) break;
  }
  return asLine(Buffer.concat(parts).toString('utf8').replaceAll('\uFFFD', ''), ANSWER_KEPT) || null;
}

function outcomeOfStatus(status: number): DeliveryOutcome {
  if (status >= 200 && status < 300) return 'delivered';
  if (status >= 300 && status < 400) return 'redirected';
  return status === 410 ? 'gone' : 'refused';
}

const NOT_ALLOWED = 'ENOTALLOWED';

/** Resolves a name, and hands on only the addresses that are allowed. */
function checkedLookup(mayConnect: (address: string) => boolean): LookupFunction {
  return (hostname, options, told) => {
    lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      const passed = error ? [] : addresses.filter(({ address }) => mayConnect(address));
      const [first] = passed;
      if (error) told(error, '', 0);
      else if (!first) told(Object.assign(new Error('not allowed'), { code: NOT_ALLOWED }), '', 0);
      else if (options.all) told(null, passed, 0);
      else told(null, first.address, first.family);
    });
  };
}

function outcomeOf(error: unknown): DeliveryOutcome {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? '';
  if (code === NOT_ALLOWED) return 'address-not-allowed';
  if (['ENOTFOUND', 'EAI_AGAIN', 'ENODATA'].includes(code)) return 'name-unknown';
  if (/CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|EPROTO/.test(code)) return 'certificate';
  return code === 'ETIMEDOUT' ? 'timeout' : 'unreachable';
}

function failed(outcome: DeliveryOutcome): WebhookTestView {
  return { outcome, status: null, answer: null };
}
