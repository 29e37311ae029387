/** Stations and cameras: their settings, and how they are paired. */
import { z } from 'zod';
import { id, instant, next, title, version } from './fields.ts';
import { LANGUAGE_SETTINGS } from './language.ts';
import { rtspSourceInput, rtspView } from './rtsp.ts';
import { ZONE_CORNERS, zoneFault } from './zone.ts';

/** Bounds of the smallest face, as fractions of the picture's height. */
export const MIN_FACE = { least: 0.01, most: 0.9 } as const;

/** What a face has to show at a door before it counts. */
export const WISHES = ['kiosk', 'corridor', 'everyone'] as const;
const wishAsked = z.enum(WISHES, { error: `is not one of ${WISHES.join(', ')}` });
export type WishAsked = z.infer<typeof wishAsked>;

/** What a browser is paired as. */
const pairedKind = z.enum(['station', 'camera'], { error: 'is not one of station, camera' });
/** An `encoder` is a program that publishes by WHIP, with a token in place of a browser's cookie. */
export const deviceKind = z.enum(['station', 'camera', 'encoder']);
export type DeviceKind = z.infer<typeof deviceKind>;

/** By how many degrees clockwise a picture is turned. */
export const TURNS = [0, 90, 180, 270] as const;

const mounting = z
  .strictObject({
    turn: z
      .literal(TURNS, { error: `is not one of ${TURNS.join(', ')}` })
      .describe('The picture of the camera is turned by so many degrees clockwise.'),
    mirrored: z.boolean().describe('Left and right are exchanged after that.'),
  })
  .meta({ id: 'Mounting' });
/** How a camera hangs: what makes its picture upright. */
export type Mounting = z.infer<typeof mounting>;
/** Of a camera that stands upright. */
export const UPRIGHT: Mounting = { turn: 0, mirrored: false };

const fraction = z
  .number()
  .min(0, { error: 'is outside of the picture' })
  .max(1, { error: 'is outside of the picture' });

const crossed = { error: 'crosses itself' };
const small = { error: 'is too small' };

const zone = z
  .array(z.tuple([fraction, fraction]))
  .min(ZONE_CORNERS.least, { error: `has fewer than ${ZONE_CORNERS.least} corners` })
  .max(ZONE_CORNERS.most, { error: `has more than ${ZONE_CORNERS.most} corners` })
  .refine((corners) => zoneFault(corners) !== 'crossed', crossed)
  .refine((corners) => zoneFault(corners) !== 'small', small);

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'is not a time such as 08:30' });

const weekHours = z
  .array(
    z
      .strictObject({
        from: clock,
        to: clock.describe('On the next date unless it is later than `from`.'),
      })
      .nullable(),
  )
  .length(7, { error: 'has not 7 days' })
  .describe('Monday first, by the clock of the site; null for a day without hours.');
/** Monday first. */
export type WeekHours = z.infer<typeof weekHours>;

/** Bounds of the pictures of a camera that are analyzed in a second. */
export const ANALYSIS_RATE = { least: 1, most: 30 } as const;

/** How a station names the people that it recognizes. */
export const NAMES_SHOWN = ['full', 'given', 'none'] as const;
const namesShown = z.enum(NAMES_SHOWN, { error: `is not one of ${NAMES_SHOWN.join(', ')}` });
export type NamesShown = z.infer<typeof namesShown>;

