/* The signs for ships: outlines bow up, and the distance field that the graphics card draws them from at any size. */

type Point = [number, number];
interface Sign {
  add: Point[][];
  cut?: Point[][];
  discs?: [x: number, y: number, radius: number][];
}

/* Units: a merchant ship is 14 long. One block, two blocks, open deck, tail, dart, short, small and plain. */
const BOW: Point[] = [[0, -7], [3, -3.2]];
const hull = (half: number, stern: number): Point[] => [[0, -7], [half, -3.2], [half, stern], [-half, stern], [-half, -3.2]];

const SIGNS: Sign[] = [
  { add: [[[-0.7, -7.2], [0.7, -7.2], [0.7, -2], [-0.7, -2]]], discs: [[0, 1.2, 3.5]] }, // unknown: round, with heading
  { add: [hull(3, 6)] }, // cargo
  { add: [[...BOW, [3, 0.2], [-3, 0.2], [-3, -3.2]], [[-3, 2], [3, 2], [3, 6], [-3, 6]]] }, // tanker
  { add: [hull(3.2, 6)], cut: [[[-1.2, -2.4], [1.2, -2.4], [1.2, 4.1], [-1.2, 4.1]]] }, // passenger
  { add: [[[0, -6.6], [3.2, -0.8], [1, 2.4], [3.2, 6], [-3.2, 6], [-1, 2.4], [-3.2, -0.8]]] }, // fishing
  { add: [[[0, -7.4], [3.2, 6.2], [0, 3.6], [-3.2, 6.2]]] }, // high speed
  { add: [[[0, -4.8], [2.9, -2], [2.9, 4.4], [-2.9, 4.4], [-2.9, -2]]] }, // tug, service
  { add: [[[0, -4.8], [2.6, 3.9], [-2.6, 3.9]]] }, // small craft
  { add: [hull(3, 7)] }, // true outline, stretched to length and beam
  { add: [], discs: [[0, 0, 3.2]] }, // no heading and no course
];

export const SIGN_HULL = 8;
export const SIGN_NO_BOW = 9;
export const SIGN_COUNT = SIGNS.length;
export const CELL = 64; // texels of a sign's field
export const HALF = 10; // units from the middle of a cell to its edge
export const HULL_LENGTH = 14;
export const HULL_BEAM = 6;
const RANGE = 8; // units of distance that the byte spans

/** Signed distance from a sign's edge, in units, negative inside. */
export function distance(sign: number, x: number, y: number): number {
  const { add, cut = [], discs = [] } = SIGNS[sign];
  let d = Infinity;
  for (const polygon of add) d = Math.min(d, toPolygon(polygon, x, y));
  for (const [cx, cy, r] of discs) d = Math.min(d, Math.hypot(x - cx, y - cy) - r);
  for (const polygon of cut) d = Math.max(d, -toPolygon(polygon, x, y));
  return d;
}

/** All signs side by side, one byte a texel: 255 deep inside, 0 far outside, the edge half way. */
export function field(): { pixels: Uint8Array; width: number; height: number; range: number } {
  const width = CELL * SIGN_COUNT;
  const pixels = new Uint8Array(width * CELL);
  for (let sign = 0; sign < SIGN_COUNT; sign++) {
    for (let j = 0; j < CELL; j++) {
      for (let i = 0; i < CELL; i++) {
        const x = ((i + 0.5) / CELL - 0.5) * 2 * HALF;
        const y = ((j + 0.5) / CELL - 0.5) * 2 * HALF;
        const byte = 127.5 - (distance(sign, x, y) / RANGE) * 255;
        pixels[j * width + sign * CELL + i] = Math.max(0, Math.min(255, Math.round(byte)));
      }
    }
  }
  return { pixels, width, height: CELL, range: RANGE };
}

/** The sign as an SVG path, for legends and cards; discs become two arcs. */
export function signPath(sign: number): string {
  const { add, cut = [], discs = [] } = SIGNS[sign];
  const polygons = [...add, ...cut].map((points) => `M${points.map((p) => p.join(' ')).join('L')}Z`);
  const rounds = discs.map(([x, y, r]) => `M${x - r} ${y}A${r} ${r} 0 1 1 ${x + r} ${y}A${r} ${r} 0 1 1 ${x - r} ${y}Z`);
  return [...polygons, ...rounds].join('');
}

/* Nearest edge, and the side from crossings of a ray: exact for any simple polygon. */
function toPolygon(polygon: Point[], x: number, y: number): number {
  let nearest = Infinity;
  let insideIt = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [ax, ay] = polygon[i];
    const [bx, by] = polygon[j];
    const ex = bx - ax;
    const ey = by - ay;
    const t = Math.max(0, Math.min(1, ((x - ax) * ex + (y - ay) * ey) / (ex * ex + ey * ey)));
    nearest = Math.min(nearest, Math.hypot(x - ax - t * ex, y - ay - t * ey));
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) insideIt = !insideIt;
  }
  return insideIt ? -nearest : nearest;
}
