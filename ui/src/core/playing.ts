/* The slider over live and history: where the floor stands in time, and how fast it moves there. */
import type { Micros, Status } from './api';
import { freeClock, readClock } from './clock';
import type { Floor } from './floor.svelte';
import { MINUTE } from './format';

export class Playing {
  constructor(readonly floor: Floor) {}

  /** True where this officer may run the centre's own clock: in an exercise or a replay. */
  get runsCentre(): boolean {
    const { s } = this.floor;
    return s.mode.kind === 'live' && s.hello?.centre.mode !== 'feed' && this.floor.may('clock');
  }

  get running(): boolean {
    const { s } = this.floor;
    return s.mode.kind === 'history' ? s.mode.clock.speed > 0 : (s.clock?.speed ?? 0) > 0;
  }

  /** The speed that the buttons show as chosen. */
  get rate(): number {
    const { s } = this.floor;
    if (s.mode.kind === 'history') return s.rate;
    return this.runsCentre ? (s.clock?.speed ?? 1) : 1;
  }

  to(at: Micros, speed?: number): void {
    const { floor } = this;
    const live = floor.liveNow;
    if (live === null) return;
    if (at >= live) return this.live();
    const { mode } = floor.s;
    const keep = mode.kind === 'history' ? mode.clock.speed : 0;
    const from = floor.s.hello?.history_from ?? -Infinity;
    floor.send({ type: 'history', clock: freeClock(Math.max(from, at), speed ?? keep, performance.now()) });
    floor.ms = performance.now();
    floor.past.show(floor.now!, 0);
  }

  step(minutes: number): void {
    if (this.floor.now !== null) this.to(this.floor.now + minutes * MINUTE);
  }

  live(): void {
    this.floor.past.leave();
    this.floor.send({ type: 'live' });
  }

  /** Space: in history plays or holds; at the present holds the picture, or pauses a centre whose clock one may run. */
  toggle(): void {
    const { floor } = this;
    const { mode } = floor.s;
    if (mode.kind === 'history') {
      const ms = performance.now();
      const clock = freeClock(readClock(mode.clock, ms), mode.clock.speed ? 0 : floor.s.rate, ms);
      floor.send({ type: 'history', clock });
    } else if (this.runsCentre) {
      void this.#centre({ paused: this.running });
    } else if (floor.liveNow !== null) {
      this.to(floor.liveNow - 1, 0);
    }
  }

  setRate(rate: number): void {
    if (this.runsCentre) void this.#centre({ speed: rate, paused: false });
    else this.floor.send({ type: 'rate', rate, ms: performance.now() });
  }

  async #centre(change: { speed?: number; paused?: boolean }): Promise<void> {
    try {
      const status = await this.floor.http.post<Status>('/api/clock', change);
      this.floor.send({ type: 'status', status });
      this.floor.send({ type: 'clock', now: status.now, speed: status.speed, ms: performance.now() });
    } catch (error) {
      this.floor.toast(error instanceof Error ? error.message : String(error), { error: true });
    }
  }
}
