/* A label as the chips show it: who owns the thing and who may see it. */

export interface LabelParts {
  tlp: string; // 'AMBER+STRICT'
  tone: 'red' | 'amber' | 'green' | 'clear' | 'unknown';
  release: string[];
  originators: string[];
}

/** Reads `IFC-X+MDN//TLP:AMBER//REL EU IND`. What cannot be read is shown as it stands, never as free to pass on. */
export function readLabel(text: string): LabelParts {
  const match = /^(.*?)\/\/TLP:([A-Z+]+)(?:\/\/REL (.*))?$/.exec(text);
  if (!match) return { tlp: text || 'no label', tone: 'unknown', release: [], originators: [] };
  const [, owners, tlp, release] = match;
  const tone = /^(red|amber|green|clear)/.exec(tlp.toLowerCase())?.[1] as LabelParts['tone'] | undefined;
  return {
    tlp,
    tone: tone ?? 'unknown',
    release: (release ?? '').split(' ').filter(Boolean),
    originators: owners.split('+').filter(Boolean),
  };
}

/** `TLP:AMBER, released to EU, IND, from IFC` for screen readers and copies. */
export function labelWords(text: string): string {
  const label = readLabel(text);
  if (label.tone === 'unknown') return text;
  const parts = [`TLP ${label.tlp}`];
  parts.push(label.release.length ? `released to ${label.release.join(', ')}` : 'released to nobody');
  if (label.originators.length) parts.push(`from ${label.originators.join(', ')}`);
  return parts.join(', ');
}
