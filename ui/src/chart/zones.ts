/* Zones, lanes and limits in the chart-maker's magenta, with the date from which they hold. */
import type { ExpressionSpecification, GeoJSONSource, LayerSpecification, Map as Chart } from 'maplibre-gl';
import { date } from '../core/format';
import type { Palette } from './palette';
import { FIRST } from './scene';
import type { Scene } from './scene';
import { at, readingTurn } from './strokes';
import type { Frame } from './view';

const LANES = ['lane', 'corridor', 'separation', 'traffic_lane'];
const NEAR_ONLY = ['anchorage', 'port', 'harbour']; // drawn from harbour scale
const NAMES_ONLY = ['sea']; // told of in words, never drawn as a limit
const FAINT = ['reporting'];
const NEAR_ZOOM = 7;
const STRAIGHT_PX = 45; // a shorter side carries no name

const kind: ExpressionSpecification = ['coalesce', ['get', 'kind'], ''];
const isLane: ExpressionSpecification = ['in', kind, ['literal', LANES]];
const isFaint: ExpressionSpecification = ['in', kind, ['literal', FAINT]];
const inScale: ExpressionSpecification = ['any', ['!', ['in', kind, ['literal', NEAR_ONLY]]], ['>=', ['zoom'], NEAR_ZOOM]];

export function zoneLayers(palette: Palette): LayerSpecification[] {
  return [
    { id: 'zone-fill', type: 'fill', source: 'zones', filter: ['all', inScale, ['==', ['geometry-type'], 'Polygon']], paint: { 'fill-color': palette.limit, 'fill-opacity': ['case', isLane, 0.09, isFaint, 0, 0.02], 'fill-antialias': false } },
    { id: 'zone-lane', type: 'line', source: 'zones', filter: ['all', inScale, isLane], paint: { 'line-color': palette.limit, 'line-width': 0.9, 'line-opacity': 0.8 } },
    { id: 'zone-limit', type: 'line', source: 'zones', filter: ['all', inScale, ['!', isLane]], paint: { 'line-color': palette.limit, 'line-width': 1.1, 'line-opacity': ['case', isFaint, 0.3, 0.7], 'line-dasharray': [9, 3, 2, 3] } },
  ];
}

export function recolourZones(chart: Chart, palette: Palette): void {
  chart.setPaintProperty('zone-fill', 'fill-color', palette.limit);
  for (const layer of ['zone-lane', 'zone-limit']) chart.setPaintProperty(layer, 'line-color', palette.limit);
}

export function setZones(chart: Chart, zones: GeoJSON.FeatureCollection | null): void {
  (chart.getSource('zones') as GeoJSONSource | undefined)?.setData(zones ?? { type: 'FeatureCollection', features: [] });
}

/** Zones that hold at a time (µs). Outlines that only name a sea are no limits and are not drawn. */
export function zonesAt(zones: GeoJSON.FeatureCollection | null, at: number): GeoJSON.FeatureCollection | null {
  if (!zones) return null;
  const holds = ({ properties }: GeoJSON.Feature) => {
    const from = micros(properties?.valid_from);
    const to = micros(properties?.valid_to);
    return !NAMES_ONLY.includes(properties?.kind) && (from === null || from <= at) && (to === null || to > at);
  };
  return { type: 'FeatureCollection', features: zones.features.filter(holds) };
}

/* Where a zone's name may stand: along a side, or at its top. */
interface Named {
  a: GeoJSON.Position;
  b: GeoJSON.Position;
  x: number;
  y: number;
  px: number;
  top: [number, number];
}

/** A name along the longest straight side that is in view, once a zone. */
export function labelZones(scene: Scene): void {
  if (!scene.zonesNow) return;
  const { frame } = scene;
  for (const [i, feature] of scene.zonesNow.features.entries()) {
    const properties = feature.properties ?? {};
    if (NEAR_ONLY.includes(properties.kind) && frame.zoom < NEAR_ZOOM) continue;
    const side = longestSide(scene, feature.geometry);
    if (!side) continue;
    const since = properties.valid_from ? ` · since ${date(micros(properties.valid_from))}` : '';
    const text = `${properties.name ?? ''}${since}`;
    if (!properties.name) continue;
    if (side.px < STRAIGHT_PX) {
      // A round zone has no side to write along: its name stands over its top.
      const [x, y] = side.top;
      scene.labels.push({ key: `zone ${properties.id ?? i}`, x, y, text: String(properties.name), rank: FIRST.zone, gap: 6, sides: ['above', 'below', 'right', 'left'], colour: 'limit', weight: 400 });
      continue;
    }
    const turn = readingTurn(frame, side.a, side.b);
    // Just above its line, so that the line stays whole.
    const [x, y] = [side.x + Math.sin(turn) * 9, side.y - Math.cos(turn) * 9];
    scene.labels.push({ key: `zone ${properties.id ?? i}`, x, y, text: side.px > 5 * text.length ? text : String(properties.name), rank: FIRST.zone, gap: 0, sides: ['on'], colour: 'limit', weight: 400, turn });
  }
}

function longestSide(scene: Scene, geometry: GeoJSON.Geometry): Named | null {
  const rings = geometry.type === 'Polygon' ? geometry.coordinates : geometry.type === 'MultiPolygon' ? geometry.coordinates.flat() : geometry.type === 'LineString' ? [geometry.coordinates] : geometry.type === 'MultiLineString' ? geometry.coordinates : [];
  let best: Named | null = null;
  let top: [number, number] | null = null;
  for (const ring of rings) {
    for (let i = 1; i < ring.length; i++) {
      const p = at(scene.frame, ring[i - 1]);
      const q = at(scene.frame, ring[i]);
      const seen = p && q && clip(p, q, scene.frame);
      if (!seen) continue;
      if (!top || p[1] < top[1]) top = p;
      const px = Math.hypot(seen[2] - seen[0], seen[3] - seen[1]);
      if (!best || px > best.px) best = { a: ring[i - 1], b: ring[i], x: (seen[0] + seen[2]) / 2, y: (seen[1] + seen[3]) / 2, px, top };
    }
  }
  return best && { ...best, top: top! };
}

/* The part of a side that is in view (Liang and Barsky 1984), with a margin for the text. */
function clip(p: [number, number], q: [number, number], { width, height }: Frame): [number, number, number, number] | null {
  const [dx, dy] = [q[0] - p[0], q[1] - p[1]];
  let [from, to] = [0, 1];
  for (const [d, gap] of [[-dx, p[0] - 60], [dx, width - 60 - p[0]], [-dy, p[1] - 20], [dy, height - 20 - p[1]]]) {
    if (d === 0 && gap < 0) return null;
    if (d < 0) from = Math.max(from, gap / d);
    if (d > 0) to = Math.min(to, gap / d);
  }
  return from < to ? [p[0] + from * dx, p[1] + from * dy, p[0] + to * dx, p[1] + to * dy] : null;
}

/* Dates come as microseconds or as text of ISO 8601. */
function micros(value: unknown): number | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return value;
  const ms = Date.parse(String(value));
  return Number.isNaN(ms) ? null : ms * 1000;
}
