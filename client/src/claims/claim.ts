/** One claim, as it is kept in the browser until the server has answered it. */
import type { ClaimContent, ClaimKeyView, ClockAnchor, ClockReading, SignedClaim } from '#protocol/claims.ts';
import type { Pass } from '#protocol/signaling.ts';
import { sealPass, sign } from './claim-crypto.ts';

/** What a claim is made with. */
export interface ClaimMaker {
  deviceId: string;
  deviceKey: CryptoKeyPair;
  serverKey: ClaimKeyView;
}

export interface NewClaim {
  /** Of the request that the server did not answer, so that both together make one punch. */
  claimId: string;
  sequence: number;
  pass: Pass;
  made: ClockReading;
  anchor: ClockAnchor | null;
}

export async function makeClaim(
  { deviceId, deviceKey, serverKey }: ClaimMaker,
  { claimId, sequence, pass, made, anchor }: NewClaim,
): Promise<SignedClaim> {
  const content: ClaimContent = {
    claim: claimId,
    device: deviceId,
    sequence,
    made,
    anchor,
    key: serverKey.id,
    type: pass.type,
    sealed: await sealPass(pass, claimId, serverKey),
  };
  const text = JSON.stringify(content);
  return { text, signature: await sign(deviceKey, text) };
}
