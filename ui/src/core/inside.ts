/* Which zones a position lies in, for the card of a position. */
import type { Micros } from './api';

export interface ZoneHere {
  name: string;
  kind: string;
  from: Micros | null;
}

export function zonesAt(zones: GeoJSON.FeatureCollection | null, lon: number, lat: number): ZoneHere[] {
  return (zones?.features ?? []).flatMap((feature) => {
    const { geometry, properties } = feature;
    const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.type === 'MultiPolygon' ? geometry.coordinates : [];
    if (!polygons.some((rings) => inPolygon(rings, lon, lat))) return [];
    return [{ name: String(properties?.name ?? 'zone without a name'), kind: String(properties?.kind ?? ''), from: (properties?.valid_from as Micros) ?? null }];
  });
}

/** Even-odd over all rings, so that a hole is outside. A ring over the antimeridian is tried a turn to either side. */
function inPolygon(rings: GeoJSON.Position[][], lon: number, lat: number): boolean {
  return [lon, lon + 360, lon - 360].some((x) => rings.reduce((inside, ring) => (crosses(ring, x, lat) ? !inside : inside), false));
}

function crosses(ring: GeoJSON.Position[], x: number, y: number): boolean {
  let odd = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi, yi] = ring[i];
    const [xj, yj] = ring[j];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd;
  }
  return odd;
}