/** Settings of a station or camera that an administrator can change; pushed to the device when they do. */
export const deviceSettings = z
  .strictObject({
    mode: z
      .enum(['auto', 'in', 'out'], { error: 'is not one of auto, in, out' })
      .describe(
        '`auto`: what a passing means is derived, as the site reads it. `in`: people only enter here; `out`: they only leave.',
      ),
    minGap: z
      .int()
      .min(0)
      .max(86_400_000, { error: 'is longer than a day' })
      .describe('Least time between two punches of one person at this kind of door, ms.'),
    minFace: z
      .number()
      .min(MIN_FACE.least, { error: 'is smaller than 1 % of the picture' })
      .max(MIN_FACE.most, { error: 'is larger than 90 % of the picture' })
      .describe("Smallest face that the analyzer looks for, as a fraction of the picture's height."),
    wish: wishAsked.describe(
      'When a face that is recognized counts. `kiosk`: near, facing the camera, and not behind somebody. `corridor`: near or coming nearer, and facing the camera for a while. `everyone`: always. Default: `kiosk` for a station, `corridor` for a camera.',
    ),
    mounting: mounting.describe('What makes the picture of the camera upright. The default changes nothing.'),
    zone: zone
      .nullable()
      .describe(
        'The part of the picture in which faces count, as corners: fractions of the upright picture from the left and from the top. A face whose middle is outside is neither followed nor recognized. Null: the whole picture.',
      ),
    rate: z
      .int()
      .min(ANALYSIS_RATE.least, { error: `is less than ${ANALYSIS_RATE.least} a second` })
      .max(ANALYSIS_RATE.most, { error: `is more than ${ANALYSIS_RATE.most} a second` })
      .nullable()
      .describe('Pictures that are analyzed in a second, at most. Null: as many as the server is set to.'),
    hours: weekHours
      .nullable()
      .describe('When the camera recognizes anybody. Outside of it no picture is analyzed. Null: always.'),
    names: namesShown.describe(
      'What a station shows of the name of a person: all of it, the given name, or nothing. What it may not show is not sent to it.',
    ),
    times: z.boolean().describe('Whether a station shows the time of a punch.'),
    recentEvents: z
      .int()
      .min(0)
      .max(20)
      .describe('How many past events the station lists; 0 lists no events.'),
    sound: z.boolean(),
    ownCamera: z
      .boolean()
      .describe(
        'Only of a station: whether it uses the camera of its device. A station without shows the results of the cameras that are tied to it, and takes PIN and badge.',
      ),
    station: id
      .nullable()
      .describe(
        'Only of a camera or an encoder: the station of the same site whose screen shows its results. Its punches are then made as at that station, with the `mode` and `minGap` of it. It becomes null when the station is unpaired, or when one of the two moves to another site.',
      ),
    language: z
      .enum(LANGUAGE_SETTINGS, { error: `is not one of ${LANGUAGE_SETTINGS.join(', ')}` })
      .describe('Language of the page on the device; `auto`: that of its browser.'),
  })
  .meta({ id: 'DeviceSettings' });
export type DeviceSettings = z.infer<typeof deviceSettings>;

/** Where a device stands, as the device itself needs to know it. */
export const siteOfDevice = z.strictObject({
  id,
  name: z.string(),
  timeZone: z.string(),
  viewing: z.boolean().describe('Whether the pictures of its cameras may be watched live.'),
});
export type SiteOfDevice = z.infer<typeof siteOfDevice>;

const settingsChange = deviceSettings.partial();

/** Stored settings may lack what a later version added; the wire always has all of it. */
export const deviceView = z
  .strictObject({
    id,
    version,
    name: z.string(),
    kind: deviceKind,
    site: siteOfDevice,
    settings: deviceSettings,
    rtsp: rtspView
      .nullable()
      .describe('Where this server fetches the pictures by RTSP; null for a browser, which sends them.'),
    pairedAt: instant,
    lastSeen: instant.nullable(),
    revokedAt: instant.nullable(),
  })
  .meta({ id: 'Device' });
export type DeviceView = z.infer<typeof deviceView>;

export const devicesView = z.strictObject({ devices: z.array(deviceView), next });

/** Null stands for the default site. */
const siteId = id.nullable();

export const deviceChange = z.strictObject({ name: title, siteId, settings: settingsChange }).partial();
export type DeviceChange = z.infer<typeof deviceChange>;

export const newPairing = z.strictObject({
  kind: pairedKind,
  name: title,
  siteId: siteId.default(null),
  settings: settingsChange.default({}),
});
export type NewPairing = z.infer<typeof newPairing>;

/** A camera that this server fetches: no browser is paired for it. */
export const newRtspCamera = rtspSourceInput.extend({
  name: title,
  siteId: siteId.default(null),
  settings: settingsChange.default({}),
});
export type NewRtspCamera = z.infer<typeof newRtspCamera>;

export const pairingView = z
  .strictObject({
    code: z.string().describe('Eight characters, shown once.'),
    expiresAt: instant,
    addresses: z
      .array(z.string())
      .describe('`https://…` at which another device reaches this server, likeliest first; may be empty.'),
  })
  .meta({ id: 'PairingCode' });
export type PairingView = z.infer<typeof pairingView>;

export const newEncoder = newPairing.omit({ kind: true });
export type NewEncoder = z.infer<typeof newEncoder>;

export const encoderView = z
  .strictObject({ device: deviceView, token: z.string().describe('For the encoder; shown once.') })
  .meta({ id: 'Encoder' });
export type EncoderView = z.infer<typeof encoderView>;

export const pairInput = z.strictObject({ code: z.string().max(32) });
