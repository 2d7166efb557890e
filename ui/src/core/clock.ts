/* The centre's clock between two of its messages. */
import type { Micros } from './api';

export interface Clock {
  readonly now: Micros; // the centre's time when last heard
  readonly speed: number; // its seconds a real second; 0 when paused
  readonly heardMs: number; // performance.now() when heard
}

export function readClock(clock: Clock, nowMs: number): Micros {
  return clock.now + Math.max(0, nowMs - clock.heardMs) * 1000 * clock.speed;
}

/** Takes the centre's word for the time; a difference that only delay explains does not move the clock, so it never stutters. */
export function hearClock(clock: Clock | null, now: Micros, speed: number, nowMs: number): Clock {
  if (clock && clock.speed === speed && speed > 0) {
    const drift = Math.abs(readClock(clock, nowMs) - now);
    if (drift < 0.4e6 * Math.max(1, speed)) return clock;
  }
  return { now, speed, heardMs: nowMs };
}
