/* The chart beneath the ships: land, coast, shoals and borders from Natural Earth, served by the centre itself. */
import { feature, mesh } from 'topojson-client';
import type { GeoJSONSource, Map as Chart, StyleSpecification } from 'maplibre-gl';
import type { GeometryCollection, Topology } from 'topojson-specification';
import countriesUrl from 'world-atlas/countries-50m.json?url';
import fineUrl from 'world-atlas/land-10m.json?url';
import type { Palette } from './palette';

export const FINE_ZOOM = 6.2; // the 1:50 million coast shows its corners beyond this
const EMPTY: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] };

export function style(palette: Palette): StyleSpecification {
  const source = () => ({ type: 'geojson' as const, data: EMPTY });
  return {
    version: 8,
    projection: { type: 'mercator' },
    sources: {
      land: { ...source(), tolerance: 0.2, attribution: 'Natural Earth' },
      coast: { ...source(), tolerance: 0.2 },
      shoals: { ...source(), tolerance: 2.5, buffer: 64 }, // a soft edge needs no headland, and coarse lines are cheap to draw wide
      borders: source(),
      graticule: { ...source(), tolerance: 0 },
      zones: source(),
      hexagons: { ...source(), tolerance: 0, buffer: 8 },
    },
    transition: { duration: 0, delay: 0 },
    layers: [
      { id: 'sea', type: 'background', paint: { 'background-color': palette.sea } },
      shoal('shoal-wide', palette, 1, 0.5),
      shoal('shoal-near', palette, 0.42, 0.85),
      { id: 'graticule', type: 'line', source: 'graticule', paint: { 'line-color': palette.grid, 'line-width': 1 } },
      { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': palette.land, 'fill-antialias': false } },
      {
        id: 'borders', type: 'line', source: 'borders',
        paint: { 'line-color': palette.coast, 'line-width': 0.7, 'line-opacity': 0.7, 'line-dasharray': [5, 2, 1, 2] },
      },
      {
        id: 'coast', type: 'line', source: 'coast', layout: { 'line-join': 'round' },
        paint: { 'line-color': palette.coast, 'line-width': ['interpolate', ['linear'], ['zoom'], 1, 0.5, 5, 0.9, 10, 1.2] },
      },
    ],
  };
}

/* Two tints that say "shallow or near", not a depth: the coast drawn wide and soft under the land. */
function shoal(id: string, palette: Palette, width: number, opacity: number) {
  const at = (px: number) => px * width;
  return {
    id, type: 'line' as const, source: 'shoals', layout: { 'line-join': 'bevel' as const },
    paint: {
      'line-color': palette.shoal,
      'line-opacity': opacity,
      'line-width': ['interpolate', ['exponential', 1.6], ['zoom'], 1, at(5), 4, at(17), 7, at(48), 11, at(150)] as never,
      'line-blur': ['interpolate', ['exponential', 1.6], ['zoom'], 1, at(1), 4, at(4), 7, at(10), 11, at(30)] as never,
    },
  };
}

export function recolour(chart: Chart, palette: Palette): void {
  chart.setPaintProperty('sea', 'background-color', palette.sea);
  chart.setPaintProperty('land', 'fill-color', palette.land);
  chart.setPaintProperty('graticule', 'line-color', palette.grid);
  for (const layer of ['coast', 'borders']) chart.setPaintProperty(layer, 'line-color', palette.coast);
  for (const layer of ['shoal-wide', 'shoal-near']) chart.setPaintProperty(layer, 'line-color', palette.shoal);
}

/** Loads the coarse world; resolves when it is on the chart. The fine coast comes by `refine`. */
export async function loadWorld(chart: Chart): Promise<void> {
  const world = await topology(countriesUrl);
  const countries = world.objects.countries as GeometryCollection;
  set(chart, 'borders', mesh(world, countries, (a, b) => a !== b));
  setLand(chart, world);
}

/** The coast at 1:10 million, fetched once, when someone comes close enough to see the difference. */
export async function refine(chart: Chart): Promise<void> {
  setLand(chart, await topology(fineUrl));
}

function setLand(chart: Chart, world: Topology): void {
  const land = feature(world, world.objects.land as GeometryCollection);
  set(chart, 'land', land);
  const coast = coastOf(land);
  set(chart, 'coast', coast);
  set(chart, 'shoals', coast);
}

async function topology(url: string): Promise<Topology> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the coast could not be read: ${response.status}`);
  return response.json();
}

function set(chart: Chart, source: string, data: GeoJSON.GeoJSON): void {
  (chart.getSource(source) as GeoJSONSource | undefined)?.setData(data);
}

/** The shore without the seams that polygons have along the antimeridian and the south pole. */
export function coastOf(land: GeoJSON.FeatureCollection | GeoJSON.Feature): GeoJSON.Feature<GeoJSON.MultiLineString> {
  const lines: GeoJSON.Position[][] = [];
  const features = land.type === 'FeatureCollection' ? land.features : [land];
  for (const { geometry } of features) {
    const polygons = geometry.type === 'MultiPolygon' ? geometry.coordinates : geometry.type === 'Polygon' ? [geometry.coordinates] : [];
    for (const ring of polygons.flat()) {
      let line: GeoJSON.Position[] = [ring[0]];
      for (let i = 1; i < ring.length; i++) {
        if (seam(ring[i - 1]) && seam(ring[i])) {
          if (line.length > 1) lines.push(line);
          line = [];
        }
        line.push(ring[i]);
      }
      if (line.length > 1) lines.push(line);
    }
  }
  return { type: 'Feature', properties: {}, geometry: { type: 'MultiLineString', coordinates: lines } };
}

function seam([lon, lat]: GeoJSON.Position): boolean {
  return Math.abs(lon) > 179.98 || lat < -85;
}
