import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND, age, bearing, count, date, dateTime, duration, figure, longDate, mmsi, number, position, quantity, time, timeNear } from '../../src/core/format';

const AT = Date.UTC(2025, 10, 6, 9, 14, 32) * 1000;

describe('positions', () => {
  test.each([
    [56.2917, 1.295, '01°17.7′N 056°17.5′E'],
    [-5.5, -33.25, '33°15.0′S 005°30.0′W'],
    [0, 0, '00°00.0′N 000°00.0′E'],
    [-0, -0, '00°00.0′N 000°00.0′E'],
    [-0.0001, -0.0001, '00°00.0′N 000°00.0′E'],
    [59.99999, 9.99999, '10°00.0′N 060°00.0′E'],
    [-59.9995, -9.9995, '10°00.0′S 060°00.0′W'],
    [180, 90, '90°00.0′N 180°00.0′E'],
    [-180, -90, '90°00.0′S 180°00.0′E'],
    [-179.99999, 0, '00°00.0′N 180°00.0′E'],
    [190, 10, '10°00.0′N 170°00.0′W'],
    [-190, 10, '10°00.0′N 170°00.0′E'],
  ])('%d %d is %s', (lon, lat, words) => expect(position(lon, lat)).toBe(words));

  test('minutes never read 60.0', () => {
    for (let lat = 0; lat < 2; lat += 0.0007) expect(position(0, lat)).not.toMatch(/60\.0/);
  });

  test.each([[null, 1], [1, null], [NaN, 1], [1, 91]])('%s %s is not available', (lon, lat) =>
    expect(position(lon, lat)).toBe('not available'),
  );
});

describe('times', () => {
  test('carry their zone', () => {
    expect(time(AT)).toBe('09:14Z');
    expect(date(AT)).toBe('06 Nov 2025');
    expect(longDate(AT)).toBe('Thu 06 Nov 2025');
    expect(dateTime(AT)).toBe('06 Nov 2025 09:14Z');
    expect(time(null)).toBe('not available');
  });

  test('of another day show which', () => {
    expect(timeNear(AT - 2 * HOUR, AT)).toBe('07:14Z');
    expect(timeNear(AT - 20 * HOUR, AT)).toBe('05 Nov 13:14Z');
  });

  test.each([
    [0, '0 s'],
    [59.9 * SECOND, '59 s'],
    [60 * SECOND, '1 min'],
    [59 * MINUTE + 59 * SECOND, '59 min'],
    [HOUR, '1 h'],
    [3 * HOUR + 10 * MINUTE, '3 h 10 min'],
    [52 * HOUR, '2 d 4 h'],
    [48 * HOUR, '2 d'],
    [-5 * SECOND, '0 s'],
  ])('%d µs last %s', (span, words) => expect(duration(span).replaceAll('\u00a0', ' ')).toBe(words));

  test('an age counts from then to now, and is not available without a then', () => {
    expect(age(AT - 26 * MINUTE, AT)).toBe('26\u00a0min');
    expect(age(null, AT)).toBe('not available');
  });
});

describe('numbers', () => {
  test.each([
    [0, 0, '0'],
    [-0, 0, '0'],
    [-0.4, 0, '0'],
    [9999, 0, '9999'],
    [10000, 0, '10\u202f000'],
    [1234567, 0, '1\u202f234\u202f567'],
    [-12345.67, 1, '\u221212\u202f345.7'],
  ])('%d with %d digits is %s', (value, digits, words) => expect(number(value, digits)).toBe(words));

  test.each([
    [412.4, '412'],
    [13.24, '13.2'],
    [0.86, '0.86'],
    [0.0041, '0.004'],
    [4, '4'],
  ])('%d shows what says something: %s', (value, words) => expect(figure(value)).toBe(words));

  test('a missing one is said, never shown as 0 or blank', () => {
    for (const words of [number(null), figure(undefined), quantity(NaN, 'kn'), bearing(null)]) expect(words).toBe('not available');
  });

  test.each([
    [0, '000°'],
    [359.6, '000°'],
    [7.4, '007°'],
    [-10, '350°'],
  ])('course %d is %s', (deg, words) => expect(bearing(deg)).toBe(words));

  test('amounts agree with their noun', () => {
    expect(count(1, 'ship')).toBe('1 ship');
    expect(count(0, 'ship')).toBe('0 ships');
    expect(count(2, 'entry', 'entries')).toBe('2 entries');
  });

  test('an MMSI is read in threes and keeps the letter of a split', () => {
    expect(mmsi('419000913')).toBe('419 000 913');
    expect(mmsi('419000913/b')).toBe('419 000 913 b');
    expect(mmsi('4190')).toBe('4190');
  });
});
