/* Open events on the chart: each vessel carries the mark of her most urgent one at her shoulder. */
import type { Priority, WatchEvent } from '../core/api';
import { duration, mmsi, time } from '../core/format';
import { kindWords } from '../core/words';
import { drawPriority } from './glyphs';
import { FIRST } from './scene';
import type { Scene } from './scene';
import { selectionHalf } from './selection';
import { inside, projectLonLat } from './view';

const RANK: Record<Priority, number> = { act: 0, look: 1, know: 2 };
const MERGE_PX = 15;
const SHOULDER_PX = 10;

export interface Mark {
  x: number; // pixels, of the glyph
  y: number;
  anchor: [number, number];
  events: WatchEvent[]; // most urgent first
}

/** Marks on the screen, merged where they would cover each other. */
export function marks(scene: Scene): Mark[] {
  const { frame, fleet } = scene;
  const found: Mark[] = [];
  const urgent = [...scene.events].sort((a, b) => RANK[a.priority] - RANK[b.priority] || b.score - a.score);
  for (const event of urgent) {
    const row = fleet.indexOf(event.ids.find((id) => fleet.indexOf(id) >= 0));
    const [lon, lat] = row >= 0 ? fleet.predict(row, scene.at / 1e6) : [event.lon, event.lat];
    const anchor = projectLonLat(frame, lon, lat);
    if (!anchor || !inside(frame, anchor[0], anchor[1], 20)) continue;
    const off = isSelected(scene, event) ? selectionHalf(frame) + 3 : row >= 0 ? SHOULDER_PX : 0;
    const [x, y] = [anchor[0] + off, anchor[1] - off];
    const same = found.find((m) => Math.hypot(m.x - x, m.y - y) < MERGE_PX);
    if (same) same.events.push(event);
    else found.push({ x, y, anchor, events: [event] });
  }
  return found;
}

export function drawMarks(scene: Scene, found: readonly Mark[]): void {
  for (let i = found.length - 1; i >= 0; i--) {
    const mark = found[i];
    const event = mark.events[0];
    drawPriority(scene.ctx, mark.x, mark.y, event.priority, scene.palette, mark.events.length);
    scene.boxes.push({ x: mark.x - 8, y: mark.y - 8, w: 16, h: 16 });
    if (event.priority === 'know' || isSelected(scene, event)) continue; // the selected says her own name
    const more = mark.events.length - 1;
    scene.labels.push({
      key: `event ${event.id}`, x: mark.anchor[0], y: mark.anchor[1], text: (event.names[0] ?? (event.vessels[0] ? mmsi(event.vessels[0]) : kindWords(event.kind))) + (more ? ` and ${more} more` : ''),
      sub: brief(event, scene.at), rank: event.priority === 'act' ? FIRST.act : FIRST.look, gap: 20,
      sides: ['right', 'left', 'below', 'above'], colour: 'text', weight: 500,
    });
  }
}

function isSelected({ selection }: Scene, event: WatchEvent): boolean {
  if (selection?.kind === 'event') return selection.event.id === event.id || event.vessels[0] === selection.event.vessels[0];
  return selection?.kind === 'vessel' && event.vessels[0] === selection.vessel;
}

/** What is the matter, in three words and a measure. */
export function brief(event: WatchEvent, at: number): string {
  const lasted = duration((event.end ?? at) - event.start);
  if (event.kind === 'gap') return event.end ? `was silent ${lasted}, heard again ${time(event.end)}` : `silent ${lasted}`;
  if (event.kind === 'impossible_jump') return event.vessels.length > 1 ? 'in two places' : 'impossible jump';
  return `${kindWords(event.kind).toLowerCase()}, ${lasted}`;
}
