/* The field's words for what the machine names: kinds, states, measures with their units, reasons. */
import type { Micros, Priority, WatchEvent } from './api';
import { NOT_AVAILABLE, SECOND, bearing, dateTime, duration, figure, mmsi, number, quantity, timeNear } from './format';

const KINDS: Record<string, string> = {
  gap: 'Gap',
  encounter: 'Encounter',
  loitering: 'Loitering',
  zone_entry: 'Zone entry',
  impossible_jump: 'Impossible jump',
};

export const PRIORITIES: Record<Priority, { word: string; meaning: string; rank: number }> = {
  act: { word: 'act', meaning: 'now', rank: 0 },
  look: { word: 'look', meaning: 'this watch', rank: 1 },
  know: { word: 'know', meaning: 'no action', rank: 2 },
};

/** What an officer may dismiss an event for; numbers are the keys and what the log keeps. */
export const DISMISSALS: readonly [number, string][] = [
  [1, 'Antenna or power fault, told by ship'],
  [2, 'Reception was poor after all'],
  [3, 'Known practice of this fleet'],
  [4, 'In port or anchorage'],
  [5, 'Duplicate of another event'],
  [6, 'Other, in words'],
];

const FALSE_IF: Record<string, string> = {
  gap: 'a late report from inside the silence arrives, or the receiver that last heard her was itself silent.',
  encounter: 'either position is wrong by more than the distance between them, or one of the two is a tug, pilot or bunker craft at its work.',
  loitering: 'she waits for a berth, a pilot or the weather, or is on station as a service vessel.',
  zone_entry: 'the reported position is off by more than her distance inside the limit, or the limit was not in force then.',
  impossible_jump: 'one receiver stamped the wrong time, or two ships send the same MMSI: then the track is split in two.',
};

export function kindWords(kind: string): string {
  return KINDS[kind] ?? capital(kind.replaceAll('_', ' '));
}

export function falseIf(kind: string): string {
  return FALSE_IF[kind] ?? 'a late report contradicts the observations it rests on.';
}

/** `Gap, open` */
export function titleWords(event: WatchEvent): string {
  return `${kindWords(event.kind)}, ${event.state}`;
}

/** The name, or the MMSI where no name was heard. */
export function vesselWords(event: WatchEvent, i: number): string {
  const name = event.names[i];
  return name?.trim() ? name.trim() : `MMSI ${mmsi(event.vessels[i] ?? '')}`;
}

/** `bulk carrier · Panama`; what is not known is left to the card that says so in full. */
export function vesselMeta(event: WatchEvent, i: number): string {
  return [event.types[i], event.flags[i]].filter(Boolean).join(' · ');
}

const UNITS: readonly [RegExp, string][] = [
  [/_nm$/, 'nm'],
  [/_km$/, 'km'],
  [/_m$/, 'm'],
  [/_kn$/, 'kn'],
  [/_deg$/, '°'],
  [/_s$/, 's'],
  [/_min$/, 'min'],
  [/_h$/, 'h'],
  [/_per_day$/, 'a day'],
  [/_per_hour$/, 'an hour'],
  [/_per_h$/, 'an hour'],
  [/_pct$|_percent$/, '%'],
  [/(?=share$)/, 'of 1'],
];

/* What a watch calls what the behaviours measure; any other name is taken apart into its words. */
const MEASURES: Record<string, string> = {
  anchorage: 'Nearest anchorage',
  between: 'Time between them',
  duration: 'Lasted',
  entry_sog: 'Speed at entry',
  farthest: 'Stayed within',
  fixes: 'Reports',
  fixes_inside: 'Reports inside',
  fixes_outside: 'Reports outside',
  heard_from: 'Listened from',
  heard_share: 'Reception there',
  habit: 'Longest habit judged',
  last_by_satellite: 'Last heard by satellite',
  last_sog: 'Last speed',
  longest_factor: 'Times her own longest silence',
  look_neighbours: 'Neighbours for a look',
  look_unaccounted: 'Unaccounted time for a look',
  look_shore: 'Shore distance for a look',
  nearest_shore: 'Nearest to shore',
  neighbours: 'Neighbours heard',
  unaccounted: 'Unaccounted for',
  own_longest: 'Her longest silence before',
  port: 'Nearest port',
  receivers_before: 'Heard before by',
  reports_before: 'Reports in 12 h before',
  reports_heard_before: 'Reports in 12 h before',
  satellite_before: 'Of these by satellite',
  shore: 'From shore',
};
const WORDS: Record<string, string> = { sog: 'speed', cog: 'course', mmsi: 'MMSI', ais: 'AIS', min: 'least', max: 'most' };

type Measured = number | string | boolean | null;
const A_TIME = 1e14; // microseconds since 1973: no measure is that large

/** A machine name `min_silence_s` as words and unit: `least silence`, `s`. */
export function measureWords(key: string): { name: string; unit: string } {
  const unit = UNITS.find(([suffix]) => suffix.test(key));
  const bare = unit ? key.replace(unit[0], '') : key;
  const known = MEASURES[bare.replace(/^(min|max)_/, '')];
  const words = bare.replace(/^ignore_/, '').split('_').map((word) => WORDS[word] ?? word);
  return { name: known ?? capital(words.join(' ')), unit: unit ? unit[1] : '' };
}

/** A measured value with its unit as a watch would say it: seconds become hours and minutes. */
export function measureValue(key: string, value: Measured | undefined): string {
  if (key.startsWith('ignore_')) return value ? 'not asked of' : 'asked of as well';
  return valueWords(value, measureWords(key).unit);
}

export function valueWords(value: Measured | undefined, unit: string): string {
  if (value === null || value === undefined) return NOT_AVAILABLE;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value.replaceAll('_', ' ');
  if (value > A_TIME) return dateTime(value);
  if (unit === 'of 1') return `${number(value * 100)}\u00a0%`;
  if (unit === 's') return value < 0 ? `\u2212${duration(-value * SECOND)}` : duration(value * SECOND);
  if (unit === '°') return bearing(value);
  return unit ? quantity(value, unit) : figure(value);
}

const SHIP_TYPES: Record<number, string> = {
  30: 'fishing vessel', 31: 'towing', 32: 'towing, long', 33: 'dredger', 34: 'diving vessel', 35: 'military', 36: 'sailing vessel',
  37: 'pleasure craft', 50: 'pilot vessel', 51: 'search and rescue', 52: 'tug', 53: 'port tender', 54: 'anti-pollution',
  55: 'law enforcement', 58: 'medical transport',
}; // prettier-ignore
const SHIP_GROUPS: Record<number, string> = { 2: 'wing in ground', 4: 'high-speed craft', 6: 'passenger ship', 7: 'cargo ship', 8: 'tanker' };

/** An ITU-R M.1371 ship type as claimed, in words with its number; words stay as they are. */
export function shipTypeWords(value: string): string {
  const n = Number(value);
  if (!/^\d+$/.test(value)) return value;
  const words = SHIP_TYPES[n] ?? SHIP_GROUPS[Math.floor(n / 10)];
  return words ? `${words} (${n})` : `type ${n}`;
}

/** A machine's sentence with its ISO times as a watch writes them. */
export function withTimes(text: string, now: Micros): string {
  return text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z/g, (iso) => timeNear(Date.parse(iso) * 1000, now));
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
