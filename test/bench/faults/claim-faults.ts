/** A PIN that a station keeps while the server is away, delivered late, twice at once, and again much later. */
import type { Fault } from './kinds.ts';
import type { Scene } from './scene.ts';

/** What a station has sent: every delivery of the run is sent again and again. */
interface Delivery {
  url: string;
  body: object;
}

const delivered = new WeakMap<Scene, Delivery[]>();

export const claimFaults: readonly Fault[] = [
  {
    name: 'kept PIN delivered late and again',
    goal: 10,
    act: async (scene, draw) => {
      const door = draw.pick(scene.doors);
      const at = Date.now();
      const delivery = door.page.waitForRequest((request) => request.url().endsWith('/api/v1/claims'));
      await scene.killServer(() => door.typePin(scene.pin, scene.passings));
      const request = await delivery;
      const earlier = delivered.get(scene) ?? [];
      const all = [...earlier, { url: request.url(), body: request.postDataJSON() as object }];
      delivered.set(scene, all);
      const again = ({ url, body }: Delivery) =>
        door.page.request.post(url, { data: body, headers: { origin: new URL(url).origin } });
      await Promise.all(all.flatMap((one) => [again(one), again(one)]));
      return at;
    },
  },
];
