/* Positions, times, ages and numbers as a watch writes them. */
import type { Micros } from './api';

export const NOT_AVAILABLE = 'not available';
export const SECOND = 1e6;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const THIN = '\u202f'; // narrow space that does not break a line
const NUMBER_JOIN = '\u00a0';

type Maybe<T> = T | null | undefined;

/** `01°17.7′N 056°17.5′E`: degrees and minutes to a tenth, latitude first, leading zeros. */
export function position(lon: Maybe<number>, lat: Maybe<number>): string {
  const ns = latitude(lat);
  const ew = longitude(lon);
  return ns && ew ? `${ns} ${ew}` : NOT_AVAILABLE;
}

export function latitude(lat: Maybe<number>): string | null {
  if (!isNumber(lat) || Math.abs(lat) > 90) return null;
  return degreesMinutes(lat, 2, 'N', 'S');
}

export function longitude(lon: Maybe<number>): string | null {
  if (!isNumber(lon)) return null;
  const wrapped = ((((lon + 180) % 360) + 360) % 360) - 180;
  const tenths = Math.round(Math.abs(wrapped) * 600);
  return tenths === 180 * 600 ? '180°00.0′E' : degreesMinutes(wrapped, 3, 'E', 'W');
}

/* Rounding to tenths of a minute comes first, so that 59.96′ becomes the next degree and never 60.0′,
   and what rounds to the equator or Greenwich is north and east. */
function degreesMinutes(value: number, digits: number, positive: string, negative: string): string {
  const tenths = Math.round(Math.abs(value) * 600);
  const degrees = Math.floor(tenths / 600);
  const minutes = (tenths - degrees * 600) / 10;
  const side = value < 0 && tenths > 0 ? negative : positive;
  return `${String(degrees).padStart(digits, '0')}°${minutes.toFixed(1).padStart(4, '0')}′${side}`;
}

/** `09:14Z` */
export function time(at: Maybe<Micros>): string {
  const d = instant(at);
  return d ? `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}Z` : NOT_AVAILABLE;
}

/** `09:14:32Z` */
export function clockTime(at: Maybe<Micros>): string {
  const d = instant(at);
  return d ? `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}Z` : NOT_AVAILABLE;
}

/** `06 Nov 2025` */
export function date(at: Maybe<Micros>): string {
  const d = instant(at);
  return d ? `${two(d.getUTCDate())} ${MONTHS[d.getUTCMonth()]} ${d.getUTCFullYear()}` : NOT_AVAILABLE;
}

/** `Thu 06 Nov 2025` */
export function longDate(at: Maybe<Micros>): string {
  const d = instant(at);
  return d ? `${WEEKDAYS[d.getUTCDay()]} ${date(at)}` : NOT_AVAILABLE;
}

/** `06 Nov` */
export function shortDate(at: Maybe<Micros>): string {
  const d = instant(at);
  return d ? `${two(d.getUTCDate())} ${MONTHS[d.getUTCMonth()]}` : NOT_AVAILABLE;
}

/** The time alone within half a day of `now`, else with its date, so that a bare hour is never another day's. */
export function timeNear(at: Maybe<Micros>, now: Micros): string {
  if (!instant(at)) return NOT_AVAILABLE;
  return Math.abs(now - at!) < 12 * HOUR ? time(at) : `${shortDate(at)} ${time(at)}`;
}

/** `06 Nov 2025 09:14Z` */
export function dateTime(at: Maybe<Micros>): string {
  return instant(at) ? `${date(at)} ${time(at)}` : NOT_AVAILABLE;
}

/** A length of time: `12 s`, `26 min`, `3 h 10 min`, `2 d 4 h`. */
export function duration(span: Maybe<Micros>): string {
  if (!isNumber(span)) return NOT_AVAILABLE;
  const seconds = Math.max(0, Math.floor(span / SECOND));
  if (seconds < 60) return join(seconds, 's');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return join(minutes, 'min');
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 ? `${join(hours, 'h')} ${join(minutes % 60, 'min')}` : join(hours, 'h');
  const days = Math.floor(hours / 24);
  return hours % 24 ? `${join(days, 'd')} ${join(hours % 24, 'h')}` : join(days, 'd');
}

/** How old something is; a clock a little behind its sources never makes it negative. */
export function age(since: Maybe<Micros>, now: Micros): string {
  return isNumber(since) ? duration(now - since) : NOT_AVAILABLE;
}

/** `9,999` stays `9999`; from 10,000 on, thin groups of three. Minus is a minus sign and zero has none. */
export function number(value: Maybe<number>, digits = 0): string {
  if (!isNumber(value)) return NOT_AVAILABLE;
  const [whole, fraction] = Math.abs(value).toFixed(digits).split('.');
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, THIN) : whole;
  const text = fraction ? `${grouped}.${fraction}` : grouped;
  return value < 0 && /[1-9]/.test(text) ? `\u2212${text}` : text;
}

/** As many digits as say something: 412, 13.2, 0.86, 0.004. */
export function figure(value: Maybe<number>): string {
  if (!isNumber(value)) return NOT_AVAILABLE;
  const size = Math.abs(value);
  if (Number.isInteger(value) || size >= 100) return number(value);
  if (size >= 10) return number(value, 1);
  return number(value, size >= 0.1 ? 2 : 3);
}

/** `13.2 kn`; the unit never parts from its number. */
export function quantity(value: Maybe<number>, unit: string, digits?: number): string {
  if (!isNumber(value)) return NOT_AVAILABLE;
  return `${digits === undefined ? figure(value) : number(value, digits)}${NUMBER_JOIN}${unit}`;
}

/** `214°`, three figures; 360 is 000. */
export function bearing(degrees: Maybe<number>): string {
  if (!isNumber(degrees)) return NOT_AVAILABLE;
  return `${String(((Math.round(degrees) % 360) + 360) % 360).padStart(3, '0')}°`;
}

/** `2 ships`, `1 ship`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${number(n)} ${n === 1 ? one : many}`;
}

/** `419 000 913`, as it is read aloud; a split's letter stays after it. */
export function mmsi(vessel: string): string {
  const [digits, letter] = vessel.split('/');
  const read = /^\d{9}$/.test(digits) ? digits.replace(/(\d{3})(?=\d)/g, '$1 ') : digits;
  return letter ? `${read} ${letter}` : read;
}

function instant(at: Maybe<Micros>): Date | null {
  if (!isNumber(at)) return null;
  const d = new Date(at / 1000);
  return Number.isNaN(d.getTime()) ? null : d;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}

function join(n: number, unit: string): string {
  return `${number(n)}${NUMBER_JOIN}${unit}`;
}
