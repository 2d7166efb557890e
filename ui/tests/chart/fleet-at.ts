/* A fleet lying still at given places. */
import { FRAME_MAGIC, HEADER_BYTES, RECORD_BYTES, SNAPSHOT } from '../../src/core/api';
import { FleetStore } from '../../src/core/fleet';

export const NOW_S = 1_762_420_000;

export function fleetAt(places: readonly [lon: number, lat: number][], priorities: readonly number[] = []): FleetStore {
  const buffer = new ArrayBuffer(HEADER_BYTES + places.length * RECORD_BYTES);
  const v = new DataView(buffer);
  v.setUint32(0, FRAME_MAGIC, true);
  v.setUint8(4, SNAPSHOT);
  v.setUint32(8, places.length, true);
  v.setUint32(12, places.length, true);
  v.setFloat64(16, NOW_S * 1e6, true);
  places.forEach(([lon, lat], k) => {
    const o = HEADER_BYTES + k * RECORD_BYTES;
    v.setUint32(o, k, true);
    v.setInt32(o + 4, Math.round(lon * 1e7), true);
    v.setInt32(o + 8, Math.round(lat * 1e7), true);
    v.setUint32(o + 12, NOW_S, true);
    v.setUint8(o + 28, priorities[k] ?? 0);
  });
  const fleet = new FleetStore();
  fleet.apply(buffer, 0);
  return fleet;
}
