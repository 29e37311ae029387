/** Each number of docs/limits.md is measured by a test, which this list names. */
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

const CONNECTIONS = 'server/http/connection-limit.test.ts';
const CHECKS = 'server/signaling/session-checks.test.ts';
const INBOX = 'server/attendance/sighting-inbox.test.ts';
const DECISIONS = 'test/integration/decisions.test.ts';
const CLAIMS = 'test/integration/claims.test.ts';
const HTTP = 'test/integration/limits-http.test.ts';
const SIGN_IN = 'test/integration/limits-sign-in.test.ts';
const SOCKETS = 'test/integration/limits-sockets.test.ts';
const LOOK_ALIKES = 'test/integration/look-alikes.test.ts';
const QUESTIONS = 'server/attendance/look-alike-questions.test.ts';
const IMPORT = 'test/integration/people-import.test.ts';
const ACTS = 'test/integration/people-acts.test.ts';
const SELF = 'test/integration/self-enrollment.test.ts';
const SELF_SERVICE = 'test/integration/self-service.test.ts';
const ABSENCES = 'test/integration/absence-requests.test.ts';
const READ_FILE = 'server/people/import/read-file.test.ts';
const VIEWING = 'test/integration/viewing.test.ts';
const MEDIA = 'test/integration/limits-media.test.ts';
const WEBHOOKS = 'test/integration/webhooks.test.ts';
const WHIP = 'test/integration/whip.test.ts';
const RTSP = 'test/integration/rtsp-limits.test.ts';
const DECODERS = 'server/analyzer/h264/decoder-limits.test.ts';

interface Measured {
  file: string;
  test: string;
  /** The numbers in the row that the test measures, as they stand there. Default: all of them. */
  numbers?: readonly string[];
}

const by = (file: string, test: string, ...numbers: string[]): Measured => ({
  file,
  test,
  ...(numbers.length > 0 && { numbers }),
});

