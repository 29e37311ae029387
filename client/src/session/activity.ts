/** Whether somebody sits here: pages that follow the doors ask on and on, which must not keep a session alive. */

/** Without input for this long, nobody does, ms. */
const STILL = 60_000;

let inputAt = Date.now();

for (const type of ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart']) {
  globalThis.addEventListener?.(
    type,
    () => {
      inputAt = Date.now();
    },
    { passive: true, capture: true },
  );
}

export function isStill(): boolean {
  return Date.now() - inputAt > STILL;
}
