import { expect, test } from 'vitest';
import { labelWords, readLabel } from '../../src/core/label';
import { kindWords, measureValue, measureWords, shipTypeWords, withTimes } from '../../src/core/words';

test('a machine name becomes words and a unit', () => {
  expect(measureWords('min_silence_s')).toEqual({ name: 'Least silence', unit: 's' });
  expect(measureWords('shore_nm')).toEqual({ name: 'From shore', unit: 'nm' });
  expect(measureWords('reports')).toEqual({ name: 'Reports', unit: '' });
  expect(kindWords('zone_entry')).toBe('Zone entry');
  expect(kindWords('dark_rendezvous')).toBe('Dark rendezvous');
});

test('measured seconds are said as hours and minutes, and nothing is blank', () => {
  expect(measureValue('silence_s', 11400).replaceAll('\u00a0', ' ')).toBe('3 h 10 min');
  expect(measureValue('silence_s', -60).replaceAll('\u00a0', ' ')).toBe('−1 min');
  expect(measureValue('shore_nm', null)).toBe('not available');
  expect(measureValue('cog_deg', 7)).toBe('007°');
  expect(measureValue('zone', 'JWLA-032')).toBe('JWLA-032');
});

test('a label says its level, its owner and who may have it', () => {
  expect(readLabel('IFC+MDN//TLP:AMBER+STRICT//REL EU IND')).toEqual({
    tlp: 'AMBER+STRICT',
    tone: 'amber',
    release: ['EU', 'IND'],
    originators: ['IFC', 'MDN'],
  });
  expect(labelWords('IFC//TLP:GREEN')).toBe('TLP GREEN, released to nobody, from IFC');
});

test('an unreadable label is shown as it stands', () => {
  expect(readLabel('secret-ish').tone).toBe('unknown');
  expect(readLabel('').tlp).toBe('no label');
});

test('shares are percentages, instants are times, truths are said, and what is not asked is said so', () => {
  expect(measureValue('heard_share', 0.934)).toBe('93\u00a0%');
  expect(measureValue('heard_from', Date.UTC(2025, 10, 6, 9, 14) * 1000)).toBe('06 Nov 2025 09:14Z');
  expect(measureValue('last_by_satellite', true)).toBe('yes');
  expect(measureWords('ignore_at_rest').name + ' ' + measureValue('ignore_at_rest', 1)).toBe('At rest not asked of');
});

test('times inside a machine sentence are written as the watch writes them', () => {
  const now = Date.UTC(2025, 10, 6, 9) * 1000;
  expect(withTimes('637314811 at 2025-11-06T04:10:45Z from satellite', now)).toBe('637314811 at 04:10Z from satellite');
});

test('a claimed ship type is said in words and keeps its number', () => {
  expect(shipTypeWords('80')).toBe('tanker (80)');
  expect(shipTypeWords('30')).toBe('fishing vessel (30)');
  expect(shipTypeWords('99')).toBe('type 99');
  expect(shipTypeWords('bulk carrier')).toBe('bulk carrier');
});
