/* Where the chart begins, and goes back to: the ocean that the watch is for, or where the ships are when they are elsewhere. */

export type Bounds = [west: number, south: number, east: number, north: number];

/* The western Indian Ocean, Suez to Ceylon. */
export const OCEAN: Bounds = [39, -13.5, 86, 26.5];
const ENOUGH = 0.2; // of the ships in the ocean make it the place to begin
const EDGE = 0.05; // left out at each side, so that one wrong position does not show half the world
const LEAST_DEG = 0.4;

export function homeOf(lon: ArrayLike<number>, lat: ArrayLike<number>, count: number): Bounds {
  const [west, south, east, north] = OCEAN;
  let inside = 0;
  for (let i = 0; i < count; i++) if (lon[i] >= west && lon[i] <= east && lat[i] >= south && lat[i] <= north) inside++;
  if (!count || inside >= count * ENOUGH) return OCEAN;
  const [s, n] = middle(lat, count, 0);
  const [w, e] = middle(lon, count, 0);
  const [w180, e180] = middle(lon, count, 360); // across the antimeridian, where that is the shorter way
  return e180 - w180 < e - w ? [w180, s, e180, n] : [w, s, e, n];
}

/* From the first to the last of the middle nine tenths, with a little room. Values below zero are moved up by `turn`. */
function middle(values: ArrayLike<number>, count: number, turn: number): [number, number] {
  const sorted = Float64Array.from({ length: count }, (_, i) => (values[i] < 0 ? values[i] + turn : values[i])).sort();
  const [low, high] = [sorted[Math.floor((count - 1) * EDGE)], sorted[Math.ceil((count - 1) * (1 - EDGE))]];
  const room = Math.max((high - low) * 0.1, (LEAST_DEG - (high - low)) / 2, 0);
  return [low - room, high + room];
}
