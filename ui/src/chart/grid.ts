/* The grid of degrees: lines that are a hand's breadth apart at every scale, and their figures at the edge. */
import type { GeoJSONSource, Map as Chart } from 'maplibre-gl';
import { project } from './view';
import { yOfLat } from '../core/fleet';
import type { Frame } from './view';
import type { Palette } from './palette';

const STEPS = [30, 10, 5, 2, 1, 0.5, 1 / 6, 1 / 12, 1 / 30, 1 / 60];
const APART_PX = 78;

/** Degrees between lines: five over an ocean at the usual size, by minutes in a harbour. */
export function step(frame: Frame): number {
  const pxPerDegree = frame.world / 360;
  let chosen = STEPS[0];
  for (const candidate of STEPS) if (candidate * pxPerDegree >= APART_PX) chosen = candidate;
  return chosen;
}

let drawn = '';

/** Lays the lines that the view needs; does nothing while the last ones still serve. */
export function layGrid(chart: Chart, frame: Frame): void {
  const by = step(frame);
  const whole = by >= 5;
  const halfLon = whole ? 180 : (frame.width / frame.world) * 360;
  const halfLat = whole ? 80 : Math.min(80, (frame.height / frame.world) * 360);
  const west = whole ? -180 : Math.floor((frame.lon - halfLon) / by) * by;
  const south = whole ? -80 : Math.max(-80, Math.floor((frame.lat - halfLat) / by) * by);
  const key = `${by}/${west.toFixed(4)}/${south.toFixed(4)}`;
  if (key === drawn) return;
  drawn = key;
  const east = whole ? 180 - by : west + 2 * halfLon + by;
  const north = whole ? 80 : Math.min(80, south + 2 * halfLat + by);
  const lines: GeoJSON.Position[][] = [];
  const fine = Math.min(by, 5);
  for (let lon = west; lon <= east + 1e-9; lon += by) lines.push(range(south, north, fine).map((lat) => [lon, lat]));
  for (let lat = Math.ceil(south / by - 1e-9) * by; lat <= north + 1e-9; lat += by) {
    lines.push(range(west, whole ? 180 : east, fine).map((lon) => [lon, lat]));
  }
  (chart.getSource('graticule') as GeoJSONSource | undefined)?.setData({
    type: 'Feature', properties: {}, geometry: { type: 'MultiLineString', coordinates: lines },
  });
}

/** A chart taken away leaves nothing laid. */
export function forgetGrid(): void {
  drawn = '';
}

/** Figures: longitudes along the foot, latitudes down the right edge. A globe carries none. */
export function drawGridFigures(ctx: CanvasRenderingContext2D, frame: Frame, palette: Palette, keepLeft: number): void {
  if (frame.globe) return;
  const by = step(frame);
  const at = [0, 0];
  ctx.font = `11px ${palette.fontChart}`;
  ctx.fillStyle = palette['sea-text'];
  ctx.textBaseline = 'alphabetic';
  ctx.textAlign = 'left';
  const halfLon = (frame.width / 2 / frame.world) * 360;
  for (let lon = Math.ceil((frame.lon - halfLon) / by) * by; lon < frame.lon + halfLon; lon += by) {
    const px = frame.width / 2 + ((lon - frame.lon) / 360) * frame.world;
    if (px > keepLeft && px < frame.width - 60) ctx.fillText(degrees(wrap(lon), by, 'E', 'W'), px + 5, frame.height - 7);
  }
  ctx.textAlign = 'right';
  for (let lat = Math.ceil(-80 / by) * by; lat <= 80; lat += by) {
    if (!project(frame, frame.cx, yOfLat(lat), at) || at[1] < 70 || at[1] > frame.height - 26) continue;
    ctx.fillText(degrees(lat, by, 'N', 'S'), frame.width - 7, at[1] - 5);
  }
}

/** `5°N`, `0°`, and with minutes where the grid has them: `5°30′N`. */
export function degrees(value: number, by: number, positive: string, negative: string): string {
  const minutes = Math.round(Math.abs(value) * 60);
  if (minutes === 0) return '0°';
  if (minutes === 180 * 60) return '180°';
  const side = value > 0 ? positive : negative;
  const whole = Math.floor(minutes / 60);
  return by >= 1 ? `${Math.round(Math.abs(value))}°${side}` : `${whole}°${String(minutes % 60).padStart(2, '0')}′${side}`;
}

function wrap(lon: number): number {
  return ((((lon + 180) % 360) + 360) % 360) - 180;
}

function range(from: number, to: number, by: number): number[] {
  const n = Math.max(1, Math.round((to - from) / by));
  return Array.from({ length: n + 1 }, (_, i) => from + ((to - from) * i) / n);
}