const MEASURED: Record<string, readonly Measured[]> = {
  'connections from one address': [
    by(CONNECTIONS, 'one address may hold 64 connections of strangers and 256 of those who are known'),
  ],
  'the same, without an account, device or token yet': [
    by(CONNECTIONS, 'one address may hold 64 connections of strangers and 256 of those who are known'),
  ],
  'connections in total, on each of the two ports': [
    by(
      CONNECTIONS,
      'a port has room for 2,000 connections, and then the oldest of strangers is closed for each new one',
    ),
  ],
  'request headers, with the TLS handshake': [
    by(CONNECTIONS, 'the head may have no more than its size', '16 KiB'),
    by(CONNECTIONS, 'slow connections of every kind are closed after 10 s', '10 s'),
  ],
  'streams of events of one account or token': [
    by(
      'test/integration/event-stream.test.ts',
      'one account or token holds 5 streams, and a closed one makes room',
    ),
  ],
  'streams of events of one server': [
    by('test/integration/event-stream.test.ts', 'one server holds 50 streams'),
  ],
  'receivers of webhooks': [by(WEBHOOKS, 'there may be 20 receivers, and not one more')],
  'the answer of a receiver': [
    by(WEBHOOKS, 'a receiver has 10 s for its answer, of which 4 KiB are read and no more is waited for'),
  ],
  'waits between the tries of a receiver that fails': [
    by(WEBHOOKS, 'a receiver that fails is tried again after 5 s, doubling each time up to 10 h'),
  ],
  'an event that is not taken is given up after': [
    by(WEBHOOKS, 'after five days an event is given up, with those that waited behind it as long'),
  ],
  'a former secret signs for': [
    by(
      WEBHOOKS,
      'after a rotation the former secret and the new one both verify for a day, then only the new one',
    ),
  ],
  'events are kept for': [
    by(
      'test/integration/outbox.test.ts',
      'pages follow each other without a gap, and retention deletes events after 30 days',
    ),
  ],
  'an offer of an encoder': [by(WHIP, 'an offer has at most 32 KiB and 8 parts')],
  'sessions that one encoder begins or ends': [
    by(HTTP, 'one encoder begins or ends 20 sessions at once, then one every 2 s'),
  ],
  'sessions of one encoder': [by(WHIP, 'a second session of an encoder replaces the first')],
  'an encoder that sends nothing is dropped after': [
    by(WHIP, 'an encoder that sends nothing is dropped after a while, and the reason is known'),
  ],
  'one encoded picture of H.264': [
    by(
      'server/analyzer/h264/access-units.test.ts',
      'an encoded picture has at most 1 MiB: a larger one is refused before it is copied',
    ),
  ],
  'memory of a process that decodes H.264': [by(DECODERS, 'a process that decodes H.264 may have 512 MiB')],
  'a decoder of H.264 that does not answer is ended after': [
    by(
      'test/integration/decoders.test.ts',
      'a thread that does not answer for 8 s is ended, and its camera comes back by itself',
    ),
  ],
  'waits before a decoder that failed is started again': [
    by(DECODERS, 'a decoder that failed is started again after 0.5 s, doubling each time up to 30 s'),
  ],
  'IP cameras': [by(RTSP, 'there may be 100 IP cameras, and not one more')],
  'waits between the tries of an IP camera': [
    by(RTSP, 'an IP camera is tried again after 1 s, doubling each time up to 30 s'),
  ],
  'an IP camera without a picture is tried again after': [
    by('test/integration/rtsp.test.ts', 'that stays connected and sends nothing counts as down'),
  ],
  'another server takes over an IP camera after': [
    by(RTSP, 'a claim on an IP camera that was not renewed for 12 s goes to another server'),
  ],
  'request body': [
    by(HTTP, 'a body may have 64 KiB and not a byte more, and files are not accepted', '64 KiB'),
    by(
      CONNECTIONS,
      'a body that never ends closes the connection when the time for the request is over',
      '30 s',
    ),
  ],
  'a connection on which nothing moves closes after': [
    by(CONNECTIONS, 'an answer that nobody reads closes the connection when nothing has moved for long'),
  ],
  'file uploads': [
    by(HTTP, 'a body may have 64 KiB and not a byte more, and files are not accepted', 'only'),
    by(IMPORT, 'a file of people may have 20 MiB and not a byte more', '20 MiB'),
  ],
  'rows of a file of people': [by(READ_FILE, 'more than 20,000 rows are refused')],
  'what a workbook of people may unpack to': [
    by(READ_FILE, 'an archive that unpacks to more than 200 MiB is refused before it is unpacked'),
  ],
  'people that one act changes': [
    by(
      ACTS,
      'no more than 1,000 links to enroll are made at once, and an act on more than 20,000 people is refused',
      '20000',
    ),
    by(ACTS, 'an act takes 1,000 ids and not one more, nor none at all', '1000'),
  ],
  'links to enroll that are made at once': [
    by(
      ACTS,
      'no more than 1,000 links to enroll are made at once, and an act on more than 20,000 people is refused',
    ),
  ],
  'API requests from one address': [by(HTTP, 'one address gets 200 API requests at once, then 40 a second')],
  'corrections that one employee asks for': [
    by(SELF_SERVICE, 'an employee asks for 50 corrections within 24 hours at most, withdrawn ones included'),
  ],
  'absences that one employee asks for': [
    by(ABSENCES, 'an employee asks for 50 absences within 24 hours at most, withdrawn ones included'),
  ],
  'API requests by one account, device or token': [
    by(HTTP, 'one account, device or token gets 100 API requests at once, then 20 a second'),
  ],
  'sign-ins from one address': [by(HTTP, 'one address gets 10 sign-ins at once, then one every 6 s')],
  'wrong passwords for one user name': [
    by(SIGN_IN, 'a user name has 5 wrong passwords, then waits from 30 s to 15 min, from wherever they come'),
  ],
  'wrong passwords from a browser that has signed in before': [
    by(SIGN_IN, 'a browser that has signed in before has 5 wrong passwords, then waits from 30 s to 15 min'),
  ],
  'wrong passwords from one address': [
    by(SIGN_IN, 'an address has 20 wrong passwords, then waits from 30 s to 15 min, for whatever user name'),
  ],
  'wrong proofs of identity by a signed-in account': [
    by(SIGN_IN, 'a signed-in account has 5 wrong proofs of identity, then waits from 30 s to 15 min'),
  ],
  'sign-ins through the identity provider, from one address': [
    by(HTTP, 'one address gets 40 sign-ins through the identity provider at once, then one every 3 s'),
  ],
  'time to sign in at the identity provider': [
    by('test/integration/oidc.test.ts', 'a provider reply is refused after 10 minutes'),
  ],
  'set-ups and invitations from one address': [
    by(HTTP, 'one address gets 5 set-ups and invitations at once, then one every 12 s'),
  ],
  'openings of links to enroll from one address': [
    by(HTTP, 'one address gets 30 openings of links to enroll at once, then one every 6 s'),
  ],
  'validity of a link to enroll': [
    by(
      SELF,
      'a link works for 7 days unless HR chooses 1 to 30, and an opened one must be opened again after 1 hour',
    ),
  ],
  'a phone must open its link again after': [
    by(
      SELF,
      'a link works for 7 days unless HR chooses 1 to 30, and an opened one must be opened again after 1 hour',
    ),
  ],
  'validity of an invitation': [
    by(
      'test/integration/account-directory.test.ts',
      'an invitation expires after 72 hours and when a later invitation replaces it',
    ),
  ],
  'pairing attempts from one address': [
    by(HTTP, 'one address gets 10 pairing attempts at once, then one every 12 s'),
  ],
  'first three pairing attempts of all addresses together': [
    by(HTTP, 'the first three attempts of all addresses are 1,000 at once, then 5 a second'),
  ],
  'further pairing attempts of all addresses together': [
    by(HTTP, 'the further attempts of all addresses are 30 at once, then one every 2 s'),
  ],
  'pairing attempts of all private addresses together': [
    by(HTTP, 'the attempts of all private addresses are 30 at once, then one every 2 s'),
  ],
  'a pairing code': [
    by(
      'test/integration/devices.test.ts',
      'a pairing code turns the browser that types it into a device with the configured settings',
      '8 characters',
    ),
    by('test/integration/devices.test.ts', 'a pairing code expires after ten minutes', '10 min'),
    by('test/integration/devices.test.ts', 'at most fifty pairing codes may be open', '50 open'),
  ],
  'length of a password': [by(HTTP, 'a password has 12 to 256 characters')],
  'a session expires when idle for': [
    by(HTTP, 'a session expires after 12 hours without use, and after 7 days however much it is used'),
  ],
  'a session expires in any case after': [
    by(HTTP, 'a session expires after 12 hours without use, and after 7 days however much it is used'),
  ],
  'validity of a proof of identity for sensitive acts': [
    by(
      'test/integration/sign-in.test.ts',
      'a proof of identity lasts ten minutes and is renewed by the password under a new token',
    ),
  ],
  'wrong PINs for one employee number': [
    by(SIGN_IN, 'a number has 5 wrong PINs, then is locked from 15 min to 8 h'),
  ],
  'wrong PINs, badges and numbers at one station': [
    by(SIGN_IN, 'a station has 10 wrong tries at once, then one every minute'),
    by(LOOK_ALIKES, 'wrong numbers and wrong PINs share the tries of a station', '10'),
  ],
  'wrong numbers for one face that is one of two': [
    by(QUESTIONS, 'a face is not asked about any more after 5 wrong numbers, however many come at once'),
  ],
  'a number for such a face is taken after it was last seen for': [
    by(QUESTIONS, 'a question can be answered while the face is there and for 30 s after that'),
  ],
  'faces that are asked about at once': [
    by(
      QUESTIONS,
      'at most 200 questions are open: the face that was unseen for the longest time is forgotten',
    ),
  ],
  'deliveries of kept punches from one address': [
    by(HTTP, 'one address gets 60 deliveries of kept punches at once, then one every 1 s'),
  ],
  'kept punches in one delivery': [by(HTTP, 'a delivery has at most 20 kept punches')],
  'refused punches of one station that wait for a decision': [
    by(
      CLAIMS,
      'while 1,000 refused punches of a door wait, the next one stays with the station, and right ones are booked',
    ),
  ],
  'age up to which a kept punch is booked': [by(HTTP, 'a kept punch is booked up to an age of 14 days')],
  'sockets opened from one address': [by(SOCKETS, 'one address gets 200 sockets at once, then 10 a second')],
  'open sockets of one account or device': [
    by(SOCKETS, 'an account or device has at most 8 sockets: the ninth is closed, and the others stay'),
  ],
  'size of a message': [by(SOCKETS, 'a message has at most 64 KiB: one byte more ends the socket')],
  'requests on one socket': [
    by(
      SOCKETS,
      'a socket has 60 requests at once, then 20 a second, and is closed with the first one too many',
    ),
  ],
  'a socket without a hello closes after': [
    by(SOCKETS, 'a socket without a hello is closed when its time is over'),
  ],
  'a silent socket closes after': [
    by(
      SOCKETS,
      'a silent socket is dropped with its camera when its time is over, and one that answers pings stays',
    ),
  ],
  'an ended session closes its sockets within': [
    by(CHECKS, 'a session that ends at any moment closes its socket within 1 minute, also between two beats'),
    by(
      'test/integration/socket-sessions.test.ts',
      'an unused session expires with its sockets, which do not keep it alive',
    ),
  ],
  'transports of one socket': [
    by(
      'test/integration/signaling.test.ts',
      'the number of transports is limited, and joining again starts over',
    ),
  ],
  'cameras of one socket': [by(MEDIA, 'a socket publishes one camera: its second one replaces the first')],
  'cameras that one browser watches at once': [
    by(VIEWING, 'a browser watches at most 24 cameras at once, and all browsers together 96', '24'),
  ],
  'cameras that all browsers together watch at once': [
    by(VIEWING, 'a browser watches at most 24 cameras at once, and all browsers together 96', '96'),
  ],
  'watching that continues is recorded once within': [
    by(
      'test/integration/audit-acts.test.ts',
      'view.open leaves one event for each account, camera and session of watching',
    ),
  ],
  'size of a decoded picture': [
    by(
      'test/integration/picture-limit.test.ts',
      'cameras that announce huge pictures are closed with the reason, while another runs on and no memory is taken',
    ),
    by(
      'test/integration/picture-limit.test.ts',
      'a picture that was decoded although it is too large closes its camera as well',
    ),
  ],
  'an unconnected transport closes after': [
    by(
      MEDIA,
      'a transport to which nobody connects is closed when its time is over, and a connected one stays',
    ),
  ],
  'bit rate of one camera': [by(MEDIA, 'a camera that could send more is held to its bit rate')],
  'size of a data-channel message that a browser is told': [
    by(MEDIA, 'a browser is told that a message has at most 1 KiB'),
  ],
  'unread data from a browser, also one that sends larger messages': [
    by(
      MEDIA,
      'the worker has a window of 64 KiB for what a browser sends, and stays calm about a browser that ignores its limit',
    ),
  ],
  'results and events queued for one station': [
    by(MEDIA, 'a station that no longer reads has at most 128 KiB of results and as much of events'),
  ],
  'frames of one camera that wait for analysis': [
    by('server/analyzer/frame-slot.test.ts', 'lends the latest picture once and drops the earlier ones'),
  ],
  'sightings that wait in the journal': [
    by(INBOX, 'at most 20,000 sightings wait, and at most 2,000 of them in memory only'),
  ],
  'of them, in memory only because the disk is full': [
    by(INBOX, 'at most 20,000 sightings wait, and at most 2,000 of them in memory only'),
  ],
  'explanations kept with waiting sightings': [
    by(
      INBOX,
      'at most 2,000 explanations are kept with waiting sightings, and later ones are booked without',
    ),
  ],
  'decisions that are no sighting, kept of one device': [
    by(DECISIONS, 'faces that are not let in are kept 60 times at once for each device, then once in 10 s'),
  ],
  'pictures kept with waiting sightings': [
    by(INBOX, 'at most 200 pictures are kept with waiting sightings, and later ones are booked without'),
  ],
  'sightings that an analyzer keeps until they are safe': [
    by(
      'server/analyzer/sighting-outbox.test.ts',
      'a full outbox keeps the first 1,000 sightings and says which one it cannot take',
    ),
  ],
  'a transport without ICE consent disconnects after': [
    by(MEDIA, 'a transport whose peer no longer answers is disconnected when its time is over'),
  ],
};

