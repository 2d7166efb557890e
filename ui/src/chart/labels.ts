/* Labels that never overlap: the more urgent one stands, the other waits, and each keeps its side while it can. */
import type { Box } from './scene';
import type { Palette, Role } from './palette';

export const LABELS_MAX = 40;

export type Side = 'right' | 'left' | 'above' | 'below' | 'on';
export interface Label {
  key: string; // the same thing keeps its key from picture to picture
  x: number;
  y: number;
  text: string;
  sub?: string; // second line, quieter
  rank: number; // lower is placed first
  gap: number; // pixels from the anchor to the text
  sides: readonly Side[];
  colour: Role;
  weight: 400 | 500 | 600;
  turn?: number; // radians, for names along a line; such a label stands on its anchor
}
export interface Placed extends Box {
  label: Label;
  side: Side;
}
export type Measure = (text: string, weight: number, size: number) => number;

export const TEXT_PX = 12;
export const SUB_PX = 11.5;
const LINE_PX = 14;
const PAD = 2;
const NEARER = 3; // above and below a label may stand closer than beside
export const BESIDE: readonly Side[] = ['right', 'left', 'below', 'above'];

/** Room that is not free: `taken` for every label, `soft` for those of rank `softFrom` and after. */
export interface Obstacles {
  taken: readonly Box[];
  soft: readonly Box[];
  softFrom: number;
}

/** Places labels greedily by rank within `room`. `sides` remembers where each stood, and is rewritten. */
export function place(labels: readonly Label[], obstacles: Obstacles, room: Box, sides: Map<string, Side>, measure: Measure): Placed[] {
  const order = labels.map((label, i) => ({ label, i, stood: sides.has(label.key) ? 0 : 1 }));
  // Of equals the one that already stood goes first, so that two ships do not take turns.
  order.sort((a, b) => a.label.rank - b.label.rank || a.stood - b.stood || a.i - b.i);
  const placed: Placed[] = [];
  for (const { label } of order) {
    if (placed.length >= LABELS_MAX) break;
    const before = sides.get(label.key);
    const wanted = before && label.sides.includes(before) ? [before, ...label.sides.filter((s) => s !== before)] : label.sides;
    for (const side of wanted) {
      const box = boxOf(label, side, measure);
      const hit = (other: Box) => overlap(other, box);
      if (!within(box, room) || obstacles.taken.some(hit) || placed.some(hit)) continue;
      if (label.rank >= obstacles.softFrom && obstacles.soft.some(hit)) continue;
      placed.push({ ...box, label, side });
      break;
    }
  }
  sides.clear();
  for (const p of placed) sides.set(p.label.key, p.side);
  return placed;
}

/** The room a label takes on one side of its anchor. */
export function boxOf(label: Label, side: Side, measure: Measure): Box {
  const w = Math.max(measure(label.text, label.weight, TEXT_PX), label.sub ? measure(label.sub, 400, SUB_PX) : 0) + 2 * PAD;
  const h = (label.sub ? 2 : 1) * LINE_PX + 2 * PAD - 2;
  if (label.turn !== undefined || side === 'on') {
    const c = Math.abs(Math.cos(label.turn ?? 0));
    const s = Math.abs(Math.sin(label.turn ?? 0));
    const [bw, bh] = [w * c + h * s, w * s + h * c];
    return { x: label.x - bw / 2, y: label.y - bh / 2, w: bw, h: bh };
  }
  if (side === 'right') return { x: label.x + label.gap, y: label.y - h / 2, w, h };
  if (side === 'left') return { x: label.x - label.gap - w, y: label.y - h / 2, w, h };
  if (side === 'above') return { x: label.x - w / 2, y: label.y - label.gap - h + NEARER, w, h };
  return { x: label.x - w / 2, y: label.y + label.gap - NEARER, w, h };
}

export function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

function within(box: Box, room: Box): boolean {
  return box.x >= room.x && box.y >= room.y && box.x + box.w <= room.x + room.w && box.y + box.h <= room.y + room.h;
}

/** Measures with a canvas, once a text. */
export function canvasMeasure(ctx: CanvasRenderingContext2D, family: string): Measure {
  const known = new Map<string, number>();
  return (text, weight, size) => {
    const key = `${weight}/${size}/${text}`;
    let width = known.get(key);
    if (width === undefined) {
      if (known.size > 5000) known.clear();
      ctx.font = `${weight} ${size}px ${family}`;
      known.set(key, (width = ctx.measureText(text).width));
    }
    return width;
  };
}

export function drawLabel(ctx: CanvasRenderingContext2D, p: Placed, palette: Palette): void {
  const { label, side } = p;
  ctx.save();
  ctx.lineJoin = 'round';
  ctx.strokeStyle = palette.halo;
  ctx.textBaseline = 'middle';
  const centred = side === 'above' || side === 'below' || side === 'on';
  ctx.textAlign = centred ? 'center' : side === 'left' ? 'right' : 'left';
  ctx.translate(centred ? p.x + p.w / 2 : side === 'left' ? p.x + p.w - PAD : p.x + PAD, p.y + p.h / 2);
  if (label.turn !== undefined) ctx.rotate(label.turn);
  const first = label.sub ? -LINE_PX / 2 + 1 : 1;
  line(ctx, label.text, first, `${label.weight} ${TEXT_PX}px ${palette.fontChart}`, palette[label.colour]);
  if (label.sub) line(ctx, label.sub, first + LINE_PX - 1, `400 ${SUB_PX}px ${palette.fontChart}`, palette['text-2']);
  ctx.restore();
}

function line(ctx: CanvasRenderingContext2D, text: string, y: number, font: string, colour: string): void {
  ctx.font = font;
  ctx.lineWidth = 3.5;
  ctx.strokeText(text, 0, y);
  ctx.fillStyle = colour;
  ctx.fillText(text, 0, y);
}
