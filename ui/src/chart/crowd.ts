/* Where ships are on the screen right now, and which of them stand so close that they draw as one with a count. */
import type { FleetStore } from '../core/fleet';
import { project } from './view';
import type { Frame } from './view';

const CELL_PX = 8;
const CELL_MIN = 5; // fewer can still be told apart, and a lane keeps its ships
const CLEAR_PX = 14; // between a group's disc and a ship with an event
const HARBOUR_NM_PER_PX = 0.06; // closer than this every ship has room

export interface Places {
  x: Float32Array;
  y: Float32Array;
  seen: Uint8Array; // 1 when inside the view
  inView: number;
}
export interface Group {
  x: number; // mercator, middle of its ships
  y: number;
  count: number;
  radius: number; // pixels
}
export interface Crowd {
  groups: Group[];
  hidden: Uint8Array<ArrayBuffer>; // rows that a group stands for
  inView: number;
  shared: number; // 0 to 1: how much of the ink is more than one ship
}

let scratch: Places = { x: new Float32Array(0), y: new Float32Array(0), seen: new Uint8Array(0), inView: 0 };

/** Screen places of all ships. The arrays are used again by the next call. */
export function places(fleet: FleetStore, frame: Frame, atSeconds: number, margin = 0): Places {
  if (scratch.x.length < fleet.columns.id.length) {
    const n = fleet.columns.id.length;
    scratch = { x: new Float32Array(n), y: new Float32Array(n), seen: new Uint8Array(n), inView: 0 };
  }
  const { x, y, vx, vy, observed, reach } = fleet.columns;
  const out = [0, 0];
  let inView = 0;
  for (let row = 0; row < fleet.count; row++) {
    const dt = Math.min(Math.max(atSeconds - observed[row], 0), reach[row]);
    const front = project(frame, x[row] + vx[row] * dt, y[row] + vy[row] * dt, out);
    scratch.x[row] = out[0];
    scratch.y[row] = out[1];
    const seen = front && out[0] >= -margin && out[1] >= -margin && out[0] <= frame.width + margin && out[1] <= frame.height + margin;
    scratch.seen[row] = seen ? 1 : 0;
    if (seen) inView++;
  }
  scratch.inView = inView;
  return scratch;
}

/** Groups the ships that cannot be told apart. Those with an event, and the selected, always stay themselves. */
export function crowd(fleet: FleetStore, frame: Frame, at: Places, selected: number): Crowd {
  const { priority } = fleet.columns;
  const wide = Math.ceil(frame.width / CELL_PX) + 1;
  const cells = new Uint16Array(wide * (Math.ceil(frame.height / CELL_PX) + 1));
  const own = new Int32Array(fleet.count).fill(-1);
  for (let row = 0; row < fleet.count; row++) {
    if (!at.seen[row]) continue;
    own[row] = Math.floor(at.y[row] / CELL_PX) * wide + Math.floor(at.x[row] / CELL_PX);
    if (cells[own[row]] < 65535) cells[own[row]]++;
  }
  let used = 0;
  let shared = 0;
  for (let cell = 0; cell < cells.length; cell++) {
    if (cells[cell] > 0) used++;
    if (cells[cell] > 1) shared++;
  }
  const hidden = new Uint8Array(fleet.count);
  const result: Crowd = { groups: [], hidden, inView: at.inView, shared: used ? shared / used : 0 };
  if (frame.nmPerPx < HARBOUR_NM_PER_PX) return result;

  const seeds: { px: number; py: number; n: number }[] = [];
  for (let cell = 0; cell < cells.length; cell++) {
    if (cells[cell] < CELL_MIN) continue;
    seeds.push({ px: ((cell % wide) + 0.5) * CELL_PX, py: (Math.floor(cell / wide) + 0.5) * CELL_PX, n: cells[cell] });
  }
  const alone: [number, number][] = [];
  for (let row = 0; row < fleet.count; row++) if (own[row] >= 0 && (priority[row] > 1 || row === selected)) alone.push([at.x[row], at.y[row]]);
  // No disc lies on a ship that someone should look at: those about her stay single.
  const kept = settle(seeds.filter(({ px, py, n }) => !alone.some(([x, y]) => Math.hypot(x - px, y - py) < radiusOf(n) + CLEAR_PX)));
  const near = index(kept, frame);
  const sums = kept.map(() => ({ n: 0, x: 0, y: 0 }));
  const members = new Int32Array(fleet.count).fill(-1);
  for (let row = 0; row < fleet.count; row++) {
    if (own[row] < 0 || priority[row] > 1 || row === selected) continue;
    for (const k of near(at.x[row], at.y[row])) {
      const dx = at.x[row] - kept[k].px;
      const dy = at.y[row] - kept[k].py;
      if (dx * dx + dy * dy > kept[k].radius ** 2) continue;
      members[row] = k;
      sums[k].n++;
      sums[k].x += at.x[row];
      sums[k].y += at.y[row];
      break;
    }
  }
  for (let row = 0; row < fleet.count; row++) if (members[row] >= 0 && sums[members[row]].n >= CELL_MIN) hidden[row] = 1;
  for (let k = 0; k < kept.length; k++) {
    if (sums[k].n < CELL_MIN) continue;
    const [x, y] = unproject(frame, sums[k].x / sums[k].n, sums[k].y / sums[k].n);
    result.groups.push({ x, y, count: sums[k].n, radius: radiusOf(sums[k].n) });
  }
  return result;
}

