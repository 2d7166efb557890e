import { describe, expect, it } from 'vitest';
import { BESIDE, LABELS_MAX, overlap, place } from '../../src/chart/labels';
import type { Label, Side } from '../../src/chart/labels';

const ROOM = { x: 0, y: 0, w: 1000, h: 800 };
const NOTHING = { taken: [], soft: [], softFrom: 8 };
const measure = (text: string) => text.length * 6;
const label = (key: string, x: number, y: number, rank = 5, more: Partial<Label> = {}): Label => ({ key, x, y, text: key, rank, gap: 8, sides: BESIDE, colour: 'text', weight: 500, ...more });

describe('labels', () => {
  it('never overlap, and the more urgent one stands', () => {
    const crowd = Array.from({ length: 200 }, (_, i) => label(`ship ${i}`, 500 + (i % 15) * 9, 400 + Math.floor(i / 15) * 7, i % 7));
    const placed = place(crowd, NOTHING, ROOM, new Map(), measure);
    for (const a of placed) for (const b of placed) if (a !== b) expect(overlap(a, b)).toBe(false);
    expect(placed[0].label.rank).toBe(0);
  });

  it('are forty at most', () => {
    const many = Array.from({ length: 300 }, (_, i) => label(`s${i}`, 50 + (i % 20) * 45, 30 + Math.floor(i / 20) * 45));
    expect(place(many, NOTHING, ROOM, new Map(), measure)).toHaveLength(LABELS_MAX);
  });

  it('keep their side while they can, and change it when they must', () => {
    const sides = new Map<string, Side>([['a', 'left']]);
    expect(place([label('a', 500, 400)], NOTHING, ROOM, sides, measure)[0].side).toBe('left');
    const wall = { taken: [{ x: 400, y: 380, w: 100, h: 40 }], soft: [], softFrom: 8 };
    expect(place([label('a', 500, 400)], wall, ROOM, sides, measure)[0].side).toBe('right');
    expect(sides.get('a')).toBe('right');
  });

  it('stay inside the chart', () => {
    expect(place([label('edge', 995, 400)], NOTHING, ROOM, new Map(), measure)[0].side).toBe('left');
    expect(place([label('out', 1200, 400)], NOTHING, ROOM, new Map(), measure)).toHaveLength(0);
  });

  it('give way to what is soft only when they are not urgent', () => {
    const soft = { taken: [], soft: [ROOM], softFrom: 8 };
    const placed = place([label('urgent', 300, 300, 2), label('place', 600, 300, 9)], soft, ROOM, new Map(), measure);
    expect(placed.map((p) => p.label.key)).toEqual(['urgent']);
  });

  it('of equals, the one that already stood goes first', () => {
    const two = [label('new', 500, 400, 5, { sides: ['right'] }), label('old', 502, 402, 5, { sides: ['right'] })];
    expect(place(two, NOTHING, ROOM, new Map<string, Side>([['old', 'right']]), measure).map((p) => p.label.key)).toEqual(['old']);
  });
});
