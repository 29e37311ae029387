/** RTCP payload type of payload-specific feedback, and its formats that request a keyframe (RFC 4585, RFC 5104). */
const PAYLOAD_FEEDBACK = 206;
const PLI = 1;
const FIR = 4;

/** Whether an RTCP packet, or any part of a compound packet, requests a keyframe. Pure. */
export function asksForKeyframe(rtcp: Buffer): boolean {
  for (let at = 0; at + 4 <= rtcp.length; at += 4 * (rtcp.readUInt16BE(at + 2) + 1)) {
    const format = rtcp[at]! & 0x1f;
    if (rtcp[at + 1] === PAYLOAD_FEEDBACK && (format === PLI || format === FIR)) return true;
  }
  return false;
}
