/* All that is drawn over the ships in one picture, handed to every painter. */
import type { EventDetail, Track, WatchEvent } from '../core/api';
import type { FleetStore } from '../core/fleet';
import type { Crowd } from './crowd';
import type { Cell } from './hexagons';
import type { Label } from './labels';
import type { Palette } from './palette';
import type { Frame } from './view';

export type Selection =
  | { kind: 'vessel'; vessel: string; id: number | null }
  | { kind: 'event'; event: WatchEvent; detail: EventDetail | null }
  | { kind: 'position'; lon: number; lat: number };

export interface Named {
  vessel: string;
  name: string | null;
  shape: string;
}

export interface Scene {
  ctx: CanvasRenderingContext2D;
  frame: Frame;
  palette: Palette;
  fleet: FleetStore;
  at: number; // µs, the time shown
  selection: Selection | null;
  track: Track | null;
  events: readonly WatchEvent[];
  zones: GeoJSON.FeatureCollection | null; // all that the centre knows
  zonesNow: GeoJSON.FeatureCollection | null; // those drawn, that hold at this time
  names: ReadonlyMap<number, Named>; // of vessels near, selected or under the pointer, by id
  hovered: number; // row, -1 for none
  crowd: Crowd | null;
  cells: readonly Cell[]; // hexagons on the chart
  fade: number; // how much is seen of single ships, 0 where hexagons stand for them
  shows: Shows;
  measure: [lon: number, lat: number][];
  pointer: [lon: number, lat: number] | null;
  exercise: boolean;
  labels: Label[]; // filled by the painters
  boxes: Box[]; // room already taken, in pixels
  soft: Box[]; // room that only the less urgent labels keep clear of
}

export interface Shows {
  names: boolean;
  zones: boolean;
  grid: boolean;
  events: boolean;
  counts: 'auto' | 'always' | 'never';
}

export interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** Who gets room first. */
export const FIRST = { selected: 0, hovered: 1, act: 2, evidence: 3, look: 4, zone: 8, place: 9, ship: 10 } as const;
