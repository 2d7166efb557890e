/* Reports that were due during a silence: the row that stands against the row of those heard. */
import type { EventDetail, Micros } from './api';
import { SECOND } from './format';

const COUNTS = /(due|expected)(_reports)?$|reports_(due|expected)$/;
const INTERVALS = /interval_s$/;

/** Times at which reports were due from the start of a gap to its end, spread evenly; empty where the evidence does not say how many. */
export function expectedTimes(detail: Pick<EventDetail, 'start' | 'evidence'>, until: Micros): Micros[] {
  const { measured, coverage } = detail.evidence;
  const all = Object.entries({ ...coverage, ...measured });
  const value = (pattern: RegExp) => all.find(([key, v]) => pattern.test(key) && typeof v === 'number' && v > 0)?.[1] as number | undefined;
  const span = until - detail.start;
  const count = value(COUNTS);
  const interval = value(INTERVALS);
  const n = count ?? (interval ? span / (interval * SECOND) : 0);
  if (!(n >= 1) || span <= 0) return [];
  const shown = Math.min(Math.round(n), 120);
  return Array.from({ length: shown }, (_, i) => detail.start + (span * (i + 1)) / (shown + 1));
}
