/* What part of the world the chart shows, and where a place falls on the screen. */
import { latOfY, yOfLat } from '../core/fleet';

const RAD = Math.PI / 180;
const TILE = 512; // pixels of the world at zoom 0
const FOV = 0.6435011087932844; // MapLibre's own vertical field of view
const EARTH_NM = 21638.77; // circumference of the mercator sphere

export type Projection = 'mercator' | 'globe';

/** What the rest of the floor is told of the chart. */
export interface View {
  lon: number;
  lat: number;
  zoom: number;
  bounds: [west: number, south: number, east: number, north: number];
  widthNm: number;
  projection: Projection;
}

/** A frame's geometry. North is always up and the sea always seen from above, so a few numbers hold all of it. */
export interface Frame {
  width: number;
  height: number;
  zoom: number;
  world: number; // pixels around the equator
  lon: number;
  lat: number;
  cx: number; // centre in mercator
  cy: number;
  globe: boolean;
  nmPerPx: number; // at the centre
}

export function frameOf(lon: number, lat: number, zoom: number, width: number, height: number, globe: boolean): Frame {
  const world = TILE * 2 ** zoom;
  const nmPerPx = (EARTH_NM * Math.cos(lat * RAD)) / world;
  return { width, height, zoom, world, lon, lat, cx: lon / 360 + 0.5, cy: yOfLat(lat), globe, nmPerPx };
}

/** Fills `out` with the pixel of a mercator place; false when it is behind the globe. The copy nearest the centre is meant. */
export function project(frame: Frame, x: number, y: number, out: Float64Array | number[]): boolean {
  if (frame.globe) return projectGlobe(frame, x, y, out);
  let dx = x - frame.cx;
  dx -= Math.round(dx);
  out[0] = frame.width / 2 + dx * frame.world;
  out[1] = frame.height / 2 + (y - frame.cy) * frame.world;
  return true;
}

/* The globe as MapLibre draws it at pitch 0: the sphere's radius in pixels is kept so that the middle of the view
   has the scale that mercator would have there, and the camera stands at half the height over tan(fov/2). */
function projectGlobe(frame: Frame, x: number, y: number, out: Float64Array | number[]): boolean {
  const radius = frame.world / (2 * Math.PI) / Math.cos(frame.lat * RAD);
  const camera = frame.height / 2 / Math.tan(FOV / 2);
  const lat = latOfY(y) * RAD;
  const dLon = (x - frame.cx) * 2 * Math.PI;
  const lat0 = frame.lat * RAD;
  const east = Math.cos(lat) * Math.sin(dLon);
  const north = Math.cos(lat0) * Math.sin(lat) - Math.sin(lat0) * Math.cos(lat) * Math.cos(dLon);
  const up = Math.sin(lat0) * Math.sin(lat) + Math.cos(lat0) * Math.cos(lat) * Math.cos(dLon);
  const scale = (radius * camera) / (camera + radius * (1 - up));
  out[0] = frame.width / 2 + east * scale;
  out[1] = frame.height / 2 - north * scale;
  return up > radius / (radius + camera);
}

/** Pixels from the middle of the view to the globe's edge. */
export function horizonPx(frame: Frame): number {
  const radius = frame.world / (2 * Math.PI) / Math.cos(frame.lat * RAD);
  const camera = frame.height / 2 / Math.tan(FOV / 2);
  return (camera * radius) / Math.sqrt(camera * (camera + 2 * radius));
}

export function projectLonLat(frame: Frame, lon: number, lat: number): [number, number] | null {
  const out = [0, 0];
  return project(frame, lon / 360 + 0.5, yOfLat(lat), out) ? [out[0], out[1]] : null;
}

export function inside(frame: Frame, px: number, py: number, margin = 0): boolean {
  return px >= -margin && py >= -margin && px <= frame.width + margin && py <= frame.height + margin;
}

/** Width of the view in nautical miles at its middle latitude; a globe is as wide as what can be seen of it. */
export function widthNm(frame: Frame): number {
  return Math.min(frame.width * frame.nmPerPx, EARTH_NM / (frame.globe ? 2 : 1));
}
