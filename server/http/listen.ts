/** Opens the two doors: plain HTTP on the loopback interface, HTTPS for everybody else. */
import { once } from 'node:events';
import http, { type RequestListener, type Server } from 'node:http';
import https from 'node:https';
import type { Logger } from 'pino';
import { limitConnections } from './connection-limit.ts';
import { HTTP_LIMITS } from './limits.ts';
import { OperatorError } from '../operator-error.ts';

export interface ListenOptions {
  http: { host: string; port: number };
  https: { host: string; port: number; cert: string; key: string };
  /** Connections that one address may hold. */
  perAddress: number;
  log: Logger;
}

export interface Listening {
  servers: Server[];
  /** The ports in use, where 0 was asked for too. */
  httpPort: number;
  httpsPort: number;
  /** Hands requests to the application; until then the answer is "starting", 503. */
  serve(app: RequestListener): void;
  close(): Promise<void>;
}

/** Throws OperatorError for the first door that does not open: a port in use, a missing right, no such address. */
export async function listen(options: ListenOptions): Promise<Listening> {
  const limits = {
    maxHeaderSize: HTTP_LIMITS.headerBytes,
    headersTimeout: HTTP_LIMITS.headersTimeout,
    requestTimeout: HTTP_LIMITS.requestTimeout,
  };
  const plain = http.createServer(limits);
  const secure = https.createServer({ ...limits, cert: options.https.cert, key: options.https.key });
  const servers = [plain, secure];
  let serve: RequestListener = starting;
  for (const server of servers) server.on('request', (req, res) => serve(req, res));
  for (const server of servers) server.maxConnections = HTTP_LIMITS.connections;
  limitConnections(servers, options.perAddress, options.log);
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
