import { expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../src/core/format';
import { expectedTimes } from '../../src/core/expected';
import { zonesAt } from '../../src/core/inside';
import { findCommands } from '../../src/core/search';
import { binFor, ticksFor, windowFor } from '../../src/core/timescale';

const LIVE = Date.UTC(2025, 10, 6, 9, 14) * 1000;

test('the window ends just after the present, and moves to where the time shown is', () => {
  const live = windowFor(LIVE, LIVE, LIVE - 9 * DAY, DAY);
  expect(live.from).toBe(LIVE - DAY);
  expect(live.to).toBeGreaterThan(LIVE);
  const back = windowFor(LIVE - 5 * DAY, LIVE, LIVE - 9 * DAY, DAY);
  expect(back.from).toBe(LIVE - 5 * DAY - DAY / 2);
});

test('a centre that has kept an hour shows that hour, not an empty day; one that has kept nothing shows an hour', () => {
  expect(windowFor(LIVE, LIVE, LIVE - 2 * HOUR, DAY).from).toBe(LIVE - 2 * HOUR);
  expect(windowFor(LIVE, LIVE, LIVE, DAY).from).toBe(LIVE - HOUR);
});

test('bars keep their width and ticks their distance, on round times', () => {
  const span = { from: LIVE - DAY, to: LIVE };
  expect(binFor(span, 960)).toBe(15 * MINUTE);
  expect(binFor(span, 100)).toBe(2 * HOUR);
  const ticks = ticksFor(span, 960);
  expect(ticks.every((t) => t % (3 * HOUR) === 0)).toBe(true);
  expect(ticks.length).toBe(8);
});

test('reports due are spread over a silence, as many as the evidence says, and none where it says nothing', () => {
  const evidence = { thresholds: {}, margins: {}, observations: [], coverage: {}, geometry: { type: 'FeatureCollection' as const, features: [] } };
  const detail = (measured: Record<string, number>) => ({ start: LIVE - 3 * HOUR, evidence: { ...evidence, measured } });
  expect(expectedTimes(detail({ reports_due: 11 }), LIVE)).toHaveLength(11);
  expect(expectedTimes(detail({ interval_s: 600 }), LIVE)).toHaveLength(18);
  expect(expectedTimes(detail({ silence_s: 600 }), LIVE)).toEqual([]);
});

test('a position lies in a zone across the antimeridian, and not in its hole', () => {
  const square = (w: number, s: number, e: number, n: number) => [[w, s], [e, s], [e, n], [w, n], [w, s]];
  const zones: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [
    { type: 'Feature', properties: { name: 'Far', kind: 'own', valid_from: null }, geometry: { type: 'Polygon', coordinates: [square(170, -10, 190, 10), square(178, -2, 182, 2)] } },
  ] };
  expect(zonesAt(zones, -175, 5).map((z) => z.name)).toEqual(['Far']);
  expect(zonesAt(zones, 180, 0)).toEqual([]);
  expect(zonesAt(zones, 160, 0)).toEqual([]);
  expect(zonesAt(null, 0, 0)).toEqual([]);
});

test('commands are found by the beginning of their words, all of them for nothing typed', () => {
  expect(findCommands('the')[0].name).toBe('theme');
  expect(findCommands('/ sources')[0].name).toBe('sources');
  expect(findCommands('').length).toBeGreaterThan(8);
  expect(findCommands('zzz')).toEqual([]);
});
