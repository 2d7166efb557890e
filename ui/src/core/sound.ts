/* The one sound of the floor: a soft two-tone for an act event, and nothing else. */

const TONES: readonly [number, number][] = [
  [587.33, 0],
  [783.99, 0.22],
];
const REPEAT_MS = 60_000;

export class Sound {
  enabled = true;
  #context: AudioContext | null = null;
  #sounded = new Map<string, number>();

  /** Browsers stay silent until a first key or click: call it from one. */
  unlock(): void {
    this.#context ??= typeof AudioContext === 'undefined' ? null : new AudioContext();
    void this.#context?.resume();
  }

  get ready(): boolean {
    return this.#context?.state === 'running';
  }

  /** Sounds once for each untaken act event, and once more for it every minute until somebody takes it. */
  alert(untaken: readonly string[], nowMs: number): boolean {
    const due = untaken.filter((id) => nowMs - (this.#sounded.get(id) ?? -Infinity) >= REPEAT_MS);
    this.#sounded = new Map(untaken.map((id) => [id, due.includes(id) ? nowMs : this.#sounded.get(id)!]));
    if (due.length === 0) return false;
    if (this.enabled) this.play();
    return true;
  }

  play(): void {
    const context = this.#context;
    if (!context || context.state !== 'running') return;
    for (const [frequency, delay] of TONES) {
      const at = context.currentTime + delay;
      const tone = new OscillatorNode(context, { frequency, type: 'sine' });
      const level = new GainNode(context, { gain: 0 });
      level.gain.setValueAtTime(0, at);
      level.gain.linearRampToValueAtTime(0.14, at + 0.03);
      level.gain.exponentialRampToValueAtTime(0.001, at + 0.5);
      tone.connect(level).connect(context.destination);
      tone.start(at);
      tone.stop(at + 0.55);
    }
  }
}
