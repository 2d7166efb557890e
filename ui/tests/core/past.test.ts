import { expect, test } from 'vitest';
import { FRAME_MAGIC, HEADER_BYTES, SNAPSHOT } from '../../src/core/api';
import { HOUR, MINUTE } from '../../src/core/format';
import { Past, stepOf } from '../../src/core/past.svelte';

const AT = Math.floor((Date.UTC(2025, 10, 6, 9) * 1000) / HOUR) * HOUR;

function empty(now: number): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(HEADER_BYTES));
  view.setUint32(0, FRAME_MAGIC, true);
  view.setUint8(4, SNAPSHOT);
  view.setFloat64(16, now, true);
  return view.buffer as ArrayBuffer;
}

/** A centre that answers when told to, and remembers what it was asked for. */
function slowCentre() {
  const asked: number[] = [];
  const answers: (() => void)[] = [];
  const bytes = (path: string) => {
    const at = Number(path.split('=')[1]);
    asked.push(at);
    return new Promise<ArrayBuffer>((done) => answers.push(() => done(empty(at))));
  };
  const answer = async () => {
    answers.shift()!();
    await new Promise((done) => setTimeout(done));
  };
  return { past: new Past({ bytes }), asked, answer };
}

test('a hand that drags leaves no queue of requests behind it', async () => {
  const { past, asked, answer } = slowCentre();
  for (let i = 0; i < 30; i++) past.show(AT + i * MINUTE, 0);
  expect(asked).toEqual([AT]);
  await answer();
  expect(asked).toEqual([AT, AT + 29 * MINUTE]);
  await answer();
  expect(past.shown).toBe(AT + 29 * MINUTE);
});

test('while playing, the next frame is there before its time, and none is asked for twice', async () => {
  const { past, asked, answer } = slowCentre();
  past.show(AT, 60);
  await answer();
  await answer();
  past.show(AT + MINUTE, 60);
  expect(past.shown).toBe(AT + MINUTE);
  expect(asked).toEqual([AT, AT + MINUTE, AT + 2 * MINUTE]);
});

test('a centre slower than the replay makes it lag, not stand', async () => {
  const { past, answer } = slowCentre();
  past.show(AT, 60);
  past.show(AT + 5 * MINUTE, 60);
  await answer();
  expect(past.shown).toBe(AT);
});

test('a fleet of another hour, or of later, never stands for the time wanted', async () => {
  const { past, answer } = slowCentre();
  past.show(AT, 0);
  await answer();
  past.show(AT + 2 * HOUR, 0);
  expect(past.shown).toBeNull();
  await answer();
  past.show(AT + HOUR, 0);
  expect(past.shown).toBeNull();
});

test('a frame a minute, and beyond 60× a frame a second of real time', () => {
  expect([stepOf(0), stepOf(10), stepOf(60), stepOf(600)]).toEqual([MINUTE, MINUTE, MINUTE, 10 * MINUTE]);
});
