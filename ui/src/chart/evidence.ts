/* What an event rests on, drawn as what it is: a silence, two tracks side by side, a limit crossed, a jump. */
import type { EventDetail, EvidenceObservation } from '../core/api';
import { HOUR, duration, quantity, time } from '../core/format';
import { rangeBearing } from '../core/sphere';
import { faded } from './palette';
import type { Role } from './palette';
import { FIRST } from './scene';
import type { Scene } from './scene';
import { selectedPlace, selectionHalf } from './selection';
import { at, dot, strokeLine, trace } from './strokes';

const KEPT_ON_H = 24; // further on a straight course says nothing
const TRACKS: Record<string, Role> = { track_a: 'focus', track_b: 'ok', track: 'focus' };

export function drawEvidence(scene: Scene): void {
  const detail = scene.selection?.kind === 'event' ? scene.selection.detail : null;
  if (!detail) return;
  const colour: Role = detail.priority === 'act' ? 'act' : detail.priority === 'look' ? 'look' : 'text-2';
  for (const feature of detail.evidence.geometry?.features ?? []) {
    const role = String(feature.properties?.role ?? '');
    const { geometry } = feature;
    if (geometry.type === 'LineString') drawLine(scene, detail, role, geometry.coordinates, colour);
    else if (geometry.type === 'MultiLineString') for (const line of geometry.coordinates) drawLine(scene, detail, role, line, colour);
    else if (geometry.type === 'Polygon') drawArea(scene, feature, geometry.coordinates, role, colour);
    else if (geometry.type === 'MultiPolygon') for (const polygon of geometry.coordinates) drawArea(scene, feature, polygon, role, colour);
    else if (geometry.type === 'Point' && role === 'silent_leg') drawSilence(scene, detail, geometry.coordinates, colour);
    else if (geometry.type === 'Point' && role === 'zone') drawZone(scene, detail, feature, geometry.coordinates, colour);
    else if (geometry.type === 'Point') drawPlace(scene, feature, geometry.coordinates, colour);
    else if (geometry.type === 'MultiPoint') for (const point of geometry.coordinates) drawPlace(scene, feature, point, colour);
  }
  drawObservations(scene, detail);
}

function drawLine(scene: Scene, detail: EventDetail, role: string, line: GeoJSON.Position[], colour: Role): void {
  if (line.length === 0) return;
  const { ctx, frame, palette } = scene;
  if (role === 'silent_leg') {
    strokeLine(ctx, frame, line, palette[colour], 2, [0.1, 5]);
    ends(scene, line, colour, `last heard ${time(detail.start)}`, detail.end ? `heard again ${time(detail.end)}` : '');
    return;
  }
  if (role === 'jump_leg') {
    strokeLine(ctx, frame, line, palette[colour], 1.8, [7, 5]);
    const [a, b] = [line[0], line[line.length - 1]];
    const { nm } = rangeBearing(a[0], a[1], b[0], b[1]);
    ends(scene, line, colour, time(detail.start), detail.end ? time(detail.end) : '');
    middle(scene, line, `${quantity(nm, 'nm', nm < 10 ? 1 : 0)}${detail.end ? ` in ${duration(detail.end - detail.start)}` : ''}`, colour);
    return;
  }
  const tone = TRACKS[role] ?? (colour as Role);
  strokeLine(ctx, frame, line, palette[tone], 1.8, [], 0.9);
  if (role === 'track_a' || role === 'track_b') {
    const i = role === 'track_a' ? 0 : 1;
    const end = at(frame, line[line.length - 1]);
    if (end) {
      scene.labels.push({ key: `evidence ${role}`, x: end[0], y: end[1], text: detail.names[i] ?? detail.vessels[i] ?? role.slice(-1), rank: FIRST.evidence, gap: 9, sides: i ? ['left', 'below', 'above', 'right'] : ['right', 'above', 'below', 'left'], colour: tone, weight: 500 });
    }
  }
}

/* Both ends of a leg, each with what was known there. */
function ends(scene: Scene, line: GeoJSON.Position[], colour: Role, first: string, last: string): void {
  const [a, b] = [at(scene.frame, line[0]), at(scene.frame, line[line.length - 1])];
  const right = a && b ? b[0] > a[0] : true;
  if (a) end(scene, a, 'first', first, colour, !right);
  if (b) end(scene, b, 'last', last, colour, right);
}

