/**
 * Receives the webhooks of Muster, and pushes punches into another system: here a CSV file that payroll reads.
 *
 *   WEBHOOK_SECRET=whsec_… PORT=8787 PUNCHES=punches.csv node push-punches.mjs
 *
 * Put it behind HTTPS, or name its address in MUSTER_WEBHOOK_ALLOW. It needs the events punch.created, punch.stated
 * and punch.corrected.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';

const { WEBHOOK_SECRET = '', PORT = '8787', PUNCHES = 'punches.csv' } = process.env;
const key = Buffer.from(WEBHOOK_SECRET.replace(/^whsec_/, ''), 'base64');
const HEAD = 'punch,number,date,time,means';

if (!existsSync(PUNCHES)) write([]);

const server = createServer((req, res) => {
  const parts = [];
  req.on('data', (part) => parts.push(part));
  req.on('end', () => {
    const body = Buffer.concat(parts).toString('utf8');
    if (!verified(req.headers, body)) {
      res.writeHead(401).end('wrong signature');
      return;
    }
    try {
      push(JSON.parse(body));
      res.writeHead(204).end();
    } catch (error) {
      // Anything but 2xx: Muster sends the event again later, and later ones after it.
      console.error(error);
      res.writeHead(500).end('not written');
    }
  });
});
server.listen(Number(PORT), () => console.log(`listening on ${server.address().port}`));

/** Standard Webhooks: one of the signatures is ours, and the message is not old. */
function verified(headers, body) {
  const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signatures = '' } = headers;
  if (Math.abs(Date.now() / 1000 - Number(at)) > 300) return false;
  const ours = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest();
  return signatures.split(' ').some((signature) => {
    const theirs = Buffer.from(signature.replace(/^v1,/, ''), 'base64');
    return theirs.length === ours.length && timingSafeEqual(theirs, ours);
  });
}

/** A punch that comes again is written over itself: so repetitions change nothing. */
function push({ type, data }) {
  switch (type) {
    case 'punch.created':
    case 'punch.stated':
      return replace([data.punch], [data.punch]);
    case 'punch.corrected':
      return replace([...data.voided, ...data.added], data.added);
    default:
      // A system that knows names deletes them at person.erased. This file has none.
      return undefined;
  }
}

/** In place of this: a call to the other system. */
function replace(before, after) {
  const gone = new Set(before.map(({ id }) => id));
  const counted = after.filter(({ voided }) => !voided).map(line);
  write([...lines().filter((text) => !gone.has(text.split(',')[0])), ...counted]);
}

function line({ id, person, localDate, localTime, means }) {
  return [id, person.number ?? '', localDate, localTime, means].join(',');
}

function lines() {
  return readFileSync(PUNCHES, 'utf8').trim().split('\n').slice(1);
}

/** Whole or not at all, whatever ends in the middle. */
function write(rows) {
  writeFileSync(`${PUNCHES}.new`, [HEAD, ...rows].map((text) => `${text}\n`).join(''));
  renameSync(`${PUNCHES}.new`, PUNCHES);
}
