import { describe, expect, test } from 'vitest';
import type { WatchEvent } from '../../src/core/api';
import { freeClock } from '../../src/core/clock';
import { HOUR, MINUTE } from '../../src/core/format';
import { MOST_EVENTS, type Message, type State, eventOf, initial, reduce, shownTime } from '../../src/core/state';
import { event, hello } from './cases';

const NOW = Date.UTC(2025, 10, 6, 9, 14) * 1000;
const run = (s: State, ...messages: Message[]) => messages.reduce(reduce, s);
const shown = (s: State) => s.lines.map((line) => line.id);
const whole = (...events: WatchEvent[]): Message => ({ type: 'events', events, whole: true, ms: 0 });
const said = (e: WatchEvent): Message => ({ type: 'events', events: [e], whole: false, ms: 100 });
const opened = () =>
  run(initial(), { type: 'hello', hello: hello(NOW) }, { type: 'clock', now: NOW, speed: 1, ms: 0 }, whole(
    event('late', { start: NOW - HOUR }),
    event('urgent', { priority: 'act', start: NOW - 3 * HOUR }),
    event('recent', { start: NOW - MINUTE }),
    event('quiet', { priority: 'know' }),
  ));

describe('events', () => {
  test('stand with the most urgent first, and what the budget holds back is not among them', () => {
    const s = opened();
    expect(shown(s)).toEqual(['urgent', 'recent', 'late']);
    expect(shown(run(s, { type: 'held', shown: true }))).toEqual(['urgent', 'recent', 'late', 'quiet']);
  });

  test('keep the latest version whatever the order of arrival, and remember what was said before', () => {
    const v1 = event('x', { why: 'Silent 3 h.' });
    const v2 = event('x', { version: 2, why: 'Silent 4 h.', was: 'Silent 3 h.' });
    const inOrder = run(opened(), said(v1), said(v2), said(v1));
    expect(inOrder.events.get('x')!.event.version).toBe(2);
    expect(inOrder.events.get('x')!.past).toEqual(['Silent 3 h.']);
    expect(run(opened(), said(v2), said(v1)).events.get('x')!.past).toEqual(['Silent 3 h.']);
  });

  test('take the later word of the same version, since a taking changes no version', () => {
    const s = run(opened(), said(event('late', { acknowledged: { by: 'Amina', at: NOW } })));
    expect(s.events.get('late')!.event.acknowledged!.by).toBe('Amina');
  });

  test('that were there when the floor opened are not new; later ones are', () => {
    const s = run(opened(), said(event('new')));
    expect(s.events.get('late')!.arrivedMs).toBeNull();
    expect(s.events.get('new')!.arrivedMs).toBe(100);
  });

  test('loaded again after a lost link do not become new, and those gone from the centre go', () => {
    const s = run(opened(), { type: 'events', events: [event('late')], whole: true, ms: 900 });
    expect(s.events.get('late')!.arrivedMs).toBeNull();
    expect(shown(s)).toEqual(['late']);
  });
});

test('a floor open for days forgets closed and judged events first, the oldest of them, and never what waits to be judged', () => {
  const many = Array.from({ length: MOST_EVENTS }, (_, i) => event(`old${i}`, { priority: 'know', state: 'closed', recorded_at: NOW - HOUR + i }));
  const s = run(opened(), { type: 'events', events: many, whole: false, ms: 5 });
  expect(s.events.size).toBeLessThanOrEqual(MOST_EVENTS);
  expect(s.events.has('old0')).toBe(false);
  expect(s.events.has(`old${MOST_EVENTS - 1}`)).toBe(true);
  expect(['late', 'urgent', 'recent', 'quiet'].every((id) => s.events.has(id))).toBe(true);
});

describe('the queue while it is read', () => {
  test('holds still: a new card waits and is counted', () => {
    const s = run(opened(), { type: 'reading', reading: true }, said(event('new', { priority: 'act' })));
    expect(shown(s)).toEqual(['urgent', 'recent', 'late']);
    expect(s.waiting).toEqual(['new']);
  });

  test('holds still while an event of it is selected, and lets the new ones in on request', () => {
    const s = run(opened(), { type: 'select', selection: { kind: 'event', id: 'late' } }, said(event('new', { priority: 'act' })));
    expect(s.waiting).toEqual(['new']);
    const after = run(s, { type: 'admit' });
    expect(shown(after)[0]).toBe('new');
    expect(after.waiting).toEqual([]);
  });

  test('lets the new ones in when the pointer leaves', () => {
    const s = run(opened(), { type: 'reading', reading: true }, said(event('new')), { type: 'reading', reading: false });
    expect(shown(s)).toContain('new');
  });

  test('a card that is dismissed does not jump from under the pointer', () => {
    const s = run(opened(), { type: 'reading', reading: true }, said(event('recent', { dismissed: dismissal() })));
    expect(shown(s)).toEqual(['urgent', 'recent', 'late']);
    expect(shown(run(s, { type: 'reading', reading: false }))).toEqual(['urgent', 'late']);
  });

  test('the same events stand in the same order however they came', () => {
    const events = ['a', 'b', 'c'].map((id) => event(id, { start: NOW }));
    expect(shown(run(initial(), whole(...events)))).toEqual(shown(run(initial(), whole(...events.reverse()))));
  });
});

