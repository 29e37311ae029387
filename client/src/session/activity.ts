/** Whether a person uses the page: pages that poll the doors must not keep a session alive by themselves. */

/** Without input for this long the page counts as unused, ms. */
const STILL = 60_000;

let inputAt = performance.now();

for (const type of ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart']) {
  globalThis.addEventListener?.(
    type,
    () => {
      inputAt = performance.now();
    },
    { passive: true, capture: true },
  );
}

export function isStill(): boolean {
  return performance.now() - inputAt > STILL;
}
