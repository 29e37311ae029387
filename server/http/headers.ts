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

/** Seconds. */
const HALF_A_YEAR = 180 * 24 * 3_600;

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

export interface HeaderOptions {
  /** False only where something else serves the pages and sets its own (development). */
  csp: boolean;
  /**
   * RFC 6797. Only with a certificate that browsers trust: with one of our own they could not pass its warning any
   * more. It holds for the name in the certificate; plain HTTP on `localhost` stays possible.
   */
  hsts: boolean;
}

export function headers({ csp, hsts }: HeaderOptions): RequestHandler[] {
  return [
    helmet({
      contentSecurityPolicy: csp && { useDefaults: false, directives: DIRECTIVES },
      strictTransportSecurity: hsts && { maxAge: HALF_A_YEAR, includeSubDomains: false },
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
