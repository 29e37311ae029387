/** The stream of events, over the real HTTP API and a real database. */
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import express from 'express';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { NewApiTokenView } from '#protocol/tokens.ts';
import { EventStreams, STREAM_LIMITS } from '../../server/events/event-streams.ts';
import { sendEvents } from '../../server/http/event-stream.ts';
import { addEvents } from '../../server/outbox/add-event.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';
import { type Browser, listen, problemOf, RestServer } from '../support/rest-server.ts';

let services: DataServices;
let rest: RestServer;
let owner: Browser;
let secret: string;
let person: { id: string };

beforeAll(async () => {
  services = await openDataServices();
  services.outbox.start();
  rest = await RestServer.start(services);
  owner = await rest.staff();
  person = await services.addPerson();
  ({ secret } = await newToken(['events:read']));
});
const open = new Set<Stream>();
afterEach(async () => {
  for (const stream of open) stream.close();
  open.clear();
  await vi.waitUntil(() => services.eventStreams.open === 0, { timeout: 20_000 });
});
afterAll(async () => {
  rest.stop();
  await services.close();
});

async function newToken(scopes: string[]): Promise<{ secret: string; tokenId: string }> {
  const made = await owner.json<NewApiTokenView>('POST', '/api/v1/tokens', {
    name: 'Screen',
    scopes,
    days: 1,
  });
  return { secret: made.secret, tokenId: made.token.id };
}

/** Something happened to a person. */
const happens = (
  count = 1,
  type: 'consent.withdrawn' | 'person.enrolled' | 'person.erased' = 'consent.withdrawn',
) =>
  services.database.transaction((em) =>
    addEvents(
      em,
      Array.from({ length: count }, () => ({ type, subject: { person: person.id } })),
    ),
  );

interface Told {
  id: number;
  type: string;
  data: { type: string; sequence?: number; after?: number; continues?: number; data?: { person: object } };
}

/** As a program reads it: the format is that of the standard. */
class Stream {
  readonly response: Response;
  /** Of a program that resumes. */
  lastId = '';
  readonly told: Told[] = [];
  /** How often the server said that it is still there. */
  beats = 0;
  readonly ended: Promise<void>;
  readonly #abort: AbortController;

  private constructor(response: Response, abort: AbortController) {
    this.response = response;
    this.#abort = abort;
    this.ended = this.#read();
    open.add(this);
  }

  static async open(query = '', headers: Record<string, string> = {}, token = secret): Promise<Stream> {
    const abort = new AbortController();
    const response = await fetch(`${rest.origin}/api/v1/events${query}`, {
      headers: { authorization: `Bearer ${token}`, ...headers },
      signal: abort.signal,
    });
    return new Stream(response, abort);
  }

  close(): void {
    this.#abort.abort();
  }

  async #read(): Promise<void> {
    let text = '';
    try {
      for await (const chunk of this.response.body!.pipeThrough(new TextDecoderStream())) {
        text += chunk;
        for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
          this.#take(text.slice(0, end));
          text = text.slice(end + 2);
        }
      }
    } catch {
      // It was closed here.
    }
  }

  #take(block: string): void {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
    this.lastId = field('id') ?? this.lastId;
    if (field('data') === undefined) this.beats += 1;
    else
      this.told.push({
        id: Number(field('id')),
        type: field('event')!,
        data: JSON.parse(field('data')!) as Told['data'],
      });
  }
}

const numbers = (stream: Stream) => stream.told.map(({ id }) => id);

