/* Commands by name, as the search line offers them beside ships and places. */
import type { Command } from './keys';

export interface NamedCommand {
  name: string;
  does: string;
  command?: Command;
  special?: 'theme' | 'globe' | 'sources' | 'add account' | 'sign out' | 'sound' | 'test sound' | 'single keys';
}

export const NAMED: readonly NamedCommand[] = [
  { name: 'theme', does: 'dark or light', special: 'theme' },
  { name: 'globe', does: 'globe or flat chart', special: 'globe' },
  { name: 'sources', does: 'what we hear, and what we do not', special: 'sources' },
  { name: 'keys', does: 'the table of keys', command: 'help' },
  { name: 'measure', does: 'range and bearing on the chart', command: 'measure' },
  { name: 'whole ocean', does: 'the chart from end to end', command: 'whole' },
  { name: 'held back', does: 'what the alert budget holds back', command: 'held' },
  { name: 'live', does: 'back to the present', command: 'live' },
  { name: 'sound', does: 'the two-tone for act, on or off', special: 'sound' },
  { name: 'test sound', does: 'hear the two-tone once', special: 'test sound' },
  { name: 'single keys', does: 'letters as shortcuts, on or off', special: 'single keys' },
  { name: 'add account', does: 'for somebody who works here', special: 'add account' },
  { name: 'sign out', does: 'end this session', special: 'sign out' },
];

/** Commands whose name begins with what is typed come first, then those that hold it; all of them for nothing typed. */
export function findCommands(typed: string): NamedCommand[] {
  const text = typed.trim().replace(/^\//, '').trim().toLowerCase();
  if (!text) return [...NAMED];
  const begins = NAMED.filter((c) => c.name.split(' ').some((word) => word.startsWith(text)) || c.name.startsWith(text));
  return text.length < 2 ? begins : [...begins, ...NAMED.filter((c) => !begins.includes(c) && c.does.includes(text))];
}
