/* Range and bearing between two points that someone sets: along the great circle, in nautical miles. */
import { bearing, quantity } from '../core/format';
import { rangeBearing } from '../core/sphere';
import { FIRST } from './scene';
import type { Scene } from './scene';
import { at, dot, strokeLine } from './strokes';

const RAD = Math.PI / 180;

export function drawMeasure(scene: Scene): void {
  const { ctx, frame, palette } = scene;
  const [a, set] = scene.measure;
  const b = set ?? scene.pointer;
  if (!a) return;
  const p = at(frame, a);
  if (p) dot(ctx, p[0], p[1], 3, palette.focus, palette.halo);
  if (!b) return;
  const q = at(frame, b);
  strokeLine(ctx, frame, greatCircle(a, b), palette.focus, 1.5, set ? [] : [4, 3]);
  if (!q) return;
  dot(ctx, q[0], q[1], 3, palette.focus, palette.halo);
  const { nm, deg } = rangeBearing(a[0], a[1], b[0], b[1]);
  scene.labels.push({ key: 'measure', x: q[0], y: q[1], text: quantity(nm, 'nm', nm < 100 ? 1 : 0), sub: `${bearing(deg)} · back ${bearing((rangeBearing(b[0], b[1], a[0], a[1])).deg)}`, rank: FIRST.selected, gap: 10, sides: ['right', 'left', 'below', 'above'], colour: 'focus', weight: 600 });
}

/** Points along the great circle, one every two degrees or so. */
export function greatCircle(a: readonly number[], b: readonly number[]): GeoJSON.Position[] {
  const [p1, p2] = [unit(a), unit(b)];
  const angle = Math.acos(Math.min(1, Math.max(-1, p1[0] * p2[0] + p1[1] * p2[1] + p1[2] * p2[2])));
  if (angle < 1e-9) return [[a[0], a[1]], [b[0], b[1]]];
  const n = Math.max(1, Math.ceil(angle / (2 * RAD)));
  return Array.from({ length: n + 1 }, (_, i) => {
    const t = i / n;
    const [s, e] = [Math.sin((1 - t) * angle) / Math.sin(angle), Math.sin(t * angle) / Math.sin(angle)];
    const v = [0, 1, 2].map((k) => s * p1[k] + e * p2[k]);
    return [Math.atan2(v[1], v[0]) / RAD, Math.atan2(v[2], Math.hypot(v[0], v[1])) / RAD];
  });
}

function unit([lon, lat]: readonly number[]): [number, number, number] {
  return [Math.cos(lat * RAD) * Math.cos(lon * RAD), Math.cos(lat * RAD) * Math.sin(lon * RAD), Math.sin(lat * RAD)];
}