const read = (file: string) => readFile(new URL(`../../${file}`, import.meta.url), 'utf8');

/** What each row says: the limit beside its name. */
async function rows(): Promise<[what: string, limit: string][]> {
  const lines = (await read('docs/limits.md')).split('\n');
  return lines
    .filter((line) => /^\| (?!What )[^-]/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, what = '', limit = '']) => [what, limit]);
}

/** What is wrong with the tests of a row; empty where each of its numbers has one that is there and runs. */
async function faultsOf(what: string, limit: string): Promise<string[]> {
  const faults: string[] = [];
  let left = limit;
  for (const { file, test, numbers = [limit] } of MEASURED[what] ?? []) {
    for (const number of numbers) left = left.replace(number, '');
    // Its name, right after the call that declares it: not skipped, and not in a comment.
    const [before, ...after] = (await read(file)).split(`'${test}'`);
    if (after.length !== 1) faults.push(`${what}: ${file} has no test "${test}"`);
    else if (!/\bit(\.skipIf\(process\.platform !== 'linux'\))?\(\s*$/.test(before!)) {
      faults.push(`${what}: "${test}" does not run`);
    }
  }
  if (/\d/.test(left)) faults.push(`${what}: nothing measures "${left}"`);
  return faults;
}

it('every number in docs/limits.md is measured by a test that is there', async () => {
  const table = await rows();
  expect(table.map(([what]) => what).toSorted()).toEqual(Object.keys(MEASURED).toSorted());
  expect((await Promise.all(table.map(([what, limit]) => faultsOf(what, limit)))).flat()).toEqual([]);
});
