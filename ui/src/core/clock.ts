/* The centre's clock between two of its messages. */
import type { Micros } from './api';

export interface Clock {
  readonly now: Micros; // the centre's time at `heardMs`
  readonly speed: number; // its seconds a real second; 0 when paused
  readonly heardMs: number; // performance.now()
  readonly holdMs: number; // beyond this it is not carried on: a paced centre may have fallen behind its pace
}

const HOLD_MS = 5000; // the centre says its time every 2 s

export function readClock(clock: Clock, nowMs: number): Micros {
  return clock.now + Math.max(0, Math.min(nowMs, clock.holdMs) - clock.heardMs) * 1000 * clock.speed;
}

/** A clock that runs freely from `now`, as replay does. */
export function freeClock(now: Micros, speed: number, nowMs: number): Clock {
  return { now, speed, heardMs: nowMs, holdMs: Infinity };
}

/** Takes the centre's word for the time. A difference that only delay explains does not move the clock, so it never
    stutters. The clock of an exercise or a replay (`paced`) stands still when no word comes; that of the sea does not. */
export function hearClock(clock: Clock | null, now: Micros, speed: number, nowMs: number, paced: boolean): Clock {
  const holdMs = paced ? nowMs + HOLD_MS : Infinity;
  if (clock && clock.speed === speed && speed > 0) {
    const drift = Math.abs(readClock(clock, nowMs) - now);
    const stood = nowMs > clock.holdMs;
    if (!stood && drift < 0.4e6 * Math.max(1, speed)) return { ...clock, holdMs };
  }
  return { now, speed, heardMs: nowMs, holdMs };
}
