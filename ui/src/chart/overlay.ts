/* Everything over the ships, painted in one order on one canvas, its labels placed last. */
import { mmsi } from '../core/format';
import { drawMarks, marks } from './alerts';
import type { Mark } from './alerts';
import type { Places } from './crowd';
import { drawEvidence } from './evidence';
import { symbolSize } from './fleet-layer';
import { drawGridFigures } from './grid';
import { canvasMeasure, drawLabel, overlap, place } from './labels';
import type { Measure, Placed, Side } from './labels';
import { drawMeasure } from './measure';
import { PLACES, SEAS } from './places';
import { FIRST } from './scene';
import type { Box, Scene } from './scene';
import { drawSelection } from './selection';
import { dot } from './strokes';
import { drawPrediction, drawTrail, selectedRow } from './trails';
import { drawVectors } from './vectors';
import { horizonPx, inside, project, projectLonLat } from './view';
import { drawWatermark } from './watermark';
import { labelZones } from './zones';

const SIGNS_CLEAR_UP_TO = 150;
const PLACE_AGAIN_MS = 220; // labels move with what they name, and are placed anew this often

export class Overlay {
  labelled = 0; // in the last picture
  marks: Mark[] = []; // of the last picture, for the pointer
  private sides = new Map<string, Side>();
  private placedMs = -Infinity;
  private measure: Measure | null = null;
  private family = '';

  /** Paints one picture; `keepFree` are the boxes of buttons and scales that lie on the chart. */
  draw(scene: Scene, places: Places | null, keepFree: readonly DOMRectReadOnly[], nowMs: number): void {
    const { ctx, frame, palette } = scene;
    if (this.family !== palette.fontChart) {
      this.family = palette.fontChart;
      this.measure = canvasMeasure(ctx, palette.fontChart);
    }
    ctx.clearRect(0, 0, frame.width, frame.height);
    drawRim(scene);
    drawWatermark(scene);
    if (scene.shows.grid) drawGridFigures(ctx, frame, palette, 150);
    if (scene.fade > 0.5) drawVectors(scene, places);
    drawGroups(scene);
    labelPlaces(scene);
    labelZones(scene);
    drawTrail(scene);
    drawPrediction(scene);
    drawEvidence(scene);
    this.marks = scene.shows.events ? marks(scene) : [];
    drawSelection(scene);
    drawMarks(scene, this.marks); // over the corners: a mark of priority is never cut
    labelShips(scene, places);
    drawMeasure(scene);
    for (const free of keepFree) scene.boxes.push({ x: free.x, y: free.y, w: free.width, h: free.height });
    const placed = this.settle(scene, nowMs);
    drawSeas(scene, placed);
    drawFigures(scene, placed);
    for (const label of placed) drawLabel(ctx, label, palette);
  }

  /** Places labels anew next time, without waiting. */
  unsettle(): void {
    this.placedMs = -Infinity;
  }

  fontsChanged(): void {
    this.family = '';
    this.unsettle();
  }

  /* Between two placings a label goes with its anchor on the side it has; a new one waits its turn. */
  private settle(scene: Scene, nowMs: number): Placed[] {
    const { frame } = scene;
    const labels = oneEach(scene.labels);
    const room = { x: 4, y: 4, w: frame.width - 8, h: frame.height - 8 };
    const again = nowMs - this.placedMs >= PLACE_AGAIN_MS;
    const candidates = again ? labels : labels.filter((label) => this.sides.has(label.key));
    const sides = again ? this.sides : new Map(this.sides);
    const placed = place(candidates, { taken: scene.boxes, soft: scene.soft, softFrom: FIRST.zone }, room, sides, this.measure!);
    if (again) this.placedMs = nowMs;
    this.labelled = placed.length;
    return placed;
  }
}

/* A ship may be selected, alerted and near at once: her first, most urgent label stands. */
function oneEach(labels: Scene['labels']): Scene['labels'] {
  const seen = new Set<string>();
  return [...labels].sort((a, b) => a.rank - b.rank).filter((label) => !seen.has(label.key) && seen.add(label.key));
}

/* The edge of the globe: a thin light, so that the sea does not run out into the night. */
function drawRim({ ctx, frame, palette }: Scene): void {
  if (!frame.globe) return;
  const radius = horizonPx(frame);
  if (radius > frame.width) return;
  ctx.save();
  ctx.beginPath();
  ctx.arc(frame.width / 2, frame.height / 2, radius, 0, 2 * Math.PI);
  ctx.strokeStyle = palette.coast;
  ctx.lineWidth = 1.2;
  ctx.stroke();
  ctx.restore();
}

/* A sea's name lies anywhere in its sea: it gives way to labels by moving a little, and waits when it cannot. */
function drawSeas(scene: Scene, placed: readonly Box[]): void {
  const { ctx, frame, palette } = scene;
  ctx.save();
  ctx.font = `italic 500 13px ${palette.fontChart}`;
  ctx.letterSpacing = '0.24em';
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  ctx.fillStyle = palette['sea-text'];
  ctx.globalAlpha = 0.85;
  for (const [name, lon, lat, from, to] of SEAS) {
    if (frame.zoom < from || frame.zoom > to) continue;
    const p = projectLonLat(frame, lon, lat);
    if (!p || !inside(frame, p[0], p[1])) continue;
    const w = ctx.measureText(name).width;
    for (const off of [0, 24, -24, 48, -48]) {
      const box = { x: p[0] - w / 2, y: p[1] + off - 9, w, h: 18 };
      if (placed.some((b) => overlap(b, box)) || scene.boxes.some((b) => overlap(b, box))) continue;
      ctx.fillText(name, p[0], p[1] + off);
      break;
    }
  }
  ctx.restore();
}

