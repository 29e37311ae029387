/** Where a camera is fetched by RTSP, and how that goes. */
import { z } from 'zod';
import { instant, printedLine } from './fields.ts';

/** Longest address, with its path. */
const LONGEST_ADDRESS = 500;
const LONGEST_SECRET = 200;

const unprintable = { error: 'holds characters that cannot be printed' };

/** `rtsp://` or `rtsps://`, a host, and whatever path the camera wants. */
export const rtspAddress = z
  .string()
  .trim()
  .max(LONGEST_ADDRESS, { error: `is longer than ${LONGEST_ADDRESS} characters` })
  .regex(printedLine, unprintable)
  .refine(isRtspUrl, { error: 'is not an address such as rtsp://192.168.1.20:554/stream1' });

function isRtspUrl(text: string): boolean {
  if (!/^rtsps?:\/\//i.test(text) || /\s/.test(text) || !URL.canParse(text)) return false;
  const { hostname, hash } = new URL(text);
  return hostname !== '' && hash === '';
}

const secret = z
  .string()
  .max(LONGEST_SECRET, { error: `is longer than ${LONGEST_SECRET} characters` })
  .regex(printedLine, unprintable);

const RTSP_TRANSPORTS = ['tcp', 'udp'] as const;
const transport = z
  .enum(RTSP_TRANSPORTS, { error: 'is not one of tcp, udp' })
  .describe('How the pictures travel from the camera: `tcp` loses none, `udp` waits for none.');
export type RtspTransport = z.infer<typeof transport>;

/** What is written of the way to a camera. The name and the password may stand in the address as well. */
export const rtspSourceInput = z.strictObject({
  address: rtspAddress,
  user: secret.default(''),
  password: secret.default(''),
  transport: transport.default('tcp'),
});

/**
 * Name and password belong to the host that they were written for: with an address on another host they must be written
 * again.
 */
export const rtspSourceChange = z
  .strictObject({ address: rtspAddress, user: secret, password: secret, transport })
  .partial();
export type RtspSourceChange = z.infer<typeof rtspSourceChange>;

/** Why no picture of a camera arrives. */
const RTSP_PROBLEMS = [
  'address-refused',
  'host-unknown',
  'unreachable',
  'credentials-refused',
  'path-unknown',
  'transport',
  'no-video',
  'codec',
  'profile',
  'picture-too-large',
  'no-pictures',
  'sent-elsewhere',
  'ended',
  'no-program',
  'not-readable',
  'failed',
] as const;
export type RtspProblem = (typeof RTSP_PROBLEMS)[number];

const RTSP_STATES = ['waiting', 'connecting', 'running'] as const;
export type RtspState = (typeof RTSP_STATES)[number];

export const rtspView = z
  .strictObject({
    address: z.string().describe('Without name, password and query.'),
    transport,
    credentials: z.boolean().describe('Whether a name or a password is stored. Neither is ever returned.'),
    state: z
      .enum(RTSP_STATES)
      .describe(
        '`running`: pictures arrive. `connecting`: it is being tried. `waiting`: for the next try, or for a server.',
      ),
    problem: z
      .strictObject({
        code: z.enum(RTSP_PROBLEMS),
        detail: z.string().nullable().describe('What was found, such as the name of a codec.'),
        message: z.string(),
      })
      .nullable()
      .describe('Why the last try ended; null once pictures arrive.'),
    since: instant.describe('Of this state.'),
  })
  .meta({ id: 'RtspSource' });
export type RtspView = z.infer<typeof rtspView>;
