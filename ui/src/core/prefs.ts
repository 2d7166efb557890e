/* What an officer chose for this browser. Only preferences: nothing of the picture is kept here. */

export interface Prefs {
  theme: 'dark' | 'light';
  sound: boolean;
  singleKeys: boolean; // single letters as shortcuts (WCAG 2.1.4 wants them to go off)
  queueOpen: boolean;
  detailOpen: boolean;
  trackHours: number;
}

export const DEFAULTS: Prefs = {
  theme: 'dark',
  sound: true,
  singleKeys: true,
  queueOpen: true,
  detailOpen: true,
  trackHours: 24,
};

const KEY = 'periplus.prefs';

/** Some browsers forbid storage: the floor then works without memory. */
export function storage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/** Reads what was saved; anything of the wrong kind is passed over for its default. */
export function readPrefs(storage: Pick<Storage, 'getItem'> | null): Prefs {
  const prefs = { ...DEFAULTS };
  let saved: unknown;
  try {
    saved = JSON.parse(storage?.getItem(KEY) ?? 'null');
  } catch {
    return prefs;
  }
  if (!saved || typeof saved !== 'object') return prefs;
  const from = saved as Record<string, unknown>;
  if (from.theme === 'dark' || from.theme === 'light') prefs.theme = from.theme;
  for (const key of ['sound', 'singleKeys', 'queueOpen', 'detailOpen'] as const) {
    if (typeof from[key] === 'boolean') prefs[key] = from[key];
  }
  if (typeof from.trackHours === 'number' && from.trackHours > 0) prefs.trackHours = from.trackHours;
  return prefs;
}

export function savePrefs(storage: Pick<Storage, 'setItem'> | null, prefs: Prefs): void {
  try {
    storage?.setItem(KEY, JSON.stringify(prefs));
  } catch {
    // A full or forbidden storage costs only the memory of the choice.
  }
}
