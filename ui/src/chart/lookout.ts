/* Once a second, from columns: who stands where, who stands too close, what is counted, who is named. */
import type { VesselLabel } from '../core/api';
import type { FleetStore } from '../core/fleet';
import { rangeBearing } from '../core/sphere';
import { crowd, places } from './crowd';
import type { Crowd, Places } from './crowd';
import { count, gridFor } from './hexagons';
import type { Cell, Grid } from './hexagons';
import type { Named, Selection, Shows } from './scene';
import { selectedRow } from './trails';
import { widthNm } from './view';
import type { Frame } from './view';

const OCEAN_NM = 1500;
const WHOLE_WORLD_NM = 9000;
const FEW = 400; // ships in view that are never counted instead of drawn
const NAMES_UP_TO = 150; // ships in view; beyond it only those that matter are named
const NAMES_MOST = 60;
const NAMES_NM_PER_PX = 0.6;

export class Lookout {
  crowd: Crowd | null = null;
  places: Places | null = null;
  cells: Cell[] = [];
  grid: Grid | null = null;
  hexagons = false; // they stand for ships
  readonly names = new Map<number, Named>();
  private frame: Frame | null = null;
  private atSeconds = 0;

  constructor(
    private readonly fleet: () => FleetStore,
    private readonly labelsFor: (ids: number[]) => Promise<VesselLabel[]>,
    private readonly onnames: () => void,
  ) {}

  look(frame: Frame, atSeconds: number, selection: Selection | null, shows: Shows, hovered: number): void {
    const fleet = this.fleet();
    [this.frame, this.atSeconds] = [frame, atSeconds];
    this.places = places(fleet, frame, atSeconds);
    this.crowd = crowd(fleet, frame, this.places, selectedRow({ selection, fleet }));
    this.hexagons = this.countInstead(fleet, frame, shows);
    this.grid = this.hexagons ? gridFor(frame) : null;
    this.cells = this.grid ? count(fleet, this.grid) : [];
    this.nameThose(fleet, frame, selection, shows, hovered);
  }

  /** Another fleet: its vessels have other numbers. */
  forget(): void {
    this.names.clear();
    [this.crowd, this.places] = [null, null];
  }

  async learn(ids: number[]): Promise<VesselLabel[]> {
    const labels = await this.labelsFor(ids).catch(() => []);
    for (const label of labels) this.names.set(label.id, label);
    if (labels.length) this.onnames();
    return labels;
  }

  /** Ships that a list beside the chart should speak of: nearest the middle first. */
  nearby(most: number): { row: number; nm: number; deg: number }[] {
    const fleet = this.fleet();
    const { frame, places: at } = this;
    if (!at || !frame) return [];
    const found: { row: number; px: number }[] = [];
    for (let row = 0; row < fleet.count; row++) {
      if (!at.seen[row]) continue;
      const px = Math.hypot(at.x[row] - frame.width / 2, at.y[row] - frame.height / 2);
      if (found.length === most && px >= found[most - 1].px) continue;
      found.push({ row, px });
      found.sort((a, b) => a.px - b.px);
      if (found.length > most) found.pop();
    }
    return found.map(({ row }) => ({ row, ...rangeBearing(frame.lon, frame.lat, ...fleet.predict(row, this.atSeconds)) }));
  }

  /* Ships or hexagons? Width alone does not say: two thousand ships on an ocean 3,000 nm wide are two thousand readable
     signs that show the lanes, fifty thousand are a smear. So hexagons stand for ships when the view is wider than 1,500 nm
     and more than half of the 8-pixel cells with a ship hold several (back at two fifths, so that it does not waver), and
     always when it is wider than an ocean. The layers menu can force either. */
  private countInstead(fleet: FleetStore, frame: Frame, shows: Shows): boolean {
    if (shows.counts !== 'auto') return shows.counts === 'always';
    const wide = widthNm(frame);
    if (wide < OCEAN_NM || fleet.count < FEW || !this.crowd) return false;
    const enough = this.hexagons ? 0.4 : 0.5;
    return wide > WHOLE_WORLD_NM || (this.crowd.shared > enough && this.crowd.inView > FEW);
  }

  /* Names of ships with room: all of a harbour, none of an ocean. */
  private nameThose(fleet: FleetStore, frame: Frame, selection: Selection | null, shows: Shows, hovered: number): void {
    const kept = new Set<number>();
    if (shows.names && !this.hexagons && this.places!.inView <= NAMES_UP_TO && frame.nmPerPx < NAMES_NM_PER_PX) {
      for (let row = 0; row < fleet.count && kept.size < NAMES_MOST; row++) {
        if (this.places!.seen[row] && !this.crowd!.hidden[row]) kept.add(fleet.columns.id[row]);
      }
    }
    if (selection?.kind === 'vessel' && selection.id !== null) kept.add(selection.id);
    if (hovered >= 0) kept.add(fleet.columns.id[hovered]);
    for (const id of this.names.keys()) if (!kept.has(id)) this.names.delete(id);
    const missing = [...kept].filter((id) => !this.names.has(id));
    if (missing.length) void this.learn(missing);
  }
}
