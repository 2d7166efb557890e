/* At harbour scale every ship carries her next six minutes ahead of her. */
import { latOfY } from '../core/fleet';
import type { Places } from './crowd';
import type { Scene } from './scene';
import { trace } from './strokes';

const AHEAD_S = 360;
const FROM_NM_PER_PX = 0.09;
const MOST = 600;

export function drawVectors(scene: Scene, places: Places | null): void {
  if (!places || scene.frame.nmPerPx > FROM_NM_PER_PX || places.inView > MOST) return;
  const { ctx, frame, palette, fleet } = scene;
  const c = fleet.columns;
  ctx.save();
  ctx.strokeStyle = palette.fleet;
  ctx.globalAlpha = 0.75;
  ctx.lineWidth = 1.1;
  ctx.setLineDash([3, 3]);
  ctx.beginPath();
  for (let row = 0; row < fleet.count; row++) {
    if (!places.seen[row] || (c.vx[row] === 0 && c.vy[row] === 0)) continue;
    const dt = fleet.ahead(row, scene.at / 1e6);
    const here: GeoJSON.Position = [(c.x[row] + c.vx[row] * dt) * 360 - 180, latOfY(c.y[row] + c.vy[row] * dt)];
    const then: GeoJSON.Position = [(c.x[row] + c.vx[row] * (dt + AHEAD_S)) * 360 - 180, latOfY(c.y[row] + c.vy[row] * (dt + AHEAD_S))];
    trace(ctx, frame, [here, then]);
  }
  ctx.stroke();
  ctx.restore();
}
