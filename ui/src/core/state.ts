/* The watch floor's state: one pure function from state and message to state, so that it is tested without a browser. */
import type { Clock } from './clock';
import { freeClock, hearClock, readClock } from './clock';
import type { FeedMessage, Hello, Micros, SourceStatus, Status, WatchEvent } from './api';
import { type Line, arrange } from './queue';

export type Selected =
  | { kind: 'event'; id: string }
  | { kind: 'vessel'; vessel: string; id: number | null }
  | { kind: 'position'; lon: number; lat: number };

export type Verb = 'acknowledge' | 'dismiss' | 'note' | 'reopen';

/** What an officer did and the centre has not confirmed yet. */
export interface Act {
  key: number;
  event: string;
  verb: Verb;
  body: { reason?: number; text?: string };
  words: string; // as the list of waiting acts says it
  at: Micros;
  by: string;
}

export interface Seen {
  event: WatchEvent;
  past: string[]; // earlier sentences, oldest first
  arrivedMs: number | null; // null: it was there when the floor opened
  changedMs: number | null; // when the sentence last changed
}

export interface Toast {
  key: number;
  text: string;
  undo: boolean;
  error: boolean;
  untilMs: number;
}

export type Filter = 'all' | 'mine' | 'judged';
export type Mode = { kind: 'live' } | { kind: 'history'; clock: Clock };

export interface State {
  hello: Hello | null;
  signedIn: boolean;
  link: { state: 'connecting' | 'live' | 'lost'; since: Micros | null; detail: string | null };
  clock: Clock | null;
  events: ReadonlyMap<string, Seen>;
  eventsLoaded: boolean;
  status: Status | null;
  sources: SourceStatus[] | null;
  lines: readonly Line[]; // the queue as shown
  waiting: readonly string[]; // new cards that wait while somebody reads the queue
  reading: boolean;
  filter: Filter;
  heldShown: boolean;
  selection: Selected | null;
  back: readonly Selected[];
  mode: Mode;
  rate: number; // of replay
  outbox: readonly Act[];
  undoable: readonly { event: string; words: string }[];
  toasts: readonly Toast[];
  serial: number;
}

export type Message =
  | FeedMessage
  | { type: 'events'; events: WatchEvent[]; whole: boolean; ms: number }
  | { type: 'link'; state: State['link']['state']; ms: number }
  | { type: 'signed_out' }
  | { type: 'clock'; now: Micros; speed: number; ms: number }
  | { type: 'select'; selection: Selected | null }
  | { type: 'back' }
  | { type: 'filter'; filter: Filter }
  | { type: 'held'; shown: boolean }
  | { type: 'reading'; reading: boolean }
  | { type: 'admit' }
  | { type: 'history'; clock: Clock }
  | { type: 'live' }
  | { type: 'rate'; rate: number; ms: number }
  | { type: 'act'; act: Omit<Act, 'key'> }
  | { type: 'acts'; acts: Act[] }
  | { type: 'act_done'; key: number; event: WatchEvent | null; ms: number }
  | { type: 'act_dropped'; key: number }
  | { type: 'undone' }
  | { type: 'toast'; text: string; undo?: boolean; error?: boolean; ms: number }
  | { type: 'tick'; ms: number };

export const RATES = [1, 10, 60, 600] as const;
export const TOAST_MS = 6000;
export const CHANGED_MS = 10_000;
export const MOST_EVENTS = 4000;
const BACK_STEPS = 20;

export function initial(): State {
  return {
    hello: null,
    signedIn: false,
    link: { state: 'connecting', since: null, detail: null },
    clock: null,
    events: new Map(),
    eventsLoaded: false,
    status: null,
    sources: null,
    lines: [],
    waiting: [],
    reading: false,
    filter: 'all',
    heldShown: false,
    selection: null,
    back: [],
    mode: { kind: 'live' },
    rate: 60,
    outbox: [],
    undoable: [],
    toasts: [],
    serial: 1,
  };
}

