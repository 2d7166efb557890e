import { describe, expect, it } from 'vitest';
import { DELTA, FLAG_GONE, FLAG_LOST, FRAME_MAGIC, HEADER_BYTES, RECORD_BYTES, SNAPSHOT } from '../../src/core/api';
import { FleetStore, FrameError, NO_ANGLE, SLIDE_MS, latOfY, yOfLat } from '../../src/core/fleet';

interface Ship { id: number; lon?: number; lat?: number; at?: number; sog?: number; cog?: number; heading?: number; interval?: number; flags?: number; nav?: number; priority?: number }

const T = 1_762_420_000; // seconds UTC

function frame(kind: number, ships: Ship[], now = T): ArrayBuffer {
  const buffer = new ArrayBuffer(HEADER_BYTES + ships.length * RECORD_BYTES);
  const v = new DataView(buffer);
  v.setUint32(0, FRAME_MAGIC, true);
  v.setUint8(4, kind);
  v.setUint32(8, ships.length, true);
  v.setUint32(12, ships.length, true);
  v.setFloat64(16, now * 1e6, true);
  ships.forEach((s, k) => {
    const o = HEADER_BYTES + k * RECORD_BYTES;
    v.setUint32(o, s.id, true);
    v.setInt32(o + 4, Math.round((s.lon ?? 60) * 1e7), true);
    v.setInt32(o + 8, Math.round((s.lat ?? 0) * 1e7), true);
    v.setUint32(o + 12, s.at ?? T, true);
    v.setUint16(o + 16, s.sog ?? 65535, true);
    v.setUint16(o + 18, s.cog ?? 65535, true);
    v.setUint16(o + 20, s.heading ?? 65535, true);
    v.setUint16(o + 22, s.interval ?? 600, true);
    v.setUint8(o + 26, 1);
    v.setUint8(o + 27, s.flags ?? 0);
    v.setUint8(o + 28, s.priority ?? 0);
    v.setUint8(o + 29, s.nav ?? 0);
  });
  return buffer;
}

