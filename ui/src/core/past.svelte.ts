/* The fleet as it was: frames of history fetched one at a time, the next one ahead of the clock. */
import type { Micros } from './api';
import { FleetStore } from './fleet';
import { HOUR, MINUTE, SECOND } from './format';
import type { Http } from './http';

const KEEP_BYTES = 48e6;
const STALE = HOUR; // a fleet older than this does not stand for the time wanted

export class Past {
  readonly fleet = new FleetStore();
  #frames = new Map<Micros, ArrayBuffer>(); // oldest used first
  #bytes = 0;
  shown = $state<Micros | null>(null); // the time of the fleet that is shown; null while it is fetched
  #slot: Micros | null = null; // of the time wanted
  #wanted: Micros[] = [];
  #fetching = false;

  constructor(readonly http: Pick<Http, 'bytes'>) {}

  /** Shows the fleet as known at `at`; while playing, the frame that comes next is fetched beforehand. */
  show(at: Micros, speed: number): void {
    const step = stepOf(speed);
    this.#slot = Math.floor(at / step) * step;
    this.#look();
    this.#wanted = [this.#slot, ...(speed > 0 ? [this.#slot + step] : [])].filter((t) => !this.#frames.has(t));
    void this.#fetch();
  }

  leave(): void {
    this.#wanted = [];
    this.#slot = null;
    this.shown = null;
    this.fleet.clear();
  }

  /* The frame of the time itself, else the latest before it that is not older than the one shown already: a centre
     slower than the replay then lags, and does not stand. */
  #look(): void {
    const slot = this.#slot;
    if (slot === null) return;
    if (this.shown !== null && (this.shown > slot || slot - this.shown > STALE)) this.shown = null;
    const from = this.shown ?? slot - STALE;
    const best = Math.max(...[...this.#frames.keys()].filter((t) => t <= slot && t > from));
    const frame = this.#frames.get(best);
    if (!frame) return;
    this.fleet.apply(frame);
    this.shown = best;
    this.#frames.delete(best);
    this.#frames.set(best, frame);
  }

  /* One request at a time, always for the newest wish: a hand that drags the slider leaves no queue behind it. */
  async #fetch(): Promise<void> {
    if (this.#fetching) return;
    this.#fetching = true;
    try {
      for (let slot = this.#wanted.shift(); slot !== undefined; slot = this.#wanted.shift()) {
        this.#keep(slot, await this.http.bytes(`/api/history/fleet?at=${slot}`));
        this.#look();
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
