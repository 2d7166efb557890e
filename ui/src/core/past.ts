/* The fleet as it was: frames of history fetched one at a time, the next one ahead of the clock. */
import type { Micros } from './api';
import { FleetStore } from './fleet';
import { MINUTE, SECOND } from './format';
import type { Http } from './http';

const KEEP_BYTES = 48e6;

export class Past {
  readonly fleet = new FleetStore();
  #frames = new Map<Micros, ArrayBuffer>(); // oldest used first
  #bytes = 0;
  #shown: Micros | null = null;
  #wanted: Micros[] = [];
  #fetching = false;

  constructor(readonly http: Pick<Http, 'bytes'>) {}

  /** Shows the fleet as known at `at`; while playing, the frame that comes next is fetched beforehand. */
  show(at: Micros, speed: number): void {
    const step = stepOf(speed);
    const slot = Math.floor(at / step) * step;
    const frame = this.#frames.get(slot);
    if (frame && slot !== this.#shown) {
      this.fleet.apply(frame);
      this.#shown = slot;
      this.#frames.delete(slot);
      this.#frames.set(slot, frame);
    }
    this.#wanted = [slot, ...(speed > 0 ? [slot + step] : [])].filter((t) => !this.#frames.has(t));
    void this.#fetch();
  }

  leave(): void {
    this.#wanted = [];
    this.#shown = null;
  }

  /* One request at a time, always for the newest wish: a hand that drags the slider leaves no queue behind it. */
  async #fetch(): Promise<void> {
    if (this.#fetching) return;
    this.#fetching = true;
    try {
      for (let slot = this.#wanted.shift(); slot !== undefined; slot = this.#wanted.shift()) {
        this.#keep(slot, await this.http.bytes(`/api/history/fleet?at=${slot}`));
      }
    } catch {
      this.#wanted = []; // the next tick asks again
    } finally {
      this.#fetching = false;
    }
  }

  #keep(slot: Micros, frame: ArrayBuffer): void {
    this.#frames.set(slot, frame);
    this.#bytes += frame.byteLength;
    for (const [old, bytes] of this.#frames) {
      if (this.#bytes <= KEEP_BYTES || old === slot) break;
      this.#frames.delete(old);
      this.#bytes -= bytes.byteLength;
    }
  }
}

/** A frame a second of playing, a frame a minute of standing still. */
export function stepOf(speed: number): Micros {
  return speed > 60 ? Math.round(speed) * SECOND : MINUTE;
}
