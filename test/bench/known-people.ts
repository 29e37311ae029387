/** The two people whom a bench enrolls, as their cameras film them, and the calls of whoever administers the office. */
import type { Page } from 'playwright-core';
import { fakeCamera } from '../fixtures/clips.ts';

const VGA = { width: 640, height: 480, fps: 15 };

/** A picture file for the camera at the desk: they turn their heads, as the guided capture asks. */
export const deskCamera = {
  alan: () => fakeCamera({ clip: 'cap12', from: 19, to: 31, boomerang: true, ...VGA }),
  bob: () => fakeCamera({ clip: 'franck', from: 95, to: 105, speed: 0.5, boomerang: true, ...VGA }),
};

export type StaffApi = <T>(method: string, path: string, data?: object) => Promise<T>;

/** Calls the API with the session of a page. Throws if the response is not a success. */
export function staffApi(page: Page, origin: string): StaffApi {
  return async <T>(method: string, path: string, data?: object): Promise<T> => {
    const response = await page.request.fetch(`${origin}/api/v1${path}`, {
      method,
      ...(data && { data }),
      headers: { origin },
    });
    if (!response.ok()) throw new Error(`${method} ${path}: ${await response.text()}`);
    return (response.status() === 204 ? undefined : await response.json()) as T;
  };
}