function labelPlaces(scene: Scene): void {
  const { ctx, frame, palette } = scene;
  for (const [name, lon, lat, from] of PLACES) {
    if (frame.zoom < from) continue;
    const p = projectLonLat(frame, lon, lat);
    if (!p || !inside(frame, p[0], p[1], -4)) continue;
    // Ports are where ships gather: beside a group's disc the name stands clear of the disc.
    const disc = scene.soft.find((box) => overlap(box, { x: p[0] - 3, y: p[1] - 3, w: 6, h: 6 }));
    if (!disc) dot(ctx, p[0], p[1], 1.7, palette.place, palette.halo);
    const [x, y, gap] = disc ? [disc.x + disc.w / 2, disc.y + disc.h / 2, disc.w / 2 + 2] : [p[0], p[1], 5];
    scene.labels.push({ key: `place ${name}`, x, y, text: name, rank: FIRST.place + from / 100, gap, sides: ['left', 'right', 'above', 'below'], colour: 'place', weight: 400 });
  }
}

/* Ships that cannot be told apart: one disc with their number. */
function drawGroups(scene: Scene): void {
  if (!scene.crowd || scene.fade < 0.5) return;
  const { ctx, frame, palette } = scene;
  const p = [0, 0];
  ctx.save();
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  ctx.font = `500 11px ${palette.fontChart}`;
  for (const group of scene.crowd.groups) {
    if (!project(frame, group.x, group.y, p) || !inside(frame, p[0], p[1], 12)) continue;
    ctx.beginPath();
    ctx.arc(p[0], p[1], group.radius, 0, 2 * Math.PI);
    ctx.fillStyle = palette.sea;
    ctx.strokeStyle = palette['fleet-quiet'];
    ctx.lineWidth = 1;
    ctx.fill();
    ctx.stroke();
    ctx.fillStyle = palette['text-2'];
    ctx.fillText(short(group.count), p[0], p[1] + 0.5);
    scene.soft.push({ x: p[0] - group.radius, y: p[1] - group.radius, w: 2 * group.radius, h: 2 * group.radius });
  }
  ctx.restore();
}

/* Figures of the hexagons, where they fit and say something: the upper part of the scale, clear of labels and marks. */
function drawFigures(scene: Scene, placed: readonly Box[]): void {
  if (scene.fade > 0.5) return;
  const { ctx, frame, palette } = scene;
  ctx.save();
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  ctx.font = `500 11.5px ${palette.fontChart}`;
  ctx.fillStyle = palette.text;
  for (const cell of scene.cells) {
    if (cell.count < 10 || cell.share < 0.42) continue;
    const p = projectLonLat(frame, cell.lon, cell.lat);
    if (!p || !inside(frame, p[0], p[1], 10)) continue;
    const box = { x: p[0] - 11, y: p[1] - 7, w: 22, h: 14 };
    if (placed.some((b) => overlap(b, box)) || scene.boxes.some((b) => overlap(b, box))) continue;
    ctx.fillText(short(cell.count), p[0], p[1] + 0.5);
  }
  ctx.restore();
}

function labelShips(scene: Scene, places: Places | null): void {
  const { fleet, names } = scene;
  if (!places) return;
  keepSignsClear(scene, places);
  const label = (row: number, rank: number) => {
    const named = names.get(fleet.columns.id[row]);
    if (!named || !places.seen[row]) return;
    const [lon, lat] = fleet.predict(row, scene.at / 1e6);
    const p = projectLonLat(scene.frame, lon, lat);
    if (p) scene.labels.push({ key: `ship ${named.vessel}`, x: p[0], y: p[1], text: named.name ?? mmsi(named.vessel), rank, gap: 10, sides: ['right', 'below', 'left', 'above'], colour: rank === FIRST.hovered ? 'text' : 'text-3', weight: rank === FIRST.hovered ? 500 : 400 });
  };
  const selected = selectedRow(scene);
  const alerted = new Set(scene.events.filter((e) => e.state === 'open' && e.priority !== 'know').map((e) => e.ids[0]));
  const spoken = (row: number) => row === selected || alerted.has(fleet.columns.id[row]);
  if (scene.hovered >= 0 && !spoken(scene.hovered)) label(scene.hovered, FIRST.hovered);
  if (!scene.shows.names) return;
  for (const id of names.keys()) {
    const row = fleet.indexOf(id);
    if (row >= 0 && row !== scene.hovered && !spoken(row) && !scene.crowd?.hidden[row]) label(row, FIRST.ship);
  }
}

/* Where ships have names, a name does not lie on another ship. */
function keepSignsClear(scene: Scene, places: Places): void {
  if (places.inView > SIGNS_CLEAR_UP_TO) return;
  const half = symbolSize(scene.frame.nmPerPx) / 2 - 1;
  for (let row = 0; row < scene.fleet.count; row++) {
    if (places.seen[row]) scene.soft.push({ x: places.x[row] - half, y: places.y[row] - half, w: 2 * half, h: 2 * half });
  }
}

export function short(count: number): string {
  return count < 1000 ? String(count) : count < 10_000 ? `${(count / 1000).toFixed(1)}k` : `${Math.round(count / 1000)}k`;
}
