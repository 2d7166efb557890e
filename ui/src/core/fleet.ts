/* The fleet as columns: what the centre's frames say of every vessel, and where each should be now. */
import { DELTA, FLAG_GONE, FLAG_LOST, FRAME_MAGIC, HEADER_BYTES, RECORD_BYTES, SNAPSHOT } from './api';
import type { Micros } from './api';

export const NO_ANGLE = 65535;
export const SLIDE_MS = 300;
export const BLOCK = 256; // rows that are sent to the graphics card together

const EARTH_M = 40075016.686; // circumference of the mercator sphere
const KNOT_M_S = 1852 / 3600;
const RAD = Math.PI / 180;
const MAX_LAT = 85.0511287798066;
const STILL = 5; // tenths of a knot: below it a position does not move
const MOORED = new Set([1, 5, 6]); // at anchor, moored, aground
const REACH_MIN_S = 3600; // a report that came by satellite may be half an hour old when it is first seen
const REACH_MAX_S = 2 * 3600;
const UNKNOWN_INTERVAL_S = 600;
const UNKNOWN_LAG_S = 2100; // what satellite reports commonly take; of one not seen arriving nothing better is known
const SLIDE_MAX = 1e-3; // of the world's width, 20 nm: further apart is another place, not a correction

/** Columns that are moved together when a row moves. */
const COLUMNS = {
  id: Uint32Array,
  lon: Float64Array,
  lat: Float64Array,
  x: Float64Array, // mercator, 0 to 1 eastwards
  y: Float64Array, // mercator, 0 to 1 southwards
  vx: Float32Array, // mercator a second; 0 when not under way
  vy: Float32Array,
  observed: Float64Array, // seconds UTC
  sog: Uint16Array,
  cog: Uint16Array,
  heading: Uint16Array, // degrees; NO_ANGLE when not given
  bow: Uint16Array, // tenths of a degree: heading, else course, else NO_ANGLE
  interval: Uint16Array,
  length: Uint16Array,
  beam: Uint16Array,
  shape: Uint8Array,
  flags: Uint8Array,
  priority: Uint8Array,
  nav: Uint8Array,
  lag: Float32Array, // seconds that her reports are on their way, NaN until one was seen arriving
  reach: Float32Array, // seconds that a prediction is carried on for
  old: Float32Array, // seconds after which the last report is old
  slideX: Float32Array, // mercator, where it was drawn minus where it is now known to be
  slideY: Float32Array,
  slideAt: Float64Array, // performance.now() at which the slide began
} as const;
type Columns = { -readonly [K in keyof typeof COLUMNS]: InstanceType<(typeof COLUMNS)[K]> };

export class FrameError extends Error {}

export class FleetStore {
  count = 0;
  version = 0; // grows with every frame applied
  moved = 0; // grows when rows change place: an index held across it is void
  total = 0; // vessels in this view as the centre counts them
  snapshotNow: Micros = 0; // the centre's clock at the last frame
  columns: Columns = allocate(1024);
  private rows = new Map<number, number>();
  private dirty = new Uint8Array(1024 / BLOCK);

  /** Takes one frame; throws FrameError in one line when it is not one, and then nothing has changed. */
  apply(frame: ArrayBuffer, nowMs = performance.now()): void {
    const { kind, count, total, now, view } = header(frame);
    if (kind === SNAPSHOT) this.clear();
    this.total = total;
    this.snapshotNow = now;
    this.reserve(this.count + count);
    const seconds = now / 1e6;
    for (let k = 0, at = HEADER_BYTES; k < count; k++, at += RECORD_BYTES) {
      const id = view.getUint32(at, true);
      const row = this.rows.get(id);
      if (view.getUint8(at + 27) & FLAG_GONE) {
        if (row !== undefined) this.remove(row);
        continue;
      }
      if (row === undefined) {
        const fresh = this.count++;
        this.rows.set(id, fresh);
        this.columns.id[fresh] = id;
        this.columns.slideAt[fresh] = -Infinity;
        this.columns.lag[fresh] = kind === DELTA ? Math.max(0, seconds - view.getUint32(at + 12, true)) : NaN;
        this.read(view, at, fresh);
      } else {
        this.correct(view, at, row, seconds, nowMs);
      }
    }
    this.version++;
  }

