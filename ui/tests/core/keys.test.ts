import { expect, test } from 'vitest';
import { KEYS, commandOf, printedKey } from '../../src/core/keys';

const press = (key: string, more = {}) => ({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more });
const free = { inField: false, onControl: false, singleKeys: true };

test('no key has two meanings', () => {
  const all = KEYS.flatMap((line) => line.keys);
  expect(new Set(all).size).toBe(all.length);
});

test('letters work in either case, and are off in a field or when switched off', () => {
  expect(commandOf(press('j'), free)).toBe('next');
  expect(commandOf(press('J', { shiftKey: true }), free)).toBe('next');
  expect(commandOf(press('j'), { ...free, inField: true })).toBeNull();
  expect(commandOf(press('j'), { ...free, singleKeys: false })).toBeNull();
});

test('Escape and Ctrl K work from a field, the browser keeps its own combinations', () => {
  expect(commandOf(press('Escape'), { ...free, inField: true })).toBe('back');
  expect(commandOf(press('k', { ctrlKey: true }), { ...free, inField: true })).toBe('search');
  expect(commandOf(press('l', { ctrlKey: true }), free)).toBeNull();
  expect(commandOf(press('ArrowDown'), { ...free, singleKeys: false })).toBe('next');
});

test('Enter and Space press the button that has the focus', () => {
  expect(commandOf(press(' '), { ...free, onControl: true })).toBeNull();
  expect(commandOf(press(' '), free)).toBe('play');
});

test('Shift with comma and point steps an hour', () => {
  expect(commandOf(press('<', { shiftKey: true }), free)).toBe('hour_back');
  expect(commandOf(press('.', { shiftKey: true }), free)).toBe('hour_on');
  expect(printedKey('next')).toBe('J');
});
