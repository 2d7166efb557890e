import { describe, expect, it } from 'vitest';
import { crowd, nearest, places } from '../../src/chart/crowd';
import { frameOf } from '../../src/chart/view';
import { NOW_S, fleetAt } from './fleet-at';

const OCEAN = frameOf(60, 5, 4, 1200, 800, false);
const HARBOUR = frameOf(60, 5, 11, 1200, 800, false);
const together: [number, number][] = Array.from({ length: 12 }, (_, i) => [60.02 + i * 1e-4, 5.01]);

describe('ships that stand close', () => {
  it('draw as one with their count, and are then not drawn themselves', () => {
    const fleet = fleetAt([...together, [70, 5]]);
    const { groups, hidden } = crowd(fleet, OCEAN, places(fleet, OCEAN, NOW_S), -1);
    expect(groups.map((g) => g.count)).toEqual([12]);
    expect([...hidden]).toEqual([...Array(12).fill(1), 0]);
  });

  it('stay themselves when they are selected or have an event, and so do those beside them', () => {
    const clear: [number, number] = [62, 5.01];
    const fleet = fleetAt([...together, ...together.map(([lon, lat]): [number, number] => [lon + 2, lat]), clear], [3]);
    const { groups, hidden } = crowd(fleet, OCEAN, places(fleet, OCEAN, NOW_S), 24);
    expect(groups).toEqual([]);
    expect(hidden.some((h) => h === 1)).toBe(false);
  });

  it('all have room in a harbour', () => {
    const fleet = fleetAt(together);
    expect(crowd(fleet, HARBOUR, places(fleet, HARBOUR, NOW_S), -1).groups).toEqual([]);
  });

  it('are not grouped when they are few, and no ship is lost to a count', () => {
    const fleet = fleetAt([[60, 5], [60.01, 5], [60.02, 5], ...Array.from({ length: 400 }, (_, i): [number, number] => [55 + (i % 20) * 0.15, 2 + Math.floor(i / 20) * 0.15])]);
    const at = places(fleet, OCEAN, NOW_S);
    const { groups, hidden, inView } = crowd(fleet, OCEAN, at, -1);
    const single = [...hidden].filter((h, row) => h === 0 && at.seen[row]).length;
    expect(single + groups.reduce((n, g) => n + g.count, 0)).toBe(inView);
  });
});

describe('picking', () => {
  it('takes the nearest ship within reach, across the antimeridian too', () => {
    const frame = frameOf(179.9, 0, 6, 1000, 800, false);
    const fleet = fleetAt([[-179.9, 0], [179.5, 0]]);
    const at = places(fleet, frame, NOW_S);
    const px = 500 + (0.2 / 360) * frame.world;
    expect(nearest(fleet, at, null, px + 5, 400, 12)).toBe(0);
    expect(nearest(fleet, at, null, px + 40, 400, 12)).toBe(-1);
  });

  it('passes over ships behind the globe', () => {
    const frame = frameOf(60, 0, 1.5, 1000, 800, true);
    const at = places(fleetAt([[60, 0], [-120, 0]]), frame, NOW_S);
    expect([at.seen[0], at.seen[1]]).toEqual([1, 0]);
  });
});
