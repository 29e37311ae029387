/**
 * Short synthesized sounds: rising for a check-in, falling for a check-out, level for a passing of which neither is known,
 * one soft note for a repetition.
 */
export type Sound = 'in' | 'out' | 'seen' | 'already';

interface Note {
  /** Hz. */
  pitch: number;
  /** Seconds after the start. */
  at: number;
}

const NOTES: Record<Sound, readonly Note[]> = {
  in: [
    { pitch: 587.33, at: 0 },
    { pitch: 880, at: 0.11 },
  ],
  out: [
    { pitch: 880, at: 0 },
    { pitch: 587.33, at: 0.11 },
  ],
  seen: [
    { pitch: 739.99, at: 0 },
    { pitch: 739.99, at: 0.13 },
  ],
  already: [{ pitch: 440, at: 0 }],
};

export class Chime {
  #context: AudioContext | null = null;

  play(sound: Sound) {
    this.#play(sound).catch(() => {
      // A browser plays no sound before the first touch; the screen shows the same result.
    });
  }

  async #play(sound: Sound) {
    this.#context ??= new AudioContext();
    const context = this.#context;
    if (context.state !== 'running') {
      // Pending until the first touch: do not queue sounds for that moment.
      void context.resume();
      return;
    }
    for (const { pitch, at } of NOTES[sound]) {
      const start = context.currentTime + at;
      const gain = new GainNode(context, { gain: 0 });
      gain.gain.setValueAtTime(0, start);
      gain.gain.linearRampToValueAtTime(sound === 'already' ? 0.1 : 0.18, start + 0.015);
      gain.gain.exponentialRampToValueAtTime(0.0001, start + 0.34);
      const tone = new OscillatorNode(context, { type: 'sine', frequency: pitch });
      tone.connect(gain).connect(context.destination);
      tone.addEventListener('ended', () => gain.disconnect());
      tone.start(start);
      tone.stop(start + 0.36);
    }
  }

  async close() {
    const context = this.#context;
    this.#context = null;
    await context?.close();
  }
}