export function reduce(s: State, m: Message): State {
  switch (m.type) {
    case 'hello':
      return { ...s, hello: m.hello, signedIn: m.hello.user !== null };
    case 'signed_out':
      return { ...s, signedIn: false, hello: s.hello && { ...s.hello, user: null, csrf: null } };
    case 'event':
      return takeEvents(s, [m.event], false, null);
    case 'events':
      return takeEvents(s, m.events, m.whole, m.ms);
    case 'status':
      return { ...s, status: m.status };
    case 'sources':
      return { ...s, sources: m.sources };
    case 'clock':
      return { ...s, clock: hearClock(s.clock, m.now, m.speed, m.ms, s.hello?.centre.mode !== 'feed') };
    case 'bye':
      return { ...s, link: { ...s.link, detail: m.detail } };
    case 'link':
      return takeLink(s, m.state, m.ms);
    case 'select':
      return select(s, m.selection);
    case 'back':
      return s.back.length
        ? { ...s, selection: s.back[s.back.length - 1], back: s.back.slice(0, -1) }
        : settle({ ...s, selection: null });
    case 'filter':
      return rearrange({ ...s, filter: m.filter });
    case 'held':
      return rearrange({ ...s, heldShown: m.shown });
    case 'reading':
      return settle({ ...s, reading: m.reading });
    case 'admit':
      return rearrange(s);
    case 'history':
      return { ...s, mode: { kind: 'history', clock: m.clock } };
    case 'live':
      return { ...s, mode: { kind: 'live' } };
    case 'rate':
      return { ...s, rate: m.rate, mode: atRate(s.mode, m.rate, m.ms) };
    case 'act':
      return { ...s, outbox: [...s.outbox, { ...m.act, key: s.serial }], serial: s.serial + 1 };
    case 'acts':
      return { ...s, outbox: [...m.acts, ...s.outbox], serial: Math.max(s.serial, ...m.acts.map((a) => a.key + 1)) };
    case 'act_done':
      return actDone(s, m.key, m.event, m.ms);
    case 'act_dropped':
      return { ...s, outbox: s.outbox.filter((a) => a.key !== m.key) };
    case 'undone':
      return { ...s, undoable: s.undoable.slice(0, -1), toasts: s.toasts.filter((t) => !t.undo) };
    case 'toast':
      return addToast(s, m.text, m.undo ?? false, m.error ?? false, m.ms);
    case 'tick':
      return tick(s, m.ms);
  }
}

/** The event as the officer should see it: with the acts that wait to be sent already on it. */
export function eventOf(s: State, id: string): WatchEvent | null {
  const event = s.events.get(id)?.event;
  return event ? withActs(event, s.outbox) : null;
}

export function withActs(event: WatchEvent, outbox: readonly Act[]): WatchEvent {
  let seen = event;
  for (const act of outbox) {
    if (act.event !== event.id) continue;
    const { by, at } = act;
    if (act.verb === 'acknowledge') seen = { ...seen, acknowledged: { by, at } };
    else if (act.verb === 'reopen') seen = { ...seen, acknowledged: null, dismissed: null };
    else if (act.verb === 'note') seen = { ...seen, notes: seen.notes + 1 };
    else {
      const { reason = 6, text = null } = act.body;
      seen = { ...seen, dismissed: { by, at, reason, reason_text: act.words, text } };
    }
  }
  return seen;
}

/** The time that the whole frame shows: the centre's, or the one chosen in history. */
export function shownTime(s: State, ms: number): Micros | null {
  if (s.mode.kind === 'history') {
    const live = s.clock ? readClock(s.clock, ms) : Infinity;
    return Math.min(readClock(s.mode.clock, ms), live);
  }
  return s.clock && readClock(s.clock, ms);
}

export function sameSelection(a: Selected | null, b: Selected | null): boolean {
  if (a === null || b === null || a.kind !== b.kind) return a === b;
  if (a.kind === 'event') return a.id === (b as typeof a).id;
  if (a.kind === 'vessel') return a.vessel === (b as typeof a).vessel;
  return a.lon === (b as typeof a).lon && a.lat === (b as typeof a).lat;
}

/* Versions may arrive twice or out of order after a reconnection: the higher version stays; of the same version the
   later word stays, since acknowledgements and notes change an event without a new version. */
