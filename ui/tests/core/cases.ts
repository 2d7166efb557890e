/* Events and greetings as a centre would send them, for tests to vary. */
import type { Hello, WatchEvent } from '../../src/core/api';

export const NOW = Date.UTC(2025, 10, 6, 9, 14) * 1000;

export function event(id: string, changes: Partial<WatchEvent> = {}): WatchEvent {
  return {
    id, kind: 'gap', version: 1, change: 'opened', state: 'open', provisional: false, priority: 'look',
    vessels: ['419000913'], names: ['CORAL WAYFARER'], types: ['cargo ship'], flags: ['India'], ids: [7],
    start: NOW - 3.6e9, end: null, lon: 61, lat: 13, profile: 'periplus', rule: 'gap/1', score: 0.8,
    why: 'Silent 1 h.', was: null, cause: null, margin: null, label: 'IFC//TLP:AMBER', recorded_at: NOW,
    acknowledged: null, dismissed: null, notes: 0, ...changes,
  }; // prettier-ignore
}

export function hello(now: number): Hello {
  return {
    centre: { name: 'Test centre', originator: 'TST', exercise: true, mode: 'exercise', version: '0' },
    user: { name: 'Amina', role: 'watch officer', may: ['acknowledge', 'dismiss', 'note'] },
    csrf: 'x',
    needs_account: false,
    now,
    speed: 1,
    history_from: null,
  };
}
