/** The office of personnel without its pages: the calls and the guided capture that they would make. */
import type { ConsentTextsView } from '#protocol/consents.ts';
import type { PersonView } from '#protocol/people.ts';
import type { ResultMessage } from '#protocol/results.ts';
import { OFFICE_PASSWORD } from '../../e2e/office.ts';
import type { MusterServer } from '../../support/muster-server.ts';
import { Browser } from '../../support/rest-server.ts';
import { WrtcPeer } from '../../support/wrtc-peer.ts';
import { pictureAt, type Visitor } from './visitors.ts';

const FPS = 10;

export class Desk {
  readonly #server: MusterServer;
  readonly #staff: Browser;

  /** Creates the first account. */
  static async open(server: MusterServer): Promise<Desk> {
    const staff = new Browser(server.url);
    await staff.json('POST', '/api/v1/setup', {
      token: server.setupToken,
      username: 'ada',
      name: 'Ada Admin',
      password: OFFICE_PASSWORD,
    });
    return new Desk(server, staff);
  }

  private constructor(server: MusterServer, staff: Browser) {
    this.#server = server;
    this.#staff = staff;
  }

  /** A socket of a page of staff. */
  connect(): Promise<WrtcPeer> {
    return connect(this.#server, this.#staff, 'account');
  }

  /** A socket of a station that has just been paired. */
  async pair(name: string): Promise<WrtcPeer> {
    const { code } = await this.#staff.json<{ code: string }>('POST', '/api/v1/devices/pairing-codes', {
      kind: 'station',
      name,
      settings: { wish: 'everyone' },
    });
    const tablet = new Browser(this.#server.url);
    await tablet.json('POST', '/api/v1/device', { code });
    return connect(this.#server, tablet, 'device');
  }

  /** A person who has agreed to be recognized. Returns the id. */
  async admit({ number, givenName, familyName }: Visitor): Promise<string> {
    const { id } = await this.#staff.json<PersonView>('POST', '/api/v1/people', {
      number,
      givenName,
      familyName,
    });
    await this.agree(id);
    return id;
  }

  async agree(personId: string): Promise<void> {
    const { version, texts } = await this.#staff.json<ConsentTextsView>('GET', '/api/v1/consent-texts');
    await this.#staff.json('POST', `/api/v1/people/${personId}/consents`, {
      version,
      language: texts[0]!.language,
      method: 'in-person',
    });
  }

  /** The guided capture, until it is saved. */
  async capture(personId: string, { desk }: Visitor): Promise<void> {
    const page = await this.connect();
    try {
      const { enrollmentId } = await page.request('enrollment.start', { personId });
      await page.join();
      await page.consumeResults();
      const enough = page.until(
        'result',
        (result: ResultMessage) => result.type === 'enrollment' && result.acceptable,
      );
      const late = page
        .until(
          'notification',
          ({ notify, data }) => notify === 'enrollment.state' && data.state === 'timed-out',
        )
        .then(() => {
          throw new Error('a guided capture was not complete in time');
        });
      await page.publish({ fps: FPS, picture: (n) => pictureAt(desk, n), enrollmentId });
      await Promise.race([enough, late]);
      await page.request('enrollment.save', { enrollmentId });
    } finally {
      await page.close();
    }
  }

  async withdraw(personId: string): Promise<void> {
    await this.#staff.json('DELETE', `/api/v1/people/${personId}/consents/current`);
  }

  async erase(personId: string): Promise<void> {
    await this.#staff.json('POST', '/api/v1/session/proof', { password: OFFICE_PASSWORD });
    await this.#staff.json('DELETE', `/api/v1/people/${personId}`);
  }
}

function connect({ url }: MusterServer, { cookies }: Browser, as: 'account' | 'device'): Promise<WrtcPeer> {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  return WrtcPeer.connect({
    url: `${url.replace('http', 'ws')}/socket?as=${as}`,
    headers: { cookie, origin: url },
  });
}
