/**
 * The keys of a station, with Web Cryptography. What it keeps while the server is away is sealed to a key of the server, so
 * that it holds no PIN that anybody could read, and signed by a key of its own, which cannot be taken out of this browser.
 */
import type { ClaimKeyView } from '#protocol/claims.ts';
import type { Pass } from '#protocol/signaling.ts';

const SIGNING = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const AGREEMENT = { name: 'ECDH', namedCurve: 'P-256' } as const;

export function newDeviceKey(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(SIGNING, false, ['sign', 'verify']);
}

/** As the server registers it. */
export async function publicKeyOf({ publicKey }: CryptoKeyPair): Promise<string> {
  return base64url(await crypto.subtle.exportKey('raw', publicKey));
}

export async function sign({ privateKey }: CryptoKeyPair, text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  return base64url(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, bytes));
}

/** Only the server can open it, and only as a part of this claim. */
export async function sealPass(pass: Pass, claimId: string, to: ClaimKeyView): Promise<string> {
  const { subtle } = crypto;
  const server = fromBase64url(to.publicKey);
  const serverKey = await subtle.importKey('raw', server, AGREEMENT, false, []);
  const ephemeral = await subtle.generateKey(AGREEMENT, false, ['deriveBits']);
  const sender = new Uint8Array(await subtle.exportKey('raw', ephemeral.publicKey));
  const secret = await subtle.deriveBits({ name: 'ECDH', public: serverKey }, ephemeral.privateKey, 256);
  const material = await subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey']);
  const info = joined(new TextEncoder().encode('muster/claim'), sender, server);
  const key = await subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info },
    material,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt'],
  );
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const additionalData = new TextEncoder().encode(claimId);
  const plain = new TextEncoder().encode(JSON.stringify(pass));
  const body = await subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData }, key, plain);
  return base64url(joined(sender, nonce, new Uint8Array(body)));
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function base64url(bytes: ArrayBuffer | Uint8Array): string {
  const text = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
}
