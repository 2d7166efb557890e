/* Where the selected vessel has been, fading with age, and where she will be if she keeps on. */
import { HOUR, time } from '../core/format';
import { latOfY } from '../core/fleet';
import type { Scene } from './scene';
import { at, dot, trace } from './strokes';
import { FIRST } from './scene';

const PIECES = 12; // steps of fading
const AHEAD_H = 6;
const TICK_PX = 6; // an hour shorter than this has no tick

export function drawTrail(scene: Scene): void {
  const { ctx, frame, palette, track } = scene;
  if (!track || track.t.length === 0) return;
  const upTo = lastBefore(track.t, scene.at);
  const line = [];
  const broken = brokenAt(scene, upTo);
  for (let i = 0; i <= upTo; i++) line.push([track.lon[i], track.lat[i]]);
  const row = selectedRow(scene);
  if (row >= 0 && line.length && broken !== upTo) line.push(scene.fleet.predict(row, scene.at / 1e6));
  if (line.length < 2) return;
  ctx.save();
  ctx.strokeStyle = palette.focus;
  ctx.lineWidth = 1.6;
  ctx.lineJoin = 'round';
  for (let piece = 0; piece < PIECES; piece++) {
    const from = Math.floor((piece * (line.length - 1)) / PIECES);
    const to = Math.floor(((piece + 1) * (line.length - 1)) / PIECES);
    if (to <= from) continue;
    ctx.globalAlpha = 0.12 + (0.68 * (piece + 1)) / PIECES;
    ctx.beginPath();
    if (broken < from || broken >= to) trace(ctx, frame, line.slice(from, to + 1));
    else {
      trace(ctx, frame, line.slice(from, broken + 1));
      trace(ctx, frame, line.slice(broken + 1, to + 1));
    }
    ctx.stroke();
  }
  ctx.restore();
  reports(scene, upTo);
}

/* The last report before the silence that is looked at, -1 for none: a trail does not say where nobody heard her. */
function brokenAt({ selection, track }: Scene, upTo: number): number {
  const event = selection?.kind === 'event' ? selection.event : null;
  if (event?.kind !== 'gap' || event.vessels[0] !== track?.vessel) return -1;
  return Math.min(upTo, lastBefore(track.t, event.start + 1e6));
}

/* The reports themselves, where there is room to tell one from the next. */
function reports(scene: Scene, upTo: number): void {
  const { ctx, frame, palette } = scene;
  const track = scene.track!;
  let last: [number, number] | null = null;
  for (let i = upTo; i >= 0; i--) {
    const p = at(frame, [track.lon[i], track.lat[i]]);
    if (!p || (last && Math.hypot(p[0] - last[0], p[1] - last[1]) < 11)) continue;
    last = p;
    ctx.globalAlpha = 0.35 + 0.65 * (i / Math.max(1, upTo));
    dot(ctx, p[0], p[1], 1.8, palette.focus, palette.halo);
  }
  ctx.globalAlpha = 1;
}

/** Dashes ahead of the selected ship, a tick each hour; six minutes of it for every ship at harbour scale. */
export function drawPrediction(scene: Scene): void {
  const row = selectedRow(scene);
  if (row < 0) return;
  const { ctx, frame, palette, fleet } = scene;
  const c = fleet.columns;
  if (c.vx[row] === 0 && c.vy[row] === 0) return;
  const dt = fleet.ahead(row, scene.at / 1e6);
  const place = (seconds: number): GeoJSON.Position => [
    (c.x[row] + c.vx[row] * (dt + seconds)) * 360 - 180, latOfY(c.y[row] + c.vy[row] * (dt + seconds)),
  ];
  const { hours, px } = hoursAhead(scene, place);
  if (hours === 0) return;
  ctx.save();
  ctx.strokeStyle = palette.focus;
  ctx.lineWidth = 1.4;
  ctx.setLineDash([3, 4]);
  ctx.beginPath();
  trace(ctx, frame, [place(0), place(hours * 1800), place(hours * 3600)]);
  ctx.stroke();
  ctx.setLineDash([]);
  for (let h = 1; h <= hours && px >= TICK_PX; h++) tick(scene, place((h - 0.05) * 3600), place(h * 3600));
  ctx.restore();
  const end = at(frame, place(hours * 3600));
  if (end) {
    scene.labels.push({ key: 'ahead', x: end[0], y: end[1], text: time(scene.at + hours * HOUR), rank: FIRST.evidence, gap: 6, sides: ['right', 'left', 'above', 'below'], colour: 'focus', weight: 400 });
  }
}

/* As many hours as stay on the chart; none when all of them are shorter than the ship's own sign. */
function hoursAhead(scene: Scene, place: (seconds: number) => GeoJSON.Position): { hours: number; px: number } {
  const a = at(scene.frame, place(0));
  const b = at(scene.frame, place(3600));
  if (!a || !b) return { hours: 0, px: 0 };
  const px = Math.hypot(b[0] - a[0], b[1] - a[1]);
  if (px * AHEAD_H < 16) return { hours: 0, px };
  return { hours: Math.max(1, Math.min(AHEAD_H, Math.floor((0.5 * scene.frame.width) / px))), px };
}

function tick(scene: Scene, before: GeoJSON.Position, place: GeoJSON.Position): void {
  const a = at(scene.frame, before);
  const b = at(scene.frame, place);
  if (!a || !b) return;
  const length = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1;
  const [nx, ny] = [(-(b[1] - a[1]) / length) * 3.5, ((b[0] - a[0]) / length) * 3.5];
  scene.ctx.beginPath();
  scene.ctx.moveTo(b[0] - nx, b[1] - ny);
  scene.ctx.lineTo(b[0] + nx, b[1] + ny);
  scene.ctx.stroke();
}

export function selectedRow(scene: Pick<Scene, 'selection' | 'fleet'>): number {
  const { selection, fleet } = scene;
  if (selection?.kind === 'vessel') return fleet.indexOf(selection.id);
  if (selection?.kind === 'event') return fleet.indexOf(selection.event.ids[0]);
  return -1;
}

function lastBefore(times: readonly number[], at: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (times[mid] <= at) low = mid + 1;
    else high = mid;
  }
  return low - 1;
}