/** Pixels of a group's disc: room for its figure, growing slowly with what it holds. */
export function radiusOf(count: number): number {
  return count < 10 ? 7 : count < 100 ? 8.5 : count < 1000 ? 10.5 : 13;
}

/* The fullest cells first; a cell under another's disc belongs to that one. */
function settle(seeds: { px: number; py: number; n: number }[]): { px: number; py: number; radius: number }[] {
  seeds.sort((a, b) => b.n - a.n || a.py - b.py || a.px - b.px);
  const kept: { px: number; py: number; radius: number }[] = [];
  for (const seed of seeds) {
    const radius = radiusOf(seed.n) + 1;
    if (!kept.some((k) => Math.hypot(k.px - seed.px, k.py - seed.py) < k.radius + radius)) kept.push({ ...seed, radius });
  }
  return kept;
}

function index(kept: { px: number; py: number }[], frame: Frame): (x: number, y: number) => readonly number[] {
  const size = 32;
  const wide = Math.ceil(frame.width / size) + 2;
  const bins = new Map<number, number[]>();
  kept.forEach(({ px, py }, k) => {
    for (let j = -1; j <= 1; j++) {
      for (let i = -1; i <= 1; i++) {
        const bin = (Math.floor(py / size) + j + 1) * wide + Math.floor(px / size) + i + 1;
        const list = bins.get(bin);
        if (list) list.push(k);
        else bins.set(bin, [k]);
      }
    }
  });
  const none: number[] = [];
  return (x, y) => bins.get((Math.floor(y / size) + 1) * wide + Math.floor(x / size) + 1) ?? none;
}

/* Mercator of a pixel. On the globe the middle of a group is close enough to a straight line from the centre. */
function unproject(frame: Frame, px: number, py: number): [number, number] {
  let x = frame.cx + (px - frame.width / 2) / frame.world;
  let y = frame.cy + (py - frame.height / 2) / frame.world;
  if (!frame.globe) return [x, y];
  const out = [0, 0];
  for (let turn = 0; turn < 6; turn++) {
    project(frame, x, y, out);
    x += (px - out[0]) / frame.world;
    y += (py - out[1]) / frame.world;
  }
  return [x, y];
}

/** The ship nearest a point of the screen, within `within` pixels; -1 when there is none. One with an event counts as nearer. */
export function nearest(fleet: FleetStore, at: Places, hidden: Uint8Array | null, px: number, py: number, within: number): number {
  const { priority } = fleet.columns;
  let best = -1;
  let least = within;
  for (let row = 0; row < fleet.count; row++) {
    if (!at.seen[row] || (hidden && hidden[row])) continue;
    const dx = Math.abs(at.x[row] - px);
    const dy = Math.abs(at.y[row] - py);
    if (dx > within || dy > within) continue;
    const d = Math.hypot(dx, dy) - (priority[row] > 1 ? 4 : 0);
    if (d < least) [best, least] = [row, d];
  }
  return best;
}