describe('filters', () => {
  test('mine are those I took, judged those anybody judged', () => {
    const s = run(opened(), said(event('late', { acknowledged: { by: 'Amina', at: NOW } })), said(event('recent', { dismissed: dismissal() })));
    expect(shown(run(s, { type: 'filter', filter: 'mine' }))).toEqual(['late']);
    expect(shown(run(s, { type: 'filter', filter: 'judged' }))).toEqual(['late', 'recent']);
    expect(shown(s)).toEqual(['urgent', 'late']);
  });

  test('a withdrawn event keeps its place at first, and leaves the list later', () => {
    const fresh = run(opened(), said(event('late', { version: 2, state: 'withdrawn', recorded_at: NOW - MINUTE })));
    expect(shown(fresh)).toContain('late');
    const old = run(opened(), said(event('late', { version: 2, state: 'withdrawn', recorded_at: NOW - HOUR })));
    expect(shown(old)).not.toContain('late');
  });
});

describe('acts', () => {
  const taking = { event: 'late', verb: 'acknowledge' as const, body: {}, words: 'Taken', at: NOW, by: 'Amina' };

  test('show at once, wait while the centre is away, and are confirmed by it', () => {
    let s = run(opened(), { type: 'act', act: taking });
    expect(eventOf(s, 'late')!.acknowledged).toEqual({ by: 'Amina', at: NOW });
    expect(s.events.get('late')!.event.acknowledged).toBeNull();
    s = run(s, { type: 'act_done', key: s.outbox[0].key, event: event('late', { acknowledged: { by: 'Amina', at: NOW + 1 } }), ms: 5 });
    expect(s.outbox).toEqual([]);
    expect(s.undoable).toEqual([{ event: 'late', words: 'Taken' }]);
  });

  test('that the centre refused leave the event as it was', () => {
    const s = run(opened(), { type: 'act', act: taking });
    expect(eventOf(run(s, { type: 'act_dropped', key: s.outbox[0].key }), 'late')!.acknowledged).toBeNull();
  });

  test('a reopening takes back taking and dismissal alike', () => {
    const s = run(opened(), { type: 'act', act: taking }, { type: 'act', act: { ...taking, verb: 'reopen' } });
    expect(eventOf(s, 'late')!.acknowledged).toBeNull();
  });
});

describe('link and clock', () => {
  test('a lost link says when the picture stopped, and retries do not change that', () => {
    const s = run(opened(), { type: 'clock', now: NOW + MINUTE, speed: 1, ms: 60_000 }, { type: 'link', state: 'live', ms: 0 }, { type: 'link', state: 'lost', ms: 60_000 });
    const later = run(s, { type: 'link', state: 'connecting', ms: 90_000 }, { type: 'link', state: 'lost', ms: 95_000 });
    expect(later.link).toMatchObject({ state: 'lost', since: NOW + MINUTE });
    expect(run(later, { type: 'link', state: 'live', ms: 99_000 }).link).toMatchObject({ state: 'live', since: null });
  });

  test('the clock runs at the speed of the centre and does not stutter by the delay of its messages', () => {
    const s = opened();
    expect(shownTime(s, 4000)).toBe(NOW + 4e6);
    const delayed = run(s, { type: 'clock', now: NOW + 1.9e6, speed: 1, ms: 2000 });
    expect(shownTime(delayed, 2000)).toBe(NOW + 2e6);
    expect(shownTime(run(s, { type: 'clock', now: NOW, speed: 60, ms: 0 }), 1000)).toBe(NOW + MINUTE);
    expect(shownTime(run(s, { type: 'clock', now: NOW, speed: 0, ms: 0 }), 1000)).toBe(NOW);
  });

  test('the clock of an exercise stands when no word comes, and goes on from the next; that of a feed runs on', () => {
    const s = opened();
    expect(shownTime(s, 60_000)).toBe(NOW + 5e6);
    const after = run(s, { type: 'clock', now: NOW + 4e6, speed: 1, ms: 60_000 });
    expect(shownTime(after, 61_000)).toBe(NOW + 5e6);
    const sea = { ...hello(NOW), centre: { ...hello(NOW).centre, mode: 'feed' as const } };
    const feed = run(initial(), { type: 'hello', hello: sea }, { type: 'clock', now: NOW, speed: 1, ms: 0 });
    expect(shownTime(feed, 60_000)).toBe(NOW + MINUTE);
  });

  test('replay plays at its rate, never past the present, and changes rate where it stands', () => {
    const at = NOW - HOUR;
    const s = run(opened(), { type: 'history', clock: freeClock(at, 60, 0) }, { type: 'clock', now: NOW, speed: 1, ms: 3_600_000 });
    expect(shownTime(s, 10_000)).toBe(at + 10 * MINUTE);
    const faster = run(s, { type: 'rate', rate: 600, ms: 10_000 });
    expect(shownTime(faster, 11_000)).toBe(at + 20 * MINUTE);
    expect(shownTime(faster, 3_600_000)).toBe(NOW);
    expect(run(faster, { type: 'live' }).mode).toEqual({ kind: 'live' });
  });
});

describe('selection and toasts', () => {
  test('back goes one step, then to nothing', () => {
    let s = run(opened(), { type: 'select', selection: { kind: 'event', id: 'late' } }, { type: 'select', selection: { kind: 'vessel', vessel: '1', id: 1 } });
    s = run(s, { type: 'back' });
    expect(s.selection).toEqual({ kind: 'event', id: 'late' });
    expect(run(s, { type: 'back' }).selection).toBeNull();
  });

  test('at most two toasts, the last with undo, gone after their time', () => {
    const toast = (text: string): Message => ({ type: 'toast', text, undo: true, ms: 0 });
    const s = run(opened(), toast('one'), toast('two'), toast('three'));
    expect(s.toasts.map((t) => [t.text, t.undo])).toEqual([['two', false], ['three', true]]);
    expect(run(s, { type: 'tick', ms: 6000 }).toasts).toEqual([]);
    expect(run(s, { type: 'tick', ms: 5999 })).toBe(s);
  });
});

function dismissal() {
  return { by: 'Amina', at: NOW, reason: 2, reason_text: 'Reception was poor after all', text: null };
}