/** Where the vessel of an open silence would be had she kept course and speed; null when that says nothing. */
export function keptOn(detail: EventDetail, atMicros: number): GeoJSON.Position | null {
  if (detail.kind !== 'gap' || detail.end !== null) return null;
  const last = detail.evidence.observations?.findLast((seen) => seen.vessel === detail.vessels[0]);
  const hours = (atMicros - detail.start) / HOUR;
  if (!last?.sog_kn || last.cog_deg === null || last.sog_kn < 0.5 || hours <= 0 || hours > KEPT_ON_H) return null;
  const course = (last.cog_deg * Math.PI) / 180;
  const nm = last.sog_kn * hours;
  return [last.lon + (nm * Math.sin(course)) / 60 / Math.cos((last.lat * Math.PI) / 180), last.lat + (nm * Math.cos(course)) / 60];
}

function end(scene: Scene, p: [number, number], key: string, text: string, colour: Role, right: boolean): void {
  const place = selectedPlace(scene);
  const ship = place && at(scene.frame, place);
  const half = selectionHalf(scene.frame);
  if (!ship || Math.hypot(ship[0] - p[0], ship[1] - p[1]) > half / 2) dot(scene.ctx, p[0], p[1], 3.2, scene.palette[colour], scene.palette.halo);
  if (!text) return;
  // Clear of the corners when the selected ship herself is there.
  scene.labels.push({ key: `evidence ${key}`, x: p[0], y: p[1], text, rank: FIRST.evidence, gap: half + 3, sides: right ? ['right', 'below', 'above', 'left'] : ['left', 'below', 'above', 'right'], colour, weight: 500 });
}

/* An open silence ends nowhere yet: where she was heard last, and where she would be had she kept on. */
function drawSilence(scene: Scene, detail: EventDetail, from: GeoJSON.Position, colour: Role): void {
  const { ctx, frame, palette } = scene;
  const p = at(frame, from);
  if (!p) return;
  const to = keptOn(detail, scene.at);
  if (!to) {
    end(scene, p, 'first', `last heard ${time(detail.start)}`, colour, true);
    return;
  }
  strokeLine(ctx, frame, [from, to], palette[colour], 2, [0.1, 5]);
  ends(scene, [from, to], colour, `last heard ${time(detail.start)}`, `if she kept on, ${time(scene.at)}`);
}

function middle(scene: Scene, line: GeoJSON.Position[], text: string, colour: Role): void {
  const a = at(scene.frame, line[0]);
  const b = at(scene.frame, line[line.length - 1]);
  if (!a || !b) return;
  scene.labels.push({ key: `evidence middle ${text}`, x: (a[0] + b[0]) / 2, y: (a[1] + b[1]) / 2, text, rank: FIRST.evidence, gap: 6, sides: ['below', 'right', 'left', 'above'], colour, weight: 600 });
}

function drawArea(scene: Scene, feature: GeoJSON.Feature, rings: GeoJSON.Position[][], role: string, colour: Role): void {
  const { ctx, frame, palette } = scene;
  const tone: Role = role === 'zone' ? 'limit' : colour;
  ctx.save();
  ctx.beginPath();
  for (const ring of rings) trace(ctx, frame, ring);
  ctx.fillStyle = faded(palette[tone], 0.1);
  ctx.fill('evenodd');
  ctx.strokeStyle = palette[tone];
  ctx.lineWidth = 1.8;
  ctx.setLineDash(role === 'zone' ? [9, 3, 2, 3] : [5, 3]);
  ctx.stroke();
  ctx.restore();
  const name = feature.properties?.name ?? feature.properties?.label;
  const top = rings[0]?.reduce((a, b) => (b[1] > a[1] ? b : a));
  const p = top && at(frame, top);
  if (name && p) scene.labels.push({ key: `evidence area ${name}`, x: p[0], y: p[1], text: String(name), rank: FIRST.evidence, gap: 5, sides: ['above', 'below', 'right', 'left'], colour: tone, weight: 500 });
}

/* A zone is named by its place of entry; its outline is the chart's own. */
function drawZone(scene: Scene, detail: EventDetail, feature: GeoJSON.Feature, entry: GeoJSON.Position, colour: Role): void {
  const zone = scene.zones?.features.find((f) => f.properties?.id === feature.properties?.zone);
  if (zone?.geometry.type === 'Polygon') drawArea(scene, zone, zone.geometry.coordinates, 'zone', colour);
  if (zone?.geometry.type === 'MultiPolygon') for (const part of zone.geometry.coordinates) drawArea(scene, zone, part, 'zone', colour);
  const p = at(scene.frame, entry);
  if (p) end(scene, p, 'entry', `entered ${time(detail.start)}`, colour, true);
}

