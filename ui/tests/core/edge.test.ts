/* What stands at the edge of the page: the link's patience, the saved choices, the sound, the cursor's range. */
import { expect, test } from 'vitest';
import { backOffMs, feedUrl } from '../../src/core/feed';
import { DEFAULTS, readPrefs, savePrefs } from '../../src/core/prefs';
import { Sound } from '../../src/core/sound';
import { rangeBearing } from '../../src/core/sphere';

test('attempts to return wait longer each time, to a limit, and not all at one moment', () => {
  expect(backOffMs(0, 1)).toBe(500);
  expect(backOffMs(3, 1)).toBe(4000);
  expect(backOffMs(50, 1)).toBe(15_000);
  expect(backOffMs(50, 0)).toBe(7500);
  expect(feedUrl({ protocol: 'https:', host: 'centre.example' })).toBe('wss://centre.example/api/feed');
});

test('saved choices of the wrong kind fall back to the default', () => {
  const stored = (text: string | null) => readPrefs({ getItem: () => text });
  expect(stored(null)).toEqual(DEFAULTS);
  expect(stored('{broken')).toEqual(DEFAULTS);
  expect(stored('{"theme":"pink","sound":"loud","trackHours":-1}')).toEqual(DEFAULTS);
  expect(stored('{"theme":"light","sound":false}')).toEqual({ ...DEFAULTS, theme: 'light', sound: false });
});

test('a storage that refuses costs nothing but the memory', () => {
  expect(() => savePrefs({ setItem: () => { throw new Error('full'); } }, DEFAULTS)).not.toThrow();
});

test('an act event sounds once, again after a minute untaken, and not for what was taken', () => {
  const sound = new Sound();
  expect(sound.alert(['a'], 0)).toBe(true);
  expect(sound.alert(['a'], 59_000)).toBe(false);
  expect(sound.alert(['a', 'b'], 59_000)).toBe(true);
  expect(sound.alert(['a'], 60_000)).toBe(true);
  expect(sound.alert([], 61_000)).toBe(false);
});

test('range and bearing on the sphere', () => {
  expect(rangeBearing(0, 0, 0, 1).nm).toBeCloseTo(60.04, 1);
  expect(rangeBearing(0, 0, 1, 0).deg).toBeCloseTo(90);
  expect(rangeBearing(179.5, 0, -179.5, 0).nm).toBeCloseTo(60.04, 1);
});