  clear(): void {
    this.rows.clear();
    this.count = 0;
    this.version++;
    this.moved++;
  }

  /** The row of a vessel of this view, -1 when it is not in the picture. */
  indexOf(id: number | null | undefined): number {
    return id === null || id === undefined ? -1 : (this.rows.get(id) ?? -1);
  }

  /** Seconds that a row is ahead of its report at a time of the centre's clock; never before it, never past its reach. */
  ahead(row: number, atSeconds: number): number {
    const c = this.columns;
    return Math.min(Math.max(atSeconds - c.observed[row], 0), c.reach[row]);
  }

  /** Where a row should be, longitude and latitude in degrees. */
  predict(row: number, atSeconds: number): [number, number] {
    const c = this.columns;
    const dt = this.ahead(row, atSeconds);
    if (dt === 0 || (c.vx[row] === 0 && c.vy[row] === 0)) return [c.lon[row], c.lat[row]];
    return [(c.x[row] + c.vx[row] * dt) * 360 - 180, latOfY(c.y[row] + c.vy[row] * dt)];
  }

  isOld(row: number, atSeconds: number): boolean {
    return atSeconds - this.columns.observed[row] > this.columns.old[row];
  }

  /** Hands every run of changed rows, [from, to), to `take`, and forgets that they changed. */
  takeDirty(take: (from: number, to: number) => void): void {
    const blocks = Math.ceil(this.count / BLOCK);
    for (let b = 0; b < blocks; b++) {
      if (!this.dirty[b]) continue;
      let end = b;
      while (end < blocks && this.dirty[end]) this.dirty[end++] = 0;
      take(b * BLOCK, Math.min(end * BLOCK, this.count));
      b = end;
    }
  }

  markAll(): void {
    this.dirty.fill(1);
  }

  private correct(view: DataView, at: number, row: number, seconds: number, nowMs: number): void {
    const c = this.columns;
    const before = this.ahead(row, seconds);
    const left = Math.max(0, 1 - (nowMs - c.slideAt[row]) / SLIDE_MS);
    const x = c.x[row] + c.vx[row] * before + c.slideX[row] * left;
    const y = c.y[row] + c.vy[row] * before + c.slideY[row] * left;
    const sent = view.getUint32(at + 12, true);
    if (sent > c.observed[row]) {
      const lag = Math.max(0, seconds - sent);
      c.lag[row] = Number.isNaN(c.lag[row]) ? lag : (c.lag[row] + lag) / 2;
    }
    this.read(view, at, row);
    const after = this.ahead(row, seconds);
    const dx = x - (c.x[row] + c.vx[row] * after);
    const dy = y - (c.y[row] + c.vy[row] * after);
    const near = Math.abs(dx) < SLIDE_MAX && Math.abs(dy) < SLIDE_MAX;
    c.slideX[row] = near ? dx : 0;
    c.slideY[row] = near ? dy : 0;
    c.slideAt[row] = near ? nowMs : -Infinity;
  }

  private read(view: DataView, at: number, row: number): void {
    const c = this.columns;
    c.lon[row] = view.getInt32(at + 4, true) * 1e-7;
    c.lat[row] = view.getInt32(at + 8, true) * 1e-7;
    c.observed[row] = view.getUint32(at + 12, true);
    c.sog[row] = view.getUint16(at + 16, true);
    c.cog[row] = view.getUint16(at + 18, true);
    c.heading[row] = view.getUint16(at + 20, true);
    c.interval[row] = view.getUint16(at + 22, true);
    c.length[row] = view.getUint16(at + 24, true);
    c.shape[row] = view.getUint8(at + 26);
    c.flags[row] = view.getUint8(at + 27);
    c.priority[row] = view.getUint8(at + 28);
    c.nav[row] = view.getUint8(at + 29);
    c.beam[row] = view.getUint16(at + 30, true);
    this.derive(row);
    this.dirty[(row / BLOCK) | 0] = 1;
  }

