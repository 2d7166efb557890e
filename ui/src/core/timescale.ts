/* The arithmetic of the time bar: which window it shows, how wide its bins are, where its ticks stand. */
import type { Micros } from './api';
import { DAY, HOUR, MINUTE } from './format';

export interface Span {
  from: Micros;
  to: Micros;
}

const BINS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440].map((minutes) => minutes * MINUTE);
const TICKS = [5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY];
export const SPANS: readonly [number, string][] = [
  [6 * HOUR, '6 h'],
  [DAY, '24 h'],
  [3 * DAY, '3 d'],
  [Infinity, 'All'],
];

/** The narrowest bin that leaves each bar at least `widthPx` wide. */
export function binFor(span: Span, room: number, widthPx = 8): Micros {
  const least = (span.to - span.from) / Math.max(1, room / widthPx);
  return BINS.find((bin) => bin >= least) ?? BINS[BINS.length - 1];
}

/** Round times within a span, at least `apartPx` from one another. */
export function ticksFor(span: Span, room: number, apartPx = 90): Micros[] {
  const least = ((span.to - span.from) / Math.max(1, room)) * apartPx;
  const step = TICKS.find((tick) => tick >= least) ?? TICKS[TICKS.length - 1];
  const ticks: Micros[] = [];
  for (let t = Math.ceil(span.from / step) * step; t < span.to; t += step) ticks.push(t);
  return ticks;
}

/** The window: ends a little after the present, or round the time shown where that lies further back. Never before what is kept. */
export function windowFor(shown: Micros, live: Micros, oldest: Micros | null, width: number): Span {
  const all = live - (oldest ?? live - DAY);
  const wide = Math.max(HOUR, Math.min(width, all));
  const ahead = wide * 0.06;
  if (shown >= live - wide * 0.98) return { from: live - wide, to: live + ahead };
  const from = Math.max(oldest ?? -Infinity, shown - wide / 2);
  return { from, to: from + wide + ahead };
}