describe('fleet', () => {
  it('reads every field of a record where the layout puts it', () => {
    const fleet = new FleetStore();
    fleet.apply(frame(SNAPSHOT, [{ id: 7, lon: -179.9999999, lat: 12.3456789, sog: 132, cog: 2140, heading: 359, interval: 180, priority: 3, nav: 5 }]));
    const c = fleet.columns;
    expect([c.id[0], c.sog[0], c.cog[0], c.heading[0], c.interval[0], c.shape[0], c.priority[0], c.nav[0]]).toEqual([7, 132, 2140, 359, 180, 1, 3, 5]);
    expect(c.lon[0]).toBeCloseTo(-179.9999999, 7);
    expect(c.lat[0]).toBeCloseTo(12.3456789, 7);
    expect(fleet.snapshotNow).toBe(T * 1e6);
  });

  it('keeps what a delta does not name, and takes what it does', () => {
    const fleet = new FleetStore();
    fleet.apply(frame(SNAPSHOT, [{ id: 1, lon: 50 }, { id: 2, lon: 51 }]));
    fleet.apply(frame(DELTA, [{ id: 2, lon: 52 }, { id: 3, lon: 53 }]));
    expect(fleet.count).toBe(3);
    expect([1, 2, 3].map((id) => fleet.columns.lon[fleet.indexOf(id)])).toEqual([50, 52, 53]);
  });

  it('forgets a vessel that is gone and still finds the one that took its row', () => {
    const fleet = new FleetStore();
    fleet.apply(frame(SNAPSHOT, [{ id: 1 }, { id: 2 }, { id: 3, lon: 70 }]));
    fleet.apply(frame(DELTA, [{ id: 1, flags: FLAG_GONE }, { id: 99, flags: FLAG_GONE }]));
    expect(fleet.count).toBe(2);
    expect(fleet.indexOf(1)).toBe(-1);
    expect(fleet.columns.lon[fleet.indexOf(3)]).toBe(70);
  });

  it('replaces all by a snapshot', () => {
    const fleet = new FleetStore();
    fleet.apply(frame(SNAPSHOT, [{ id: 1 }, { id: 2 }]));
    fleet.apply(frame(SNAPSHOT, [{ id: 5 }]));
    expect([fleet.count, fleet.indexOf(1), fleet.indexOf(5)]).toEqual([1, -1, 0]);
  });

  it('grows past its first room without losing a ship', () => {
    const fleet = new FleetStore();
    fleet.apply(frame(SNAPSHOT, Array.from({ length: 5000 }, (_, id) => ({ id, lon: id / 100 }))));
    expect(fleet.count).toBe(5000);
    expect(fleet.columns.lon[fleet.indexOf(4999)]).toBeCloseTo(49.99, 6);
  });

  it('refuses what is not a whole frame and changes nothing', () => {
    const fleet = new FleetStore();
    fleet.apply(frame(SNAPSHOT, [{ id: 1 }]));
    const cut = frame(SNAPSHOT, [{ id: 2 }, { id: 3 }]).slice(0, HEADER_BYTES + 40);
    expect(() => fleet.apply(cut)).toThrow(FrameError);
    expect(() => fleet.apply(new ArrayBuffer(4))).toThrow(FrameError);
    expect(() => fleet.apply(frame(9, [{ id: 2 }]))).toThrow(FrameError);
    expect([fleet.count, fleet.indexOf(1)]).toEqual([1, 0]);
  });

  it('carries a ship along her course: 12 knots north is 12 minutes of latitude in an hour', () => {
    const fleet = new FleetStore();
    fleet.apply(frame(SNAPSHOT, [{ id: 1, lat: 10, sog: 120, cog: 0, interval: 1800 }]));
    const [lon, lat] = fleet.predict(0, T + 3600);
    expect(lon).toBe(60);
    expect(lat).toBeCloseTo(10.2, 2);
  });

  it('stops predicting after an hour, or three of her own intervals, and never goes on beyond two hours', () => {
    const fleet = new FleetStore();
    fleet.apply(frame(SNAPSHOT, [{ id: 1, sog: 120, cog: 900, interval: 60 }, { id: 2, sog: 120, cog: 900, interval: 1800 }, { id: 3, sog: 120, cog: 900, interval: 9000 }]));
    expect([0, 1, 2].map((row) => fleet.ahead(row, T + 50_000))).toEqual([3600, 5400, 7200]);
  });

  it('calls a report old when three more should have arrived, allowing for the way they take', () => {
    const fleet = new FleetStore();
    fleet.apply(frame(SNAPSHOT, [{ id: 1, interval: 60 }, { id: 2, interval: 60 }]));
    fleet.apply(frame(DELTA, [{ id: 1, interval: 60, at: T + 60 }, { id: 2, interval: 60, at: T + 60 }], T + 62)); // from the shore, two seconds on its way
    expect([fleet.isOld(0, T + 60 + 182), fleet.isOld(0, T + 60 + 183)]).toEqual([false, true]);
    fleet.apply(frame(DELTA, [{ id: 3, interval: 60, at: T }], T + 1800)); // by satellite, half an hour on its way
    expect([fleet.isOld(2, T + 1980), fleet.isOld(2, T + 1981)]).toEqual([false, true]);
  });

  it('does not move a ship that is moored, lost, or without a course, nor any before her report', () => {
    const fleet = new FleetStore();
    fleet.apply(frame(SNAPSHOT, [{ id: 1, sog: 90, cog: 900, nav: 5 }, { id: 2, sog: 90, cog: 900, flags: FLAG_LOST }, { id: 3, sog: 90 }, { id: 4, sog: 90, cog: 900 }]));
    for (const row of [0, 1, 2]) expect(fleet.predict(row, T + 600)).toEqual([60, 0]);
    expect(fleet.predict(3, T - 600)).toEqual([60, 0]);
  });

  it('takes the bow from the heading, else the course, else says there is none', () => {
    const fleet = new FleetStore();
    fleet.apply(frame(SNAPSHOT, [{ id: 1, heading: 90, cog: 1000 }, { id: 2, cog: 1000 }, { id: 3, heading: 511 }]));
    expect([...fleet.columns.bow.subarray(0, 3)]).toEqual([900, 1000, NO_ANGLE]);
  });

  it('starts a correction where the ship was drawn, so that she never jumps back', () => {
    const fleet = new FleetStore();
    fleet.apply(frame(SNAPSHOT, [{ id: 1, sog: 120, cog: 900 }]), 0);
    const [drawn] = fleet.predict(0, T + 600);
    fleet.apply(frame(DELTA, [{ id: 1, lon: 60.01, at: T + 600, sog: 120, cog: 900 }], T + 600), 1000);
    const c = fleet.columns;
    expect((c.x[0] + c.slideX[0]) * 360 - 180).toBeCloseTo(drawn, 6);
    expect(c.slideAt[0]).toBe(1000);
    // Half way through, another report starts from where half of the slide has brought her.
    const half = c.slideX[0] / 2;
    fleet.apply(frame(DELTA, [{ id: 1, lon: 60.01, at: T + 600, sog: 120, cog: 900 }], T + 600), 1000 + SLIDE_MS / 2);
    expect(fleet.columns.slideX[0]).toBeCloseTo(half, 12);
  });

  it('does not slide across half an ocean', () => {
    const fleet = new FleetStore();
    fleet.apply(frame(SNAPSHOT, [{ id: 1 }]), 0);
    fleet.apply(frame(DELTA, [{ id: 1, lon: 70 }]), 0);
    expect(fleet.columns.slideX[0]).toBe(0);
  });

  it('hands out only the runs that changed', () => {
    const fleet = new FleetStore();
    fleet.apply(frame(SNAPSHOT, Array.from({ length: 2000 }, (_, id) => ({ id }))));
    const runs: [number, number][] = [];
    fleet.takeDirty((a, b) => runs.push([a, b]));
    fleet.apply(frame(DELTA, [{ id: 300, lon: 1 }, { id: 1999, lon: 1 }]));
    fleet.takeDirty((a, b) => runs.push([a, b]));
    expect(runs).toEqual([[0, 2000], [256, 512], [1792, 2000]]);
  });

  it('goes to mercator and back', () => {
    for (const lat of [-80, -12.3, 0, 0.001, 45, 84]) expect(latOfY(yOfLat(lat))).toBeCloseTo(lat, 9);
  });
});