function drawPlace(scene: Scene, feature: GeoJSON.Feature, position: GeoJSON.Position, colour: Role): void {
  const p = at(scene.frame, position);
  if (!p) return;
  const { ctx, palette } = scene;
  ctx.save();
  ctx.strokeStyle = palette[colour];
  ctx.lineWidth = 1.6;
  ctx.beginPath();
  // A place with a measured radius is drawn with it, once that is larger than a mark.
  const px = Number(feature.properties?.radius_nm ?? 0) / scene.frame.nmPerPx;
  ctx.arc(p[0], p[1], Math.max(9, px), 0, 2 * Math.PI);
  ctx.setLineDash(px > 9 ? [5, 3] : []);
  ctx.stroke();
  ctx.restore();
  const text = feature.properties?.label ?? feature.properties?.name;
  if (text) scene.labels.push({ key: `evidence place ${text}`, x: p[0], y: p[1], text: String(text), rank: FIRST.evidence, gap: 13, sides: ['right', 'left', 'below', 'above'], colour, weight: 500 });
}

/* The reports themselves as dots, those heard of others apart from those of the vessels concerned. */
function drawObservations(scene: Scene, detail: EventDetail): void {
  const { ctx, frame, palette } = scene;
  const concerned = new Map(detail.vessels.map((vessel, i) => [vessel, i]));
  const last = new Map<string, [number, number]>();
  joined(scene, detail);
  for (const seen of detail.evidence.observations ?? []) {
    const p = at(frame, [seen.lon, seen.lat]);
    if (!p) continue;
    const which = concerned.get(seen.vessel);
    if (which === undefined) {
      neighbour(scene, seen, p);
      continue;
    }
    const before = last.get(seen.vessel);
    if (before && Math.hypot(p[0] - before[0], p[1] - before[1]) < 9) continue;
    last.set(seen.vessel, p);
    dot(ctx, p[0], p[1], 2.2, palette[which === 1 ? 'ok' : 'focus'], palette.halo);
  }
}

/* Reports of one vessel in their order; not across the silence or the jump that is the event. */
function joined(scene: Scene, detail: EventDetail): void {
  if (detail.kind === 'impossible_jump') return;
  detail.vessels.forEach((vessel, i) => {
    const line = (detail.evidence.observations ?? []).filter((seen) => seen.vessel === vessel && (detail.kind !== 'gap' || seen.observed_at <= detail.start));
    strokeLine(scene.ctx, scene.frame, line.map((seen) => [seen.lon, seen.lat]), scene.palette[i === 1 ? 'ok' : 'focus'], 1.4, [], 0.7);
  });
}

/* A neighbour that was heard while this one was not: the strongest word against "the receiver was deaf". */
function neighbour(scene: Scene, seen: EvidenceObservation, p: [number, number]): void {
  const { ctx, palette } = scene;
  ctx.save();
  ctx.strokeStyle = palette.ok;
  ctx.lineWidth = 1.6;
  ctx.beginPath();
  ctx.arc(p[0], p[1], 8, 0, 2 * Math.PI);
  ctx.stroke();
  ctx.restore();
  scene.labels.push({ key: `heard ${seen.vessel}`, x: p[0], y: p[1], text: `heard ${time(seen.observed_at)}`, rank: FIRST.evidence + 0.5, gap: 11, sides: ['right', 'left', 'below', 'above'], colour: 'text-2', weight: 400 });
}

/** What must be in view to see the whole of an event: west, south, east, north. East may pass 180. */
export function evidenceBounds(detail: EventDetail, atMicros: number): [number, number, number, number] {
  const bounds: [number, number, number, number] = [detail.lon, detail.lat, detail.lon, detail.lat];
  const add = (lon: number, lat: number) => {
    const x = detail.lon + (lon - detail.lon - 360 * Math.round((lon - detail.lon) / 360));
    bounds[0] = Math.min(bounds[0], x);
    bounds[1] = Math.min(bounds[1], lat);
    bounds[2] = Math.max(bounds[2], x);
    bounds[3] = Math.max(bounds[3], lat);
  };
  const walk = (c: unknown): void => {
    if (!Array.isArray(c)) return;
    if (typeof c[0] === 'number') add(c[0], c[1] as number);
    else c.forEach(walk);
  };
  for (const { geometry, properties } of detail.evidence.geometry?.features ?? []) {
    // A whole sea is no place to fly to: what happened in it is.
    if (properties?.role !== 'zone' && 'coordinates' in geometry) walk(geometry.coordinates);
  }
  for (const seen of detail.evidence.observations ?? []) add(seen.lon, seen.lat);
  const kept = keptOn(detail, atMicros);
  if (kept) add(kept[0], kept[1]);
  return bounds;
}
