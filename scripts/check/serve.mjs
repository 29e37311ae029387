/**
 * Runs in the Debian of `npm run check:bare`: npm start, as the README says, until it answers over HTTPS; then SIGTERM,
 * after which it must end by itself. Usage: node scripts/check/serve.mjs HTTPS_PORT SECONDS
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';

const [port, seconds] = process.argv.slice(2).map(Number);
/** Seconds between SIGTERM and the end. */
const GRACE = 30;

const child = spawn('npm', ['start'], { stdio: 'inherit' });
const exit = once(child, 'exit');
/** How npm ended: its exit code or the signal that ended it. @type {{ how: number | string | null }} */
const npm = { how: null };
let ready = false;
child.once('exit', (status, signal) => (npm.how = status ?? signal));

const until = performance.now() + seconds * 1000;
while (!ready && npm.how === null && performance.now() < until) {
  await sleep(500);
  ready = await healthy();
}
if (npm.how !== null) {
  console.log(`npm start ended with ${String(npm.how)} before it answered`);
  process.exit(1);
}
if (!ready) {
  console.log(`npm start did not answer over HTTPS within ${seconds} s`);
  child.kill('SIGKILL');
  process.exit(1);
}
console.log('healthy over HTTPS');
child.kill('SIGTERM');
await Promise.race([exit, sleep(GRACE * 1000, null, { ref: false })]);
if (npm.how === null) {
  console.log(`npm start still ran ${GRACE} s after SIGTERM`);
  child.kill('SIGKILL');
  process.exit(1);
}
// npm may end before the server that it started does.
const gone = performance.now() + GRACE * 1000;
while (performance.now() < gone && (await healthy())) await sleep(200);
if (await healthy()) {
  console.log(`the server still answered ${GRACE} s after SIGTERM`);
  process.exit(1);
}
console.log(`ended after SIGTERM (npm: ${String(npm.how)})`);
process.exit(0);

/** The certificate is the server's own: what counts here is that it answers. */
function healthy() {
  return new Promise((resolve) => {
    const options = {
      port,
      host: '127.0.0.1',
      path: '/api/health',
      rejectUnauthorized: false,
      timeout: 5000,
    };
    request(options, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    })
      .on('error', () => resolve(false))
      .on('timeout', function () {
        this.destroy();
      })
      .end();
  });
}
