import { describe, expect, it } from 'vitest';
import { cellOf, centre, count, gridOf, hexagonsGeoJson, ring } from '../../src/chart/hexagons';
import { fleetAt } from './fleet-at';

const RAD = Math.PI / 180;

/* Area of a polygon on the sphere, by its equal-area image. */
function area(points: GeoJSON.Position[]): number {
  let sum = 0;
  for (let i = 1; i < points.length; i++) sum += points[i - 1][0] * Math.sin(points[i][1] * RAD) - points[i][0] * Math.sin(points[i - 1][1] * RAD);
  return Math.abs(sum / 2);
}

describe('hexagons', () => {
  it('lose no ship and count none twice', () => {
    const places: [number, number][] = Array.from({ length: 3000 }, (_, i) => [((i * 137.5) % 360) - 180, ((i * 61.8) % 150) - 75]);
    expect(count(fleetAt(places), gridOf(150)).reduce((sum, cell) => sum + cell.count, 0)).toBe(3000);
  });

  it('are of equal area from the equator to 60 degrees', () => {
    const grid = gridOf(120);
    const areas = [0, 12, 30, 60].map((lat) => {
      const { row, column } = cellOf(60, lat, grid);
      const [lon, at] = centre(row, column, grid);
      return area(ring({ lon, lat: at }, grid));
    });
    for (const a of areas) expect(a / areas[0]).toBeCloseTo(1, 6);
  });

  it('hold the ships nearest to their middle', () => {
    const grid = gridOf(120);
    for (const [lon, lat] of [[60, 3], [60.7, 3.9], [-179.99, 10], [179.99, -40], [0, 0]]) {
      const { row, column } = cellOf(lon, lat, grid);
      const own = separation(centre(row, column, grid), [lon, lat]);
      for (let dr = -1; dr <= 1; dr++) {
        for (let dc = -1; dc <= 1; dc++) {
          const other = centre(row + dr, (column + dc + grid.columns) % grid.columns, grid);
          expect(own).toBeLessThanOrEqual(separation(other, [lon, lat]) + 1e-9);
        }
      }
    }
  });

  it('have no seam at the antimeridian', () => {
    const cells = count(fleetAt([[179.999, 5], [-179.999, 5]]), gridOf(90));
    expect(cells.map((c) => c.count)).toEqual([2]);
  });

  it('are nothing without ships', () => {
    expect(hexagonsGeoJson(count(fleetAt([]), gridOf(90)), gridOf(90)).features).toEqual([]);
  });

  it('say how full they are between nothing and the fullest', () => {
    const cells = count(fleetAt([[60, 0], [80, 0], [80, 0], [80, 0]]), gridOf(90)).sort((a, b) => a.count - b.count);
    expect(cells.map((c) => [c.count, c.share])).toEqual([[1, 0], [3, 1]]);
  });
});

/* Distance in the plane of the grid: equal-area, regular at 12 degrees. */
function separation(a: number[], b: number[]): number {
  const k = Math.cos(12 * RAD);
  let dx = a[0] - b[0];
  dx -= 360 * Math.round(dx / 360);
  return Math.hypot(dx * k, (Math.sin(a[1] * RAD) - Math.sin(b[1] * RAD)) / RAD / k);
}
