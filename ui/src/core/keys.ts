/* The keys of the floor: the table that `?` shows is the table that works. */

export type Command =
  | 'next' | 'previous' | 'open' | 'take' | 'dismiss' | 'evidence' | 'note' | 'zoom' | 'zoom_in' | 'zoom_out' | 'whole'
  | 'measure' | 'play' | 'minute_back' | 'minute_on' | 'hour_back' | 'hour_on' | 'live' | 'fold_queue' | 'fold_detail'
  | 'held' | 'undo' | 'search' | 'help' | 'back'; // prettier-ignore

export interface KeyLine {
  keys: readonly string[]; // as KeyboardEvent.key, letters in lower case
  printed: string;
  command: Command;
  does: string;
  group: 'Queue' | 'Chart' | 'Time' | 'Page';
}

export const KEYS: readonly KeyLine[] = [
  { keys: ['j', 'ArrowDown'], printed: 'J ↓', command: 'next', does: 'next in the queue; what is new first', group: 'Queue' },
  { keys: ['k', 'ArrowUp'], printed: 'K ↑', command: 'previous', does: 'previous in the queue', group: 'Queue' },
  { keys: ['Enter'], printed: 'Enter', command: 'open', does: 'open the selected', group: 'Queue' },
  { keys: ['a'], printed: 'A', command: 'take', does: 'take', group: 'Queue' },
  { keys: ['d'], printed: 'D', command: 'dismiss', does: 'dismiss, then 1–6 for the reason', group: 'Queue' },
  { keys: ['n'], printed: 'N', command: 'note', does: 'note', group: 'Queue' },
  { keys: ['e'], printed: 'E', command: 'evidence', does: 'evidence; again: its history of versions', group: 'Queue' },
  { keys: ['b'], printed: 'B', command: 'held', does: 'what the alert budget held back', group: 'Queue' },
  { keys: ['u'], printed: 'U', command: 'undo', does: 'undo', group: 'Queue' },
  { keys: ['z'], printed: 'Z', command: 'zoom', does: 'to the selected on the chart; again: to its evidence', group: 'Chart' },
  { keys: ['+', '='], printed: '+', command: 'zoom_in', does: 'nearer', group: 'Chart' },
  { keys: ['-'], printed: '−', command: 'zoom_out', does: 'farther', group: 'Chart' },
  { keys: ['0'], printed: '0', command: 'whole', does: 'whole ocean', group: 'Chart' },
  { keys: ['m'], printed: 'M', command: 'measure', does: 'measure range and bearing', group: 'Chart' },
  { keys: [' '], printed: 'Space', command: 'play', does: 'play, pause', group: 'Time' },
  { keys: [','], printed: ',', command: 'minute_back', does: '1 min back', group: 'Time' },
  { keys: ['.'], printed: '.', command: 'minute_on', does: '1 min on', group: 'Time' },
  { keys: ['<', ';'], printed: 'Shift ,', command: 'hour_back', does: '1 h back', group: 'Time' },
  { keys: ['>', ':'], printed: 'Shift .', command: 'hour_on', does: '1 h on', group: 'Time' },
  { keys: ['l'], printed: 'L', command: 'live', does: 'back to live', group: 'Time' },
  { keys: ['/'], printed: '/', command: 'search', does: 'search and commands; also Ctrl K', group: 'Page' },
  { keys: ['['], printed: '[', command: 'fold_queue', does: 'fold the queue', group: 'Page' },
  { keys: [']'], printed: ']', command: 'fold_detail', does: 'fold the detail', group: 'Page' },
  { keys: ['?'], printed: '?', command: 'help', does: 'this table', group: 'Page' },
  { keys: ['Escape'], printed: 'Esc', command: 'back', does: 'back one step', group: 'Page' },
];

const BY_KEY = new Map(KEYS.flatMap((line) => line.keys.map((key) => [key, line.command] as const)));
const ALWAYS = new Set(['Escape', 'ArrowDown', 'ArrowUp']); // not letters: they stay on when single keys are off

interface Pressed {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** The command of a key, or null. In a field only Escape counts; Ctrl K searches from everywhere. */
export function commandOf(e: Pressed, where: { inField: boolean; onControl: boolean; singleKeys: boolean }): Command | null {
  if ((e.ctrlKey || e.metaKey) && !e.altKey && e.key.toLowerCase() === 'k') return 'search';
  if (e.ctrlKey || e.metaKey || e.altKey) return null;
  if (where.inField && e.key !== 'Escape') return null;
  if (where.onControl && (e.key === 'Enter' || e.key === ' ')) return null; // they press what has the focus
  if (!where.singleKeys && !ALWAYS.has(e.key)) return null;
  if (e.shiftKey && (e.key === ',' || e.key === '.')) return e.key === ',' ? 'hour_back' : 'hour_on';
  const key = e.key.length === 1 ? e.key.toLowerCase() : e.key;
  return BY_KEY.get(key) ?? null;
}

/** What is printed on a button for a command. */
export function printedKey(command: Command): string {
  return KEYS.find((line) => line.command === command)?.printed.split(' ')[0] ?? '';
}