function takeEvents(s: State, incoming: WatchEvent[], whole: boolean, ms: number | null): State {
  const first = !s.eventsLoaded;
  const events = new Map(whole ? [] : s.events);
  const fresh: string[] = [];
  for (const event of incoming) {
    const known = s.events.get(event.id);
    if (known && known.event.version > event.version) {
      events.set(event.id, known);
      continue;
    }
    const changed = known !== undefined && known.event.why !== event.why;
    events.set(event.id, {
      event,
      past: changed ? [...known.past, known.event.why] : (known?.past ?? (event.was ? [event.was] : [])),
      arrivedMs: known ? known.arrivedMs : first ? null : ms,
      changedMs: changed ? ms : (known?.changedMs ?? null),
    });
    if (!known) fresh.push(event.id);
  }
  if (events.size > MOST_EVENTS) forget(events, s.selection);
  const next = { ...s, events, eventsLoaded: s.eventsLoaded || whole };
  if (first || !isRead(s)) return rearrange(next);
  const listed = new Set(s.lines.map((line) => line.id));
  const wanted = arrange(next).filter((line) => line.part === 'todo' && !listed.has(line.id));
  const lines = whole ? s.lines.filter((line) => events.has(line.id)) : s.lines;
  return { ...next, lines, waiting: wanted.map((line) => line.id) };
}

/* A floor that is open for days keeps what is open and what is to be judged; of the rest the newest. The centre has all. */
function forget(events: Map<string, Seen>, selection: Selected | null): void {
  const kept = selection?.kind === 'event' ? selection.id : null;
  const spare = [...events.values()]
    .map((seen) => seen.event)
    .filter((e) => e.id !== kept && (e.state !== 'open' || e.dismissed) && (e.priority === 'know' || e.state === 'withdrawn' || e.acknowledged || e.dismissed))
    .sort((a, b) => a.recorded_at - b.recorded_at);
  for (const event of spare.slice(0, events.size - MOST_EVENTS + MOST_EVENTS / 8)) events.delete(event.id);
}

/** Nothing moves in the queue while the pointer or the selection is in it. */
function isRead(s: State): boolean {
  const { selection } = s;
  return s.reading || (selection?.kind === 'event' && s.lines.some((line) => line.id === selection.id));
}

function settle(s: State): State {
  return isRead(s) ? s : rearrange(s);
}

function rearrange(s: State): State {
  return { ...s, lines: arrange(s), waiting: [] };
}

function takeLink(s: State, state: State['link']['state'], ms: number): State {
  if (state === 'live') return { ...s, link: { state, since: null, detail: null } };
  if (s.link.state === 'lost' && state === 'connecting') return s;
  const lost = state === 'lost' && s.link.state !== 'lost';
  return { ...s, link: { ...s.link, state, since: lost ? s.clock && readClock(s.clock, ms) : s.link.since } };
}

function select(s: State, selection: Selected | null): State {
  if (sameSelection(s.selection, selection)) return s;
  const back = selection && s.selection ? [...s.back, s.selection].slice(-BACK_STEPS) : [];
  return settle({ ...s, selection, back });
}

function atRate(mode: Mode, rate: number, ms: number): Mode {
  if (mode.kind === 'live' || mode.clock.speed === 0) return mode;
  return { kind: 'history', clock: freeClock(readClock(mode.clock, ms), rate, ms) };
}

function actDone(s: State, key: number, event: WatchEvent | null, ms: number): State {
  const act = s.outbox.find((a) => a.key === key);
  const rest = { ...s, outbox: s.outbox.filter((a) => a.key !== key) };
  const next = event ? takeEvents(rest, [event], false, ms) : rest;
  if (!act || act.verb === 'note') return next;
  if (act.verb === 'reopen') return { ...next, undoable: next.undoable.filter((u) => u.event !== act.event) };
  return { ...next, undoable: [...next.undoable, { event: act.event, words: act.words }].slice(-BACK_STEPS) };
}

function addToast(s: State, text: string, undo: boolean, error: boolean, ms: number): State {
  const toast: Toast = { key: s.serial, text, undo, error, untilMs: ms + TOAST_MS };
  return { ...s, serial: s.serial + 1, toasts: [...s.toasts.map((t) => ({ ...t, undo: false })), toast].slice(-2) };
}

function tick(s: State, ms: number): State {
  return s.toasts.some((t) => t.untilMs <= ms) ? { ...s, toasts: s.toasts.filter((t) => t.untilMs > ms) } : s;
}
