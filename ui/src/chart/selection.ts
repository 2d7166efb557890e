/* What is selected: four corners around it, its name always, and a chevron at the edge when it is off the chart. */
import { age, bearing, mmsi, quantity } from '../core/format';
import { rangeBearing } from '../core/sphere';
import { brief } from './alerts';
import { symbolSize } from './fleet-layer';
import { FIRST } from './scene';
import type { Scene } from './scene';
import { selectedRow } from './trails';
import { inside, projectLonLat } from './view';
import type { Frame } from './view';

export function selectedPlace(scene: Pick<Scene, 'selection' | 'fleet' | 'at' | 'track'>): [lon: number, lat: number] | null {
  const { selection, fleet } = scene;
  if (!selection) return null;
  const row = selectedRow(scene);
  if (row >= 0) return fleet.predict(row, scene.at / 1e6);
  if (selection.kind === 'event') return [selection.event.lon, selection.event.lat];
  if (selection.kind === 'position') return [selection.lon, selection.lat];
  const last = scene.track?.vessel === selection.vessel ? scene.track.t.length - 1 : -1;
  return last >= 0 ? [scene.track!.lon[last], scene.track!.lat[last]] : null;
}

export function selectedName(scene: Pick<Scene, 'selection' | 'names'>): string {
  const { selection, names } = scene;
  if (selection?.kind === 'event') return selection.event.names[0] ?? mmsi(selection.event.vessels[0] ?? 'event');
  if (selection?.kind === 'vessel') return names.get(selection.id ?? -1)?.name ?? mmsi(selection.vessel);
  return 'position';
}

export function drawSelection(scene: Scene): void {
  const place = selectedPlace(scene);
  if (!place) return;
  const { frame, selection } = scene;
  const p = projectLonLat(frame, place[0], place[1]);
  if (!p || !inside(frame, p[0], p[1], -6)) {
    chevron(scene, place, p);
    return;
  }
  const half = selectionHalf(frame);
  corners(scene, p[0], p[1], half);
  scene.boxes.push({ x: p[0] - half, y: p[1] - half, w: 2 * half, h: 2 * half });
  const event = selection?.kind === 'event' ? selection.event : null;
  scene.labels.push({
    key: 'selected', x: p[0], y: p[1], text: selectedName(scene), sub: event ? brief(event, scene.at) : lastReport(scene),
    rank: FIRST.selected, gap: half + (event ? 14 : 5), sides: ['right', 'left', 'below', 'above'], colour: 'text', weight: 600,
  });
}

/* `9.5 kn 214° · 4 min`: what she last said, and how old it is. */
function lastReport(scene: Scene): string | undefined {
  const row = selectedRow(scene);
  if (row < 0) return undefined;
  const c = scene.fleet.columns;
  const speed = c.sog[row] === 65535 ? [] : [`${quantity(c.sog[row] / 10, 'kn', 1)}${c.cog[row] < 3600 ? ` ${bearing(c.cog[row] / 10)}` : ''}`];
  return [...speed, age(c.observed[row] * 1e6, scene.at)].join(' · ');
}

/** Pixels from the selected to its corners. */
export function selectionHalf(frame: Frame): number {
  return Math.max(12, symbolSize(frame.nmPerPx) * 0.5 + 7.5);
}

function corners(scene: Scene, x: number, y: number, half: number): void {
  const { ctx, palette } = scene;
  const arm = half * 0.5;
  ctx.save();
  ctx.beginPath();
  for (const [sx, sy] of [[-1, -1], [1, -1], [1, 1], [-1, 1]]) {
    ctx.moveTo(x + sx * half, y + sy * (half - arm));
    ctx.lineTo(x + sx * half, y + sy * half);
    ctx.lineTo(x + sx * (half - arm), y + sy * half);
  }
  ctx.lineWidth = 4;
  ctx.strokeStyle = palette.halo;
  ctx.stroke();
  ctx.lineWidth = 1.8;
  ctx.strokeStyle = palette.focus;
  ctx.stroke();
  ctx.restore();
}

/* Where to look for it: at the edge of the chart on the line from its middle, with distance and bearing. */
function chevron(scene: Scene, place: [number, number], p: [number, number] | null): void {
  const { ctx, frame, palette } = scene;
  const { nm, deg } = rangeBearing(frame.lon, frame.lat, place[0], place[1]);
  const turn = p ? Math.atan2(p[1] - frame.height / 2, p[0] - frame.width / 2) : ((deg - 90) * Math.PI) / 180;
  const [hw, hh] = [frame.width / 2 - 26, frame.height / 2 - 70];
  const reach = Math.min(hw / Math.max(1e-6, Math.abs(Math.cos(turn))), hh / Math.max(1e-6, Math.abs(Math.sin(turn))));
  const [x, y] = [frame.width / 2 + reach * Math.cos(turn), frame.height / 2 + reach * Math.sin(turn)];
  ctx.save();
  ctx.translate(x, y);
  ctx.rotate(turn);
  ctx.beginPath();
  ctx.moveTo(-5, -8);
  ctx.lineTo(5, 0);
  ctx.lineTo(-5, 8);
  ctx.lineWidth = 6;
  ctx.strokeStyle = palette.halo;
  ctx.stroke();
  ctx.lineWidth = 2.4;
  ctx.strokeStyle = palette.focus;
  ctx.stroke();
  ctx.restore();
  scene.labels.push({
    key: 'off the chart', x, y, text: selectedName(scene), sub: `${quantity(nm, 'nm', 0)} ${String(Math.round(deg) % 360).padStart(3, '0')}°`,
    rank: FIRST.selected, gap: 13, sides: Math.cos(turn) > 0 ? ['left', 'below', 'above', 'right'] : ['right', 'below', 'above', 'left'], colour: 'focus', weight: 600,
  });
}
