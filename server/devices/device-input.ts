/** What an administrator may say of a device. */
import { z } from 'zod';
import { isTimeZone } from '../time/work-date.ts';
import { MIN_FACE } from '../protocol/signaling.ts';
import { DAY } from '../time/durations.ts';

const deviceSettings = z
  .strictObject({
    mode: z.enum(['auto', 'in', 'out'], { error: 'is none of auto, in, out' }),
    timeZone: z
      .string()
      .max(64)
      .refine(isTimeZone, { error: 'is not an IANA time zone such as Europe/Paris' }),
    minGap: z.int().min(0).max(DAY, { error: 'is longer than a day' }),
    dayTurnsAt: z.int().min(0).max(23),
    minFace: z
      .number()
      .min(MIN_FACE.least, { error: 'is smaller than 1 % of the picture' })
      .max(MIN_FACE.most, { error: 'is larger than 90 % of the picture' }),
    recentEvents: z.int().min(0).max(20),
    sound: z.boolean(),
  })
  .partial();

const name = z.string().trim().min(1, { error: 'is missing' }).max(80);

export const pairingInput = z.strictObject({
  kind: z.enum(['station', 'camera'], { error: 'is none of station, camera' }),
  name,
  settings: deviceSettings.default({}),
});
export type NewPairing = z.infer<typeof pairingInput>;

export const deviceChange = z.strictObject({ name, settings: deviceSettings }).partial();
export type DeviceChange = z.infer<typeof deviceChange>;

export const pairInput = z.strictObject({ code: z.string().max(32) });
