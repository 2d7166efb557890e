/* What the pointer is on, and what a click there means. */
import type { Map as MapLibre, MapMouseEvent } from 'maplibre-gl';
import type { FleetStore } from '../core/fleet';
import { nearest, places } from './crowd';
import type { Lookout } from './lookout';
import type { Overlay } from './overlay';
import type { Selection } from './scene';
import { project } from './view';
import type { Frame } from './view';

const PICK_PX = 12;
const MARK_PX = 10;

export class Pointing {
  hovered = -1; // row
  at: [lon: number, lat: number] | null = null;
  measuring = false;
  measured: [number, number][] = [];

  constructor(
    private readonly map: MapLibre,
    private readonly fleet: () => FleetStore,
    private readonly lookout: Lookout,
    private readonly overlay: Overlay,
    private readonly state: () => { frame: Frame; atSeconds: number; still: boolean },
    private readonly say: { select: (s: Selection | null) => void; hover: (lon: number, lat: number) => void; touch: () => void },
  ) {
    map.on('click', (e) => void this.clicked(e));
    map.on('contextmenu', (e) => say.select({ kind: 'position', lon: e.lngLat.wrap().lng, lat: e.lngLat.lat }));
    map.on('mousemove', (e) => this.moved(e));
    map.on('mouseout', () => {
      this.at = null;
      this.hovered = -1;
      say.touch();
    });
  }

  measure(on: boolean): void {
    this.measuring = on;
    this.measured = [];
    this.map.getCanvas().style.cursor = on ? 'crosshair' : '';
    this.say.touch();
  }

  private moved(e: MapMouseEvent): void {
    const { lng, lat } = e.lngLat.wrap();
    this.at = [lng, lat];
    this.say.hover(lng, lat);
    const row = this.map.isMoving() ? -1 : this.shipAt(e.point.x, e.point.y, false);
    if (row !== this.hovered) {
      this.hovered = row;
      const id = row >= 0 ? this.fleet().columns.id[row] : -1;
      if (row >= 0 && !this.lookout.names.has(id)) void this.lookout.learn([id]);
      if (!this.measuring) this.map.getCanvas().style.cursor = row >= 0 ? 'pointer' : '';
      this.say.touch();
    } else if (this.measuring && this.measured.length === 1) this.say.touch();
  }

  private async clicked(e: MapMouseEvent): Promise<void> {
    const { lng, lat } = e.lngLat.wrap();
    if (this.measuring) {
      this.measured = this.measured.length === 1 ? [this.measured[0], [lng, lat]] : [[lng, lat]];
      return this.say.touch();
    }
    const { x, y } = e.point;
    const mark = this.overlay.marks.find((m) => Math.hypot(m.x - x, m.y - y) < MARK_PX);
    if (mark) return this.say.select({ kind: 'event', event: mark.events[0], detail: null });
    const row = this.shipAt(x, y, true);
    if (row >= 0) {
      const id = this.fleet().columns.id[row];
      const known = this.lookout.names.get(id) ?? (await this.lookout.learn([id])).find((label) => label.id === id);
      if (known) this.say.select({ kind: 'vessel', vessel: known.vessel, id });
    } else if (this.inCrowd(x, y)) {
      this.map.easeTo({ center: [lng, lat], zoom: this.map.getZoom() + 2, duration: this.state().still ? 0 : 400 });
    } else this.say.select(null);
  }

  /* A click asks where ships are this instant; hovering makes do with the last second's places. */
  private shipAt(x: number, y: number, now: boolean): number {
    if (this.lookout.hexagons) return -1;
    const { frame, atSeconds } = this.state();
    const at = now ? places(this.fleet(), frame, atSeconds) : this.lookout.places;
    return at ? nearest(this.fleet(), at, this.lookout.crowd?.hidden ?? null, x, y, PICK_PX) : -1;
  }

  /* On a group's disc or on a hexagon: a click there goes nearer. */
  private inCrowd(x: number, y: number): boolean {
    if (this.lookout.hexagons) return this.map.queryRenderedFeatures([x, y], { layers: ['hexagons'] }).length > 0;
    const { frame } = this.state();
    const p = [0, 0];
    return this.lookout.crowd?.groups.some((g) => project(frame, g.x, g.y, p) && Math.hypot(p[0] - x, p[1] - y) < g.radius + 2) ?? false;
  }
}
