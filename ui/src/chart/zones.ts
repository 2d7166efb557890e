/* Zones, lanes and limits in the chart-maker's magenta, with the date from which they hold. */
import type { ExpressionSpecification, GeoJSONSource, LayerSpecification, Map as Chart } from 'maplibre-gl';
import { date } from '../core/format';
import type { Palette } from './palette';
import { FIRST } from './scene';
import type { Scene } from './scene';
import { at, readingTurn } from './strokes';

const LANES = ['lane', 'corridor', 'separation', 'traffic_lane'];
const NEAR_ONLY = ['anchorage', 'port', 'harbour']; // drawn from harbour scale
const NEAR_ZOOM = 7;

const kind: ExpressionSpecification = ['coalesce', ['get', 'kind'], ''];
const isLane: ExpressionSpecification = ['in', kind, ['literal', LANES]];
const inScale: ExpressionSpecification = ['any', ['!', ['in', kind, ['literal', NEAR_ONLY]]], ['>=', ['zoom'], NEAR_ZOOM]];

export function zoneLayers(palette: Palette): LayerSpecification[] {
  return [
    { id: 'zone-fill', type: 'fill', source: 'zones', filter: ['all', inScale, ['==', ['geometry-type'], 'Polygon']], paint: { 'fill-color': palette.limit, 'fill-opacity': ['case', isLane, 0.09, 0.025], 'fill-antialias': false } },
    { id: 'zone-lane', type: 'line', source: 'zones', filter: ['all', inScale, isLane], paint: { 'line-color': palette.limit, 'line-width': 0.9, 'line-opacity': 0.8 } },
    { id: 'zone-limit', type: 'line', source: 'zones', filter: ['all', inScale, ['!', isLane]], paint: { 'line-color': palette.limit, 'line-width': 1.1, 'line-opacity': 0.75, 'line-dasharray': [9, 3, 2, 3] } },
  ];
}

export function recolourZones(chart: Chart, palette: Palette): void {
  chart.setPaintProperty('zone-fill', 'fill-color', palette.limit);
  for (const layer of ['zone-lane', 'zone-limit']) chart.setPaintProperty(layer, 'line-color', palette.limit);
}

export function setZones(chart: Chart, zones: GeoJSON.FeatureCollection | null, shown: boolean): void {
  (chart.getSource('zones') as GeoJSONSource | undefined)?.setData(shown && zones ? zones : { type: 'FeatureCollection', features: [] });
}

/** A name along the longest straight side that is in view, once a zone. */
export function labelZones(scene: Scene): void {
  if (!scene.zones || !scene.shows.zones) return;
  const { frame } = scene;
  for (const [i, feature] of scene.zones.features.entries()) {
    const properties = feature.properties ?? {};
    if (NEAR_ONLY.includes(properties.kind) && frame.zoom < NEAR_ZOOM) continue;
    const side = longestSide(scene, feature.geometry);
    if (!side) continue;
    const since = properties.valid_from ? ` · since ${date(sinceMicros(properties.valid_from))}` : '';
    const text = `${properties.name ?? ''}${since}`;
    if (!properties.name || side.px < 40) continue;
    const turn = readingTurn(frame, side.a, side.b);
    // Just above its line, so that the line stays whole.
    const [x, y] = [side.x + Math.sin(turn) * 9, side.y - Math.cos(turn) * 9];
    scene.labels.push({ key: `zone ${properties.id ?? i}`, x, y, text: side.px > 5 * text.length ? text : String(properties.name), rank: FIRST.zone, gap: 0, sides: ['on'], colour: 'limit', weight: 400, turn });
  }
}

function longestSide(scene: Scene, geometry: GeoJSON.Geometry): { a: GeoJSON.Position; b: GeoJSON.Position; x: number; y: number; px: number } | null {
  const { width, height } = scene.frame;
  const rings = geometry.type === 'Polygon' ? geometry.coordinates : geometry.type === 'MultiPolygon' ? geometry.coordinates.flat() : geometry.type === 'LineString' ? [geometry.coordinates] : geometry.type === 'MultiLineString' ? geometry.coordinates : [];
  let best = null;
  for (const ring of rings) {
    for (let i = 1; i < ring.length; i++) {
      const p = at(scene.frame, ring[i - 1]);
      const q = at(scene.frame, ring[i]);
      if (!p || !q) continue;
      const px = Math.hypot(q[0] - p[0], q[1] - p[1]);
      const [x, y] = [(p[0] + q[0]) / 2, (p[1] + q[1]) / 2];
      if (x < 60 || y < 20 || x > width - 60 || y > height - 20) continue;
      if (!best || px > best.px) best = { a: ring[i - 1], b: ring[i], x, y, px };
    }
  }
  return best;
}

/* Dates come as microseconds or as text of ISO 8601. */
function sinceMicros(value: unknown): number | null {
  if (typeof value === 'number') return value;
  const ms = Date.parse(String(value));
  return Number.isNaN(ms) ? null : ms * 1000;
}
