/* The chart's colours, read from the tokens of whichever theme its element stands in. */

const ROLES = [
  'sea', 'shoal', 'land', 'coast', 'grid', 'sea-text', 'place', 'halo', 'fleet', 'fleet-quiet', 'trail', 'focus', 'on-focus',
  'limit', 'exercise', 'ok', 'know', 'look', 'act', 'on-act', 'text', 'text-2', 'text-3', 'panel', 'line', 'line-strong', 'raised',
] as const;
export type Role = (typeof ROLES)[number];
export type Palette = Record<Role, string> & { font: string; fontChart: string; dark: boolean };
export type Rgb = [number, number, number];

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const palette = Object.fromEntries(ROLES.map((role) => [role, style.getPropertyValue(`--${role}`).trim()]));
  return {
    ...(palette as Record<Role, string>),
    font: style.getPropertyValue('--font').trim() || 'sans-serif',
    fontChart: style.getPropertyValue('--font-chart').trim() || 'sans-serif',
    dark: style.colorScheme !== 'light',
  };
}

/** `#rrggbb`, or `#rgb` as minifiers write it, as three numbers from 0 to 1. */
export function rgb(hex: string): Rgb {
  const long = hex.length === 4 ? [...hex.slice(1)].map((c) => c + c).join('') : hex.slice(1, 7);
  const n = parseInt(long, 16);
  return [((n >> 16) & 255) / 255, ((n >> 8) & 255) / 255, (n & 255) / 255];
}

/** The same colour, partly seen through. */
export function faded(hex: string, opacity: number): string {
  const [r, g, b] = rgb(hex);
  return `rgb(${r * 255} ${g * 255} ${b * 255} / ${opacity})`;
}
