/** Opens the two doors: plain HTTP on the loopback interface, HTTPS for everybody else. */
import { once } from 'node:events';
import http, { type RequestListener, type Server } from 'node:http';
import https from 'node:https';
import type { Logger } from 'pino';
import { limitConnections } from './connection-limit.ts';
import { HTTP_LIMITS, type HttpLimits } from './limits.ts';
import { OperatorError } from '../operator-error.ts';

export interface ListenOptions {
  http: { host: string; port: number };
  https: { host: string; port: number; cert: string; key: string };
  /** Connections that one address may hold. */
  perAddress: number;
  /** Whether an address belongs to one of our proxies: see `proxyCheck`. Default: no address does. */
  isProxy?: (address: string) => boolean;
  /** Shorter or smaller limits for tests. */
  limits?: Partial<HttpLimits>;
  log: Logger;
}

/** How often Node looks for late requests, ms. With its default of 30 s, a limit of 10 s would become up to 40 s. */
const LOOK_FOR_LATE = 1_000;

export interface Listening {
  servers: Server[];
  /** The ports in use, where 0 was asked for too. */
  httpPort: number;
  httpsPort: number;
  /** Hands requests to the application; until then the answer is "starting", 503. */
  serve(app: RequestListener): void;
  /** Shows another certificate from now on; connections that are open keep theirs. */
  useCertificate(pair: { cert: string; key: string }): void;
  close(): Promise<void>;
}

/** Throws OperatorError for the first door that does not open: a port in use, a missing right, no such address. */
export async function listen(options: ListenOptions): Promise<Listening> {
  const limits = { ...HTTP_LIMITS, ...options.limits };
  const { headersTimeout, requestTimeout } = limits;
  const settings = {
    maxHeaderSize: limits.headerBytes,
    headersTimeout,
    requestTimeout,
    connectionsCheckingInterval: Math.min(LOOK_FOR_LATE, headersTimeout),
  };
  const { cert, key } = options.https;
  const plain = http.createServer(settings);
  const secure = https.createServer({ ...settings, handshakeTimeout: headersTimeout, cert, key });
  const servers = [plain, secure];
  let serve: RequestListener = starting;
  for (const server of servers) {
    server.on('request', (req, res) => serve(req, res));
    server.setTimeout(limits.stallTimeout);
  }
  limitConnections(servers, {
    limits: { ...limits, perAddress: options.perAddress },
    isProxy: options.isProxy ?? (() => false),
    log: options.log,
  });
  const close = async () => {
    await Promise.all(
      servers.map(async (server) => {
        if (!server.listening) return;
        const closed = once(server, 'close');
        server.close();
        server.closeAllConnections();
        await closed;
      }),
    );
  };
  try {
    const httpPort = await open(plain, options.http, 'MUSTER_HTTP_PORT');
    const httpsPort = await open(secure, options.https, 'MUSTER_HTTPS_PORT');
    return {
      servers,
      httpPort,
      httpsPort,
      serve: (app) => {
        serve = app;
      },
      useCertificate: (pair) => secure.setSecureContext(pair),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const starting: RequestListener = (_req, res) => {
  res.writeHead(503, { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '2' });
  res.end('Muster is starting. Try again in a moment.\n');
};

async function open(server: Server, at: { host: string; port: number }, variable: string): Promise<number> {
  try {
    server.listen(at.port, at.host);
    await once(server, 'listening');
  } catch (error) {
    throw new OperatorError(sentence(error, at, variable), { cause: error });
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : at.port;
}

function sentence(error: unknown, { host, port }: { host: string; port: number }, variable: string): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} is in use: end the other program, or set ${variable} to another port.`;
    case 'EACCES':
      return `Port ${port} may not be opened by this user: set ${variable} to a port above 1023.`;
    case 'EADDRNOTAVAIL':
      return `This machine has no address ${host}: set MUSTER_HOST to one of its own, or to 0.0.0.0.`;
    default:
      return `Port ${port} on ${host} cannot be opened (${code ?? message}): set MUSTER_HOST or ${variable} to another value.`;
  }
}
