/* Lines and areas of the chart as paths on the overlay, whole across the antimeridian and behind the globe's edge. */
import { yOfLat } from '../core/fleet';
import { project, projectLonLat } from './view';
import type { Frame } from './view';

const SMOOTH_DEG = 2; // longer legs are bent along the projection

/** Traces a line of [lon, lat]; returns its pixels, in pieces where it leaves the visible side. */
export function trace(ctx: CanvasRenderingContext2D, frame: Frame, line: readonly GeoJSON.Position[]): void {
  const at = [0, 0];
  let lastX = NaN;
  let open = false;
  for (let i = 0; i < line.length; i++) {
    const [lon0, lat0] = line[Math.max(0, i - 1)];
    let [lon1, lat1] = line[i];
    lon1 = lon0 + shortest(lon1 - lon0);
    const steps = i > 0 && frame.globe ? Math.max(1, Math.ceil(Math.max(Math.abs(lon1 - lon0), Math.abs(lat1 - lat0)) / SMOOTH_DEG)) : 1;
    for (let k = 1; k <= steps; k++) {
      const t = k / steps;
      const seen = project(frame, (lon0 + (lon1 - lon0) * t) / 360 + 0.5, yOfLat(lat0 + (lat1 - lat0) * t), at);
      const jump = !frame.globe && Math.abs(at[0] - lastX) > frame.world / 2;
      if (!seen) {
        open = false;
        continue;
      }
      if (!open || jump) ctx.moveTo(at[0], at[1]);
      else ctx.lineTo(at[0], at[1]);
      open = true;
      lastX = at[0];
    }
  }
}

export function strokeLine(ctx: CanvasRenderingContext2D, frame: Frame, line: readonly GeoJSON.Position[], colour: string, width: number, dash: number[] = [], opacity = 1): void {
  ctx.save();
  ctx.beginPath();
  trace(ctx, frame, line);
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.lineJoin = 'round';
  ctx.lineCap = dash.length && dash[0] < 2 ? 'round' : 'butt';
  ctx.setLineDash(dash);
  ctx.globalAlpha = opacity;
  ctx.stroke();
  ctx.restore();
}

/** A filled dot with the sea around it, so that it stands off the line it lies on. */
export function dot(ctx: CanvasRenderingContext2D, x: number, y: number, radius: number, colour: string, halo: string): void {
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
  ctx.fillStyle = colour;
  ctx.strokeStyle = halo;
  ctx.lineWidth = 1.5;
  ctx.stroke();
  ctx.fill();
}

export function at(frame: Frame, position: GeoJSON.Position): [number, number] | null {
  return projectLonLat(frame, position[0], position[1]);
}

/** Direction of the middle of a line on the screen, turned so that text along it reads left to right. */
export function readingTurn(frame: Frame, a: GeoJSON.Position, b: GeoJSON.Position): number {
  const p = at(frame, a);
  const q = at(frame, b);
  if (!p || !q) return 0;
  let turn = Math.atan2(q[1] - p[1], q[0] - p[0]);
  if (turn > Math.PI / 2) turn -= Math.PI;
  if (turn < -Math.PI / 2) turn += Math.PI;
  return turn;
}

function shortest(degrees: number): number {
  return degrees - 360 * Math.round(degrees / 360);
}
