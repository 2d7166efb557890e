/* The order of the queue: most urgent first, and the same order for the same events. */
import type { Hello, Priority, WatchEvent } from './api';
import { type Clock } from './clock';
import { HOUR } from './format';
import { PRIORITIES } from './words';

/** A card's place. todo: to be judged; taken: somebody has it; held: the alert budget holds it back; foot: dismissed or withdrawn. */
export type Part = 'todo' | 'taken' | 'held' | 'foot';
export interface Line {
  readonly id: string;
  readonly part: Part;
}

interface Queue {
  events: ReadonlyMap<string, { event: WatchEvent }>;
  clock: Clock | null;
  filter: 'all' | 'mine' | 'judged';
  heldShown: boolean;
  hello: Hello | null;
}

const PARTS: readonly Part[] = ['todo', 'taken', 'held', 'foot'];
const WITHDRAWN_STAYS = HOUR / 2; // a withdrawn card keeps its place this long

export function partOf(event: WatchEvent, now: number): Part {
  if (event.dismissed) return 'foot';
  if (event.state === 'withdrawn' && now - event.recorded_at > WITHDRAWN_STAYS) return 'foot';
  if (event.acknowledged) return 'taken';
  return event.priority === 'know' ? 'held' : 'todo';
}

export function arrange(q: Queue): Line[] {
  const now = q.clock?.now ?? 0;
  const me = q.hello?.user?.name ?? null;
  const lines: { event: WatchEvent; part: Part }[] = [];
  for (const { event } of q.events.values()) {
    const part = partOf(event, now);
    if (shows(q, part, event, me)) lines.push({ event, part });
  }
  lines.sort((a, b) => PARTS.indexOf(a.part) - PARTS.indexOf(b.part) || moreUrgent(a.event, b.event));
  return lines.map(({ event, part }) => ({ id: event.id, part }));
}

function shows(q: Queue, part: Part, event: WatchEvent, me: string | null): boolean {
  if (q.filter === 'mine') return event.acknowledged?.by === me && part !== 'foot';
  if (q.filter === 'judged') return part === 'taken' || part === 'foot';
  return part === 'todo' || part === 'taken' || (part === 'held' && q.heldShown);
}

/** Priority, then open before closed, then the newest beginning; the id last, so that the order is one. */
export function moreUrgent(a: WatchEvent, b: WatchEvent): number {
  return (
    PRIORITIES[a.priority].rank - PRIORITIES[b.priority].rank ||
    Number(a.state === 'closed') - Number(b.state === 'closed') ||
    b.start - a.start ||
    (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  );
}

export interface QueueCounts extends Record<Priority, number> {
  held: number;
  judged: number;
  withdrawn: number;
}

/** What waits to be judged by priority, and what does not: the head and the foot of the queue. */
export function countEvents(events: Iterable<WatchEvent>): QueueCounts {
  const counts: QueueCounts = { act: 0, look: 0, know: 0, held: 0, judged: 0, withdrawn: 0 };
  for (const event of events) {
    if (event.dismissed || event.acknowledged) counts.judged += 1;
    else if (event.state === 'withdrawn') counts.withdrawn += 1;
    else counts[event.priority] += 1;
    if (!event.dismissed && !event.acknowledged && event.priority === 'know') counts.held += 1;
  }
  return counts;
}

/** The card that J or K goes to. With new ones waiting J goes to the most urgent of them: they are what changed. */
export function neighbour(lines: readonly Line[], current: string | null, step: 1 | -1): string | null {
  if (lines.length === 0) return null;
  const at = lines.findIndex((line) => line.id === current);
  if (at < 0) return step > 0 ? lines[0].id : lines[lines.length - 1].id;
  return lines[Math.min(lines.length - 1, Math.max(0, at + step))].id;
}
