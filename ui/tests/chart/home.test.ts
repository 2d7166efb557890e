import { expect, test } from 'vitest';
import { homeOf, OCEAN } from '../../src/chart/home';

const ships = (places: [number, number][]) => homeOf(places.map(([lon]) => lon), places.map(([, lat]) => lat), places.length);

test('with no ship, or ships of the ocean among many others, the chart begins on the ocean', () => {
  expect(ships([])).toBe(OCEAN);
  expect(ships([[60, 10], [110, -20], [112, -21], [100, -30]])).toBe(OCEAN);
});

test('where all ships are elsewhere it begins there, whatever one wrong position says', () => {
  const places: [number, number][] = Array.from({ length: 100 }, (_, i) => [8 + (i % 10) * 0.5, 54 + (i % 7) * 0.5]);
  const [west, south, east, north] = ships([...places, [-179, -89]]);
  expect(west).toBeGreaterThan(6);
  expect(east).toBeLessThan(15);
  expect(south).toBeGreaterThan(52);
  expect(north).toBeLessThan(59);
});

test('one ship has sea around it', () => {
  const [west, , east] = ships([[-1.1, 50.7]]);
  expect(east - west).toBeCloseTo(0.4);
});

test('a fleet astride the antimeridian is seen as one', () => {
  const [west, , east] = ships([[178, -17], [179, -18], [-179, -17], [-178, -18]]);
  expect(east - west).toBeLessThan(6);
  expect(west).toBeGreaterThan(170);
});
