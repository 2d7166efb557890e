import { describe, expect, it } from 'vitest';
import { brief } from '../../src/chart/alerts';
import { coastOf } from '../../src/chart/basemap';
import { evidenceBounds, keptOn } from '../../src/chart/evidence';
import { copies, symbolSize } from '../../src/chart/fleet-layer';
import { degrees, step } from '../../src/chart/grid';
import { greatCircle } from '../../src/chart/measure';
import { SIGN_COUNT, distance } from '../../src/chart/symbols';
import { frameOf, projectLonLat, widthNm } from '../../src/chart/view';
import { zonesAt } from '../../src/chart/zones';

describe('view', () => {
  it('puts its centre in the middle in both projections', () => {
    for (const globe of [false, true]) {
      const p = projectLonLat(frameOf(57, -12, 3.3, 1000, 700, globe), 57, -12)!;
      expect(p[0]).toBeCloseTo(500, 6);
      expect(p[1]).toBeCloseTo(350, 6);
    }
  });

  it('draws the copy of a place that is nearest to its centre', () => {
    expect(projectLonLat(frameOf(179, 0, 4, 1000, 700, false), -179, 0)![0]).toBeCloseTo(500 + (2 / 360) * 512 * 16, 6);
  });

  it('measures its width in nautical miles at its own latitude', () => {
    expect(widthNm(frameOf(0, 60, 5, 1024, 700, false)) / widthNm(frameOf(0, 0, 5, 1024, 700, false))).toBeCloseTo(0.5, 6);
  });

  it('reaches into the next copy of the world only when it does', () => {
    expect(copies(frameOf(60, 0, 4, 1000, 700, false))).toEqual([0, 0]);
    expect(copies(frameOf(178, 0, 4, 1000, 700, false))).toEqual([0, 1]);
    expect(copies(frameOf(-178, 0, 4, 1000, 700, false))).toEqual([-1, 0]);
  });

  it('has symbols that grow as one comes nearer', () => {
    const sizes = [10, 3, 1.4, 0.5, 0.1, 0.02, 0.001].map(symbolSize);
    expect([...sizes].sort((a, b) => a - b)).toEqual(sizes);
  });
});

describe('grid', () => {
  it('is of five degrees over an ocean and of minutes in a harbour', () => {
    expect(step(frameOf(60, 5, 3.8, 1168, 830, false))).toBe(5);
    expect(step(frameOf(60, 5, 9.6, 1168, 830, false))).toBeCloseTo(1 / 12, 9);
  });

  it('names its lines as mariners do', () => {
    expect([degrees(-5, 5, 'N', 'S'), degrees(0, 5, 'N', 'S'), degrees(72.5, 0.5, 'E', 'W')]).toEqual(['5°S', '0°', '72°30′E']);
  });
});

describe('symbols', () => {
  it('are inside at their middle line and outside at their corner', () => {
    for (let sign = 0; sign < SIGN_COUNT; sign++) expect(distance(sign, 9, 9)).toBeGreaterThan(0);
    expect(distance(1, 0, 0)).toBeLessThan(-2);
    expect(distance(2, 0, 1.1)).toBeGreaterThan(0); // between the two blocks of a tanker
    expect(distance(3, 0, 1)).toBeGreaterThan(0); // the open deck of a passenger ship
  });
});

describe('measuring', () => {
  it('follows the great circle, north of the straight line in the north', () => {
    const line = greatCircle([0, 50], [90, 50]);
    expect(Math.max(...line.map((p) => p[1]))).toBeGreaterThan(58);
    expect(line[0]).toEqual([0, expect.closeTo(50, 9)]);
  });
});

describe('coast', () => {
  it('has no seam along the antimeridian', () => {
    const ring = [[170, 60], [180, 60], [180, 70], [170, 70], [170, 60]];
    const lines = coastOf({ type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [ring] } }).geometry.coordinates;
    expect(lines).toEqual([[[170, 60], [180, 60]], [[180, 70], [170, 70], [170, 60]]]);
  });
});

describe('zones', () => {
  const zone = (id: string, kind: string, from: string | null, to: string | null) => ({ type: 'Feature' as const, properties: { id, kind, valid_from: from, valid_to: to }, geometry: { type: 'Polygon' as const, coordinates: [] } });
  const all = { type: 'FeatureCollection' as const, features: [zone('old', 'listed', null, '2023-12-18'), zone('new', 'listed', '2023-12-18', null), zone('name', 'sea', null, null)] };
  it('are drawn while they hold, and outlines that only name a sea never', () => {
    const at = (date: string) => zonesAt(all, Date.parse(date) * 1000)!.features.map((f) => f.properties!.id);
    expect([at('2023-01-01'), at('2025-11-06')]).toEqual([['old'], ['new']]);
    expect(zonesAt(null, 0)).toBeNull();
  });
});

describe('evidence', () => {
  it('is bounded around its place across the antimeridian', () => {
    const detail = { lon: 179.5, lat: 0, evidence: { geometry: { type: 'FeatureCollection', features: [{ type: 'Feature', properties: { role: 'jump_leg' }, geometry: { type: 'LineString', coordinates: [[179, 1], [-179, -1]] } }] }, observations: [] } };
    expect(evidenceBounds(detail as never, 0)).toEqual([179, -1, 181, 1]);
  });

  it('carries an open silence on at her last course and speed, and no closed one', () => {
    const seen = { vessel: '1', lon: 60, lat: 0, sog_kn: 12, cog_deg: 90, observed_at: 0 };
    const open = { kind: 'gap', start: 0, end: null, vessels: ['1'], evidence: { observations: [seen] } };
    const at = keptOn(open as never, 5 * 3600e6)!;
    expect(at[0]).toBeCloseTo(61, 6);
    expect(at[1]).toBeCloseTo(0, 6);
    expect(keptOn({ ...open, end: 1 } as never, 5 * 3600e6)).toBeNull();
    expect(keptOn(open as never, 30 * 3600e6)).toBeNull();
  });

  it('is said in a few words with its measure', () => {
    const event = { kind: 'gap', start: 0, end: null, vessels: ['1'] };
    expect(brief(event as never, 190 * 60e6)).toMatch(/^silent 3.h 10.min$/);
  });
});