describe('the stream of events', () => {
  it('tells what happens from now on, with the number and the type of each event', async () => {
    await happens();
    await expect.poll(() => services.outbox.head).toBeGreaterThan(0);
    const stream = await Stream.open();
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream');
    expect(stream.response.headers.get('cache-control')).toBe('no-store');
    await expect.poll(() => stream.beats).toBe(1);
    const before = services.outbox.head;
    await happens(2);
    await expect.poll(() => numbers(stream)).toEqual([before + 1, before + 2]);
    expect(stream.told[0]).toMatchObject({
      type: 'consent.withdrawn',
      data: {
        type: 'consent.withdrawn',
        sequence: before + 1,
        data: { person: { id: person.id, displayName: 'Grace Hopper' } },
      },
    });
  });

  it('a program that was away misses nothing and gets nothing twice, from the last event that it has', async () => {
    const stream = await Stream.open();
    await happens(3);
    await expect.poll(() => stream.told.length).toBe(3);
    stream.close();
    const [, second, third] = numbers(stream);
    await happens(250);
    const again = await Stream.open('', { 'last-event-id': String(second) });
    await expect.poll(() => again.told.length).toBe(251);
    expect(numbers(again)).toEqual(Array.from({ length: 251 }, (_, index) => third! + index));
    const byAddress = await Stream.open(`?after=${third! + 249}`, {});
    await expect.poll(() => numbers(byAddress)).toEqual([third! + 250]);
  });

  it('tells only the types that are asked for, and continues after any number', async () => {
    await services.outbox.look();
    const before = services.outbox.head;
    const query = '?types=person.erased,person.enrolled';
    const stream = await Stream.open(query);
    await expect.poll(() => stream.beats).toBe(1);
    await happens(2, 'person.enrolled');
    await happens(150);
    await happens(1, 'person.erased');
    await expect.poll(() => numbers(stream)).toEqual([before + 1, before + 2, before + 153]);
    expect(stream.told.map(({ type }) => type)).toEqual([
      'person.enrolled',
      'person.enrolled',
      'person.erased',
    ]);
    // The last event that it has may be one that it was told without the filter.
    for (const [last, told] of [
      [before + 1, [before + 2, before + 153]],
      [before + 40, [before + 153]],
    ] as const) {
      const again = await Stream.open(query, { 'last-event-id': String(last) });
      await expect.poll(() => numbers(again)).toEqual(told);
      again.close();
    }
  });

  it('a filter that nothing passes moves on all the same, so that a program resumes where it was', async () => {
    const streams = new EventStreams({
      reader: services.events,
      outbox: services.outbox,
      heartbeat: 0,
      look: 20,
    });
    const over = new AbortController();
    const parts = streams.follow(
      { caller: 'x', types: ['device.up'], stillMay: async () => true },
      over.signal,
    );
    await services.outbox.look();
    const from = services.outbox.head;
    await happens(120);
    for await (const { id, event } of parts) {
      expect(event).toBeUndefined();
      if (id === from + 120) break;
    }
    over.abort();
  });

  it.each(['punch.created,nonsense', 'stream.missed', '', 'punch.created,', 'punch_created'])(
    'a type that there is not is refused: "%s"',
    async (types) => {
      const answer = await rest
        .stranger()
        .send('GET', `/api/v1/events?types=${types}`, undefined, { authorization: `Bearer ${secret}` });
      expect(await problemOf(answer)).toMatchObject({
        code: 'validation-failed',
        faults: [{ path: 'types', message: 'is not a list of types such as punch.created,punch.corrected' }],
      });
    },
  );

  it('says so where events are no more that a program asks for, and continues after them', async () => {
    await happens(5);
    await expect.poll(async () => (await services.events.after(0, { limit: 1 })).events.length).toBe(1);
    const head = await services.events.head();
    await services.database.fork().execute('delete from outbox_event where sequence <= ?', [head - 2]);
    const stream = await Stream.open('?after=0');
    await expect.poll(() => stream.told.length).toBe(3);
    expect(stream.told[0]).toEqual({
      id: head - 2,
      type: 'stream.missed',
      data: { type: 'stream.missed', after: 0, continues: head - 2 },
    });
    expect(numbers(stream).slice(1)).toEqual([head - 1, head]);
    // A database that was restored is younger than the program.
    const ahead = await Stream.open(`?after=${head + 1_000}`);
    await expect.poll(() => ahead.told.at(0)?.data).toMatchObject({ after: head + 1_000, continues: head });
    await happens();
    await expect.poll(() => numbers(ahead)).toEqual([head, head + 1]);
  });

  it('tells nobody of events without the right to them', async () => {
    const { secret: other } = await newToken(['people:read', 'attendance:read']);
    const authorization = { authorization: `Bearer ${other}` };
    const answer = await rest.stranger().send('GET', '/api/v1/events', undefined, authorization);
    expect(await problemOf(answer)).toMatchObject({ code: 'forbidden' });
    expect((await rest.stranger().send('GET', '/api/v1/events')).status).toBe(401);
    const hopeless = await rest.stranger().send('GET', '/api/v1/events', undefined, {
      authorization: `Bearer ${secret}`,
      'last-event-id': 'yesterday',
    });
    expect(await problemOf(hopeless)).toMatchObject({ code: 'bad-request' });
  });

  it('ends when the token is revoked, before it tells another event', async () => {
    const made = await newToken(['events:read']);
    const stream = await Stream.open('', {}, made.secret);
    await expect.poll(() => stream.beats).toBe(1);
    await owner.send('DELETE', `/api/v1/tokens/${made.tokenId}`);
    await happens();
    await stream.ended;
    expect(stream.told).toEqual([]);
    expect((await Stream.open('', {}, made.secret)).response.status).toBe(401);
  });

  it('ends when the session that asked for it is over', async () => {
    const cookie = [...owner.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const abort = new AbortController();
    const response = await fetch(`${rest.origin}/api/v1/events`, {
      headers: { cookie },
      signal: abort.signal,
    });
    expect(response.status).toBe(200);
    await services.database.fork().execute('delete from session');
    await happens();
    const said = await response.text();
    expect(said).not.toContain('consent.withdrawn');
    owner = await rest.staff();
  });

  it('one account or token holds 5 streams, and a closed one makes room', async () => {
    expect(STREAM_LIMITS.perCaller).toBe(5);
    const streams: Stream[] = [];
    for (let held = 0; held < STREAM_LIMITS.perCaller; held++) streams.push(await Stream.open());
    const authorization = { authorization: `Bearer ${secret}` };
    const more = await rest.stranger().send('GET', '/api/v1/events', undefined, authorization);
    expect(await problemOf(more)).toMatchObject({ code: 'rate-limited' });
    streams[0]!.close();
    await expect.poll(() => services.eventStreams.open).toBe(STREAM_LIMITS.perCaller - 1);
    expect((await Stream.open()).response.status).toBe(200);
  });

  it('one server holds 50 streams', () => {
    expect(STREAM_LIMITS.streams).toBe(50);
    const all = new AbortController();
    const follow = () =>
      services.eventStreams.follow({ caller: randomUUID(), stillMay: async () => true }, all.signal);
    for (let held = 0; held < STREAM_LIMITS.streams; held++) follow();
    expect(follow).toThrow('There are too many streams');
    all.abort();
    expect(services.eventStreams.open).toBe(0);
  });
});

describe('a reply of server-sent events', () => {
  it('a caller who does not read loses the stream, and the server keeps nothing for them', async () => {
    let asked = 0;
    let ended = false;
    async function* endless() {
      try {
        for (;;) yield { id: (asked += 1), event: { type: 'much', text: 'x'.repeat(65_536) } };
      } finally {
        ended = true;
      }
    }
    const app = express().get('/', (_req, res) => sendEvents(res, endless, 300));
    const server = http.createServer(app);
    const origin = await listen(server, 'http');
    const { port } = new URL(origin);
    const request = http.get({ port: Number(port), host: '127.0.0.1' });
    request.on('error', () => {});
    request.on('response', (response: http.IncomingMessage) => {
      response.on('error', () => {});
      response.pause();
    });
    await expect.poll(() => ended).toBe(true);
    // What the system kept for both ends, and one part more: megabytes, not all that there was.
    expect(asked).toBeLessThan(500);
    request.destroy();
    server.close();
  });
});