  /** What follows from a report: its mercator place, its motion, its bow, and when it grows old. */
  private derive(row: number): void {
    const c = this.columns;
    c.x[row] = c.lon[row] / 360 + 0.5;
    c.y[row] = yOfLat(c.lat[row]);
    c.bow[row] = c.heading[row] < 360 ? c.heading[row] * 10 : c.cog[row] < 3600 ? c.cog[row] : NO_ANGLE;
    const interval = c.interval[row] !== 65535 && c.interval[row] > 0 ? c.interval[row] : UNKNOWN_INTERVAL_S;
    // Old is a ship that three of her reports should have come from: counted from when they come, not from when they were sent.
    c.old[row] = 3 * interval + (Number.isNaN(c.lag[row]) ? UNKNOWN_LAG_S : c.lag[row]);
    c.reach[row] = Math.min(Math.max(3 * interval, REACH_MIN_S), REACH_MAX_S);
    const still = c.sog[row] === 65535 || c.sog[row] < STILL || c.cog[row] >= 3600;
    if (still || MOORED.has(c.nav[row]) || c.flags[row] & FLAG_LOST) {
      c.vx[row] = c.vy[row] = 0; // a lost ship stays where she was last heard; her ring says the rest
      return;
    }
    const speed = (c.sog[row] / 10) * KNOT_M_S / (EARTH_M * Math.max(0.05, Math.cos(c.lat[row] * RAD)));
    c.vx[row] = speed * Math.sin((c.cog[row] / 10) * RAD);
    c.vy[row] = -speed * Math.cos((c.cog[row] / 10) * RAD);
  }

  private remove(row: number): void {
    const last = --this.count;
    this.rows.delete(this.columns.id[row]);
    this.moved++;
    if (row === last) return;
    for (const column of Object.values(this.columns)) column[row] = column[last];
    this.rows.set(this.columns.id[row], row);
    this.dirty[(row / BLOCK) | 0] = 1;
  }

  private reserve(rows: number): void {
    let capacity = this.columns.id.length;
    if (rows <= capacity) return;
    while (capacity < rows) capacity *= 2;
    const grown = allocate(capacity);
    for (const name of Object.keys(COLUMNS) as (keyof Columns)[]) grown[name].set(this.columns[name] as never);
    this.columns = grown;
    const dirty = new Uint8Array(capacity / BLOCK);
    dirty.set(this.dirty);
    this.dirty = dirty;
  }
}

export function yOfLat(lat: number): number {
  const clamped = Math.min(MAX_LAT, Math.max(-MAX_LAT, lat));
  return 0.5 - Math.log(Math.tan(Math.PI / 4 + (clamped * RAD) / 2)) / (2 * Math.PI);
}

export function latOfY(y: number): number {
  return (2 * Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) - Math.PI / 2) / RAD;
}

function header(frame: ArrayBuffer): { kind: number; count: number; total: number; now: Micros; view: DataView } {
  const view = new DataView(frame);
  if (frame.byteLength < HEADER_BYTES || view.getUint32(0, true) !== FRAME_MAGIC) throw new FrameError('not a fleet frame');
  const kind = view.getUint8(4);
  if (kind !== SNAPSHOT && kind !== DELTA) throw new FrameError(`fleet frame of unknown kind ${kind}`);
  const count = view.getUint32(8, true);
  if (frame.byteLength !== HEADER_BYTES + count * RECORD_BYTES) {
    throw new FrameError(`fleet frame cut short: ${frame.byteLength} bytes for ${count} vessels`);
  }
  return { kind, count, total: view.getUint32(12, true), now: view.getFloat64(16, true), view };
}

function allocate(capacity: number): Columns {
  return Object.fromEntries(Object.entries(COLUMNS).map(([name, Kind]) => [name, new Kind(capacity)])) as Columns;
}
