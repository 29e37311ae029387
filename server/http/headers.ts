/** Headers that every answer carries. */
import type { RequestHandler } from 'express';
import helmet from 'helmet';

const DIRECTIVES = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  // Components set style attributes; nothing a user types reaches one.
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:', 'blob:'],
  fontSrc: ["'self'", 'data:'],
  mediaSrc: ["'self'", 'data:', 'blob:', 'mediastream:'],
  // 'self' covers the socket of the same host; bundled icons are fetched from data addresses.
  connectSrc: ["'self'", 'data:'],
  workerSrc: ["'self'", 'blob:'],
  manifestSrc: ["'self'"],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
};

const PERMISSIONS = [
  'camera=(self)',
  'screen-wake-lock=(self)',
  'fullscreen=(self)',
  'autoplay=(self)',
  'microphone=()',
  'geolocation=()',
  'display-capture=()',
  'payment=()',
  'usb=()',
].join(', ');

/** @param csp false only where something else serves the pages and sets its own (development) */
export function headers({ csp }: { csp: boolean }): RequestHandler[] {
  return [
    helmet({
      contentSecurityPolicy: csp && { useDefaults: false, directives: DIRECTIVES },
      // It would hold for every port of the host: plain http on the loopback interface must stay possible.
      strictTransportSecurity: false,
      // 'no-referrer' makes browsers hide the origin of some writes, which the origin check needs.
      referrerPolicy: { policy: 'same-origin' },
      xFrameOptions: { action: 'deny' },
    }),
    (_req, res, next) => {
      res.setHeader('Permissions-Policy', PERMISSIONS);
      next();
    },
  ];
}
