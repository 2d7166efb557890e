/* The chart itself: MapLibre's map, the fleet's layer, the overlay, and the beat at which they are drawn. */
import { Map as MapLibre, setWorkerUrl } from 'maplibre-gl';
import type { GeoJSONSource, LngLatBoundsLike, MapMouseEvent } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import type { EventDetail, Track, VesselLabel, WatchEvent } from '../core/api';
import type { FleetStore } from '../core/fleet';
import { rangeBearing } from '../core/sphere';
import * as basemap from './basemap';
import { crowd, nearest, places } from './crowd';
import type { Crowd, Places } from './crowd';
import { evidenceBounds } from './evidence';
import { FleetLayer } from './fleet-layer';
import { forgetGrid, layGrid } from './grid';
import { count, gridFor, hexagonsGeoJson } from './hexagons';
import type { Cell } from './hexagons';
import { Overlay } from './overlay';
import { readPalette } from './palette';
import type { Palette } from './palette';
import type { Named, Scene, Selection, Shows } from './scene';
import { selectedName, selectedPlace } from './selection';
import { selectedRow } from './trails';
import { frameOf, project, widthNm } from './view';
import type { Frame, Projection, View } from './view';
import { recolourZones, setZones, zoneLayers } from './zones';

setWorkerUrl(workerUrl);

/* The western Indian Ocean, Suez to Singapore's door: what the watch is for. */
export const HOME: [west: number, south: number, east: number, north: number] = [39, -13.5, 86, 26.5];
const OCEAN_NM = 1500;
const WHOLE_WORLD_NM = 9000;
const FAR_NM = 1500; // a flight over more than this fades instead
const ANALYSE_MS = 1000;
const PICK_PX = 12;
const NAMES_UP_TO = 150; // ships in view; beyond it only those that matter are named
const NAMES_MOST = 60;

export interface Wiring {
  fleet: () => FleetStore;
  clock: () => number; // µs
  labelsFor: (ids: number[]) => Promise<VesselLabel[]>;
  onselect: (selection: Selection | null) => void;
  onhover: (lon: number, lat: number) => void;
  onview: (view: View) => void;
  onready: () => void;
  onproblem: (line: string) => void;
  onlook: () => void; // about once a second: lists and counts beside the chart may be read again
}

export class SeaChart {
  selection: Selection | null = null;
  track: Track | null = null;
  events: readonly WatchEvent[] = [];
  zones: GeoJSON.FeatureCollection | null = null;
  exercise = false;
  shows: Shows = { names: true, zones: true, grid: true, events: true, counts: 'auto' };
  measuring = false;
  measured: [number, number][] = [];
  pointer: [number, number] | null = null;
  palette: Palette;
  readonly names = new Map<number, Named>();
  readonly layer: FleetLayer;
  readonly overlay = new Overlay();
  readonly map: MapLibre;
  private readonly ctx: CanvasRenderingContext2D;
  private frame: Frame;
  private globe = false;
  private loaded = false;
  private ready = false;
  private fine: 'no' | 'asked' = 'no';
  private timer = 0;
  private still = matchMedia('(prefers-reduced-motion: reduce)');
  private crowdNow: Crowd | null = null;
  private placesNow: Places | null = null;
  private cells: Cell[] = [];
  private fade = 1;
  private fadeTo = 1;
  private analysedMs = -Infinity;
  private paintedVersion = -1;
  private paintedMoved = -1;
  private hovered = -1;
  private overlayMs = 0;
  private smoothMs = 0;
  private paintedMs = 0;
  private overlayAsked = false;
  private watcher: ResizeObserver;
  private free: DOMRectReadOnly[] = [];

  constructor(
    private readonly root: HTMLElement,
    holder: HTMLElement,
    private readonly canvas: HTMLCanvasElement,
    private readonly wiring: Wiring,
  ) {
    this.palette = readPalette(root);
    this.ctx = canvas.getContext('2d')!;
    this.map = new MapLibre({
      container: holder,
      style: basemap.style(this.palette),
      bounds: HOME as LngLatBoundsLike,
      // North is up and the sea is seen from above, always: a bearing read off the glass is a true bearing.
      dragRotate: false, pitchWithRotate: false, touchPitch: false, rollEnabled: false, maxPitch: 0, bearingSnap: 0,
      attributionControl: false, fadeDuration: 0, minZoom: 0.8, maxZoom: 17,
      canvasContextAttributes: { antialias: false, powerPreference: 'high-performance' },
    });
    const glass = this.map.getCanvas();
    glass.setAttribute('role', 'application');
    glass.setAttribute('aria-label', 'Chart of ships. Arrow keys move it, plus and minus zoom; ships and events are listed in words after it.');
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.frame = this.readFrame();
    this.layer = new FleetLayer(wiring.fleet, () => ({
      atSeconds: wiring.clock() / 1e6, frame: this.frame, selected: selectedRow({ selection: this.selection, fleet: wiring.fleet() }),
      fade: this.fade, palette: this.palette, still: this.still.matches,
    }));
    this.listen();
    this.watcher = new ResizeObserver(() => this.resize());
    this.watcher.observe(root);
    this.resize();
  }

  destroy(): void {
    clearTimeout(this.timer);
    this.watcher.disconnect();
    forgetGrid();
    this.map.remove();
  }

  get hexagons(): boolean {
    return this.fadeTo === 0;
  }

  /** Main-thread milliseconds of a picture, smoothed: the fleet's layer and the overlay. */
  get frameMs(): number {
    return this.smoothMs;
  }

  view(): View {
    const { lng, lat } = this.map.getCenter();
    const b = this.map.getBounds();
    return { lon: lng, lat, zoom: this.map.getZoom(), bounds: [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()], widthNm: widthNm(this.frame), projection: this.globe ? 'globe' : 'mercator' };
  }

  restyle(): void {
    this.palette = readPalette(this.root);
    if (!this.loaded) return;
    basemap.recolour(this.map, this.palette);
    recolourZones(this.map, this.palette);
    this.map.setPaintProperty('hexagons', 'fill-color', this.palette.fleet);
    this.repaint();
  }

  /** Something drawn on the overlay changed; the sea and the ships did not. */
  touch(): void {
    this.overlay.unsettle();
    this.askOverlay();
  }

  select(selection: Selection | null): void {
    this.selection = selection;
    if (selection?.kind === 'vessel' && selection.id !== null) void this.learn([selection.id]);
    this.overlay.unsettle();
    this.repaint();
  }

  showZones(zones: GeoJSON.FeatureCollection | null): void {
    this.zones = zones;
    if (this.loaded) setZones(this.map, zones, this.shows.zones);
    this.touch();
  }

  show(shows: Shows): void {
    this.shows = { ...shows };
    if (this.loaded) {
      this.map.setLayoutProperty('graticule', 'visibility', shows.grid ? 'visible' : 'none');
      setZones(this.map, this.zones, shows.zones);
    }
    this.analysedMs = -Infinity;
    this.repaint();
  }

  setProjection(name: Projection): void {
    this.globe = name === 'globe';
    this.map.setProjection({ type: name });
    this.frame = this.readFrame();
    this.analysedMs = -Infinity;
    this.repaint();
  }

  measure(on: boolean): void {
    this.measuring = on;
    this.measured = [];
    this.map.getCanvas().style.cursor = on ? 'crosshair' : '';
    this.touch();
  }

  whole(): void {
    this.travel(() => this.map.cameraForBounds(HOME as LngLatBoundsLike));
  }

  zoomBy(step: number): void {
    this.map.easeTo({ zoom: this.map.getZoom() + step, duration: this.still.matches ? 0 : 200 });
  }

  flyTo(lon: number, lat: number, options: { zoom?: number; bounds?: [number, number, number, number] } = {}): void {
    const { bounds, zoom } = options;
    this.travel(() => (bounds ? this.map.cameraForBounds(bounds as LngLatBoundsLike, { padding: 70, maxZoom: 11 }) : { center: [lon, lat], zoom: zoom ?? Math.max(this.map.getZoom(), 6.5) }));
  }

  /** The whole of an event with sea around it: at least 60 nm, so that one knows where one is. */
  fitEvidence(detail: EventDetail): void {
    const [w, s, e, n] = evidenceBounds(detail);
    const around = 0.5;
    const grow = (a: number, b: number) => (b - a < 2 * around ? [(a + b) / 2 - around, (a + b) / 2 + around] : [a, b]);
    const [west, east] = grow(w, e);
    const [south, north] = grow(s, n);
    const pad = Math.min(150, this.frame.width / 5, this.frame.height / 5);
    this.travel(() => this.map.cameraForBounds([west, south, east, north], { padding: pad, maxZoom: 9.5 }));
  }

  private travel(target: () => { center?: unknown; zoom?: number } | undefined): void {
    const camera = target();
    if (!camera?.center) return;
    const to = Array.isArray(camera.center) ? { lng: camera.center[0], lat: camera.center[1] } : (camera.center as { lng: number; lat: number });
    const zoom = camera.zoom ?? this.map.getZoom();
    const here = this.map.getCenter();
    const { nm } = rangeBearing(here.lng, here.lat, to.lng, to.lat);
    const center: [number, number] = [to.lng, to.lat];
    if (this.still.matches) this.map.jumpTo({ center, zoom });
    else if (nm > FAR_NM) {
      this.root.classList.add('away');
      setTimeout(() => {
        this.map.jumpTo({ center, zoom });
        this.root.classList.remove('away');
      }, 140);
    } else this.map.flyTo({ center, zoom, duration: nm < 200 && Math.abs(zoom - this.map.getZoom()) < 1.5 ? 250 : 600, essential: true });
  }

  private listen(): void {
    const { map } = this;
    map.on('error', (e) => this.wiring.onproblem(e.error?.message ?? 'the chart met an error'));
    map.on('load', () => void this.furnish());
    map.on('move', () => (this.frame = this.readFrame()));
    map.on('moveend', () => this.settled());
    map.on('render', () => this.paintOverlay());
    map.on('click', (e) => void this.clicked(e));
    map.on('contextmenu', (e) => this.wiring.onselect({ kind: 'position', lon: e.lngLat.wrap().lng, lat: e.lngLat.lat }));
    map.on('mousemove', (e) => this.pointed(e));
    map.on('mouseout', () => {
      this.pointer = null;
      this.hovered = -1;
      this.askOverlay();
    });
    document.fonts?.ready.then(() => {
      this.overlay.fontsChanged();
      this.askOverlay();
    });
  }

  private async furnish(): Promise<void> {
    for (const layer of zoneLayers(this.palette)) this.map.addLayer(layer);
    this.map.addLayer({
      id: 'hexagons', type: 'fill', source: 'hexagons', layout: { visibility: 'none' },
      paint: { 'fill-color': this.palette.fleet, 'fill-opacity': ['interpolate', ['linear'], ['get', 'share'], 0, 0.13, 0.5, 0.32, 1, 0.62], 'fill-antialias': true },
    });
    this.map.addLayer(this.layer);
    this.loaded = true;
    this.restyle();
    this.show(this.shows);
    layGrid(this.map, this.frame);
    this.beat();
    try {
      await basemap.loadWorld(this.map);
    } catch (error) {
      this.wiring.onproblem(`The coast could not be drawn: ${error instanceof Error ? error.message : error}`);
    }
    this.settled();
  }

  /* The beat: a picture when a ship has moved half a pixel, when a frame came, or while something slides; never more. */
  private beat(): void {
    clearTimeout(this.timer);
    const fleet = this.wiring.fleet();
    const now = performance.now();
    const changed = fleet.version !== this.paintedVersion;
    const pxPerSecond = (25 / 3600 / Math.max(1e-6, this.frame.nmPerPx)) * this.rate();
    const moved = pxPerSecond * ((now - this.paintedMs) / 1000) > 0.5;
    if (changed || moved || this.fade !== this.fadeTo) this.repaint();
    if (now - this.analysedMs > ANALYSE_MS && !document.hidden) this.analyse();
    this.timer = window.setTimeout(() => this.beat(), Math.max(16, Math.min(200, 500 / Math.max(0.01, pxPerSecond))));
  }

  private clockSeen = { ms: 0, at: 0, rate: 1 };
  /* Seconds of the centre's clock a second, from the clock itself. */
  private rate(): number {
    const ms = performance.now();
    const at = this.wiring.clock();
    const seen = this.clockSeen;
    if (ms - seen.ms > 400) {
      const rate = seen.ms ? Math.abs(at - seen.at) / 1000 / (ms - seen.ms) : 1;
      this.clockSeen = { ms, at, rate: Math.min(rate, 3600) };
    }
    return this.clockSeen.rate;
  }

  private repaint(): void {
    this.map.triggerRepaint();
  }

  private askOverlay(): void {
    if (this.overlayAsked) return;
    this.overlayAsked = true;
    requestAnimationFrame(() => this.overlayAsked && this.paintOverlay());
  }

  private paintOverlay(): void {
    this.overlayAsked = false;
    if (!this.loaded) return;
    const began = performance.now();
    const fleet = this.wiring.fleet();
    this.stepFade(began);
    if (fleet.moved !== this.paintedMoved) {
      this.paintedMoved = fleet.moved;
      this.hovered = -1;
      this.analyse(); // rows changed place: what was worked out by row is void
    }
    this.paintedVersion = fleet.version;
    this.paintedMs = began;
    this.overlay.draw(this.scene(fleet), this.placesNow, this.free, began);
    this.overlayMs = performance.now() - began;
    this.smoothMs += (this.overlayMs + this.layer.renderMs - this.smoothMs) * 0.1;
    if (!this.ready && fleet.version > 0) {
      this.ready = true;
      this.wiring.onready();
    }
  }

  private stepFade(nowMs: number): void {
    if (this.fade === this.fadeTo) return;
    const step = this.still.matches ? 1 : Math.min(0.25, (nowMs - this.paintedMs) / 200);
    this.fade = this.fadeTo > this.fade ? Math.min(this.fadeTo, this.fade + step) : Math.max(this.fadeTo, this.fade - step);
    this.repaint();
  }

  private scene(fleet: FleetStore): Scene {
    return {
      ctx: this.ctx, frame: this.frame, palette: this.palette, fleet, at: this.wiring.clock(), selection: this.selection, track: this.track,
      events: this.events, zones: this.zones, names: this.names, hovered: this.hovered, crowd: this.crowdNow, cells: this.cells, fade: this.fade,
      shows: this.shows, measure: this.measured, pointer: this.measuring ? this.pointer : null, exercise: this.exercise, labels: [], boxes: [],
    };
  }

  /* Once a second: who stands where, who stands too close, what is counted. All from columns. */
  private analyse(): void {
    if (!this.loaded) return;
    this.analysedMs = performance.now();
    const fleet = this.wiring.fleet();
    const at = this.wiring.clock() / 1e6;
    this.placesNow = places(fleet, this.frame, at);
    const selected = selectedRow({ selection: this.selection, fleet });
    this.crowdNow = crowd(fleet, this.frame, this.placesNow, selected);
    this.layer.hide(this.crowdNow.hidden);
    this.chooseScale(fleet);
    this.nameThose(fleet, this.placesNow);
    this.free = [...this.root.querySelectorAll('[data-on-chart]')].map((e) => relative(e, this.root));
    this.wiring.onlook();
  }

  /* Ships or hexagons? Width alone does not say: two thousand ships on an ocean 3,000 nm wide are two thousand readable
     signs that show the lanes, fifty thousand are a smear. So hexagons stand for ships when the view is wider than 1,500 nm
     and more than half of the ships have no 8 pixels to themselves (back at two fifths, so that it does not waver), and
     always when it is wider than an ocean. The layers menu can force either. */
  private chooseScale(fleet: FleetStore): void {
    const wide = widthNm(this.frame);
    const enough = this.hexagons ? 0.4 : 0.5;
    const crowded = this.crowdNow !== null && this.crowdNow.shared > enough && this.crowdNow.inView > 400;
    const auto = wide > OCEAN_NM && fleet.count > 0 && (crowded || (wide > WHOLE_WORLD_NM && fleet.count > 400));
    const hexagons = this.shows.counts === 'always' || (this.shows.counts === 'auto' && auto);
    if (hexagons !== this.hexagons) {
      this.fadeTo = hexagons ? 0 : 1;
      this.map.setLayoutProperty('hexagons', 'visibility', hexagons ? 'visible' : 'none');
    }
    if (!hexagons) {
      this.cells = [];
      return;
    }
    const grid = gridFor(this.frame);
    this.cells = count(fleet, grid);
    (this.map.getSource('hexagons') as GeoJSONSource | undefined)?.setData(hexagonsGeoJson(this.cells, grid));
  }

  /* Names of ships with room: all of a harbour, none of an ocean. */
  private nameThose(fleet: FleetStore, at: Places): void {
    const wanted: number[] = [];
    if (this.shows.names && !this.hexagons && at.inView <= NAMES_UP_TO && this.frame.nmPerPx < 0.6) {
      for (let row = 0; row < fleet.count && wanted.length < NAMES_MOST; row++) {
        if (at.seen[row] && !this.crowdNow?.hidden[row]) wanted.push(fleet.columns.id[row]);
      }
    }
    const kept = new Set(wanted);
    if (this.selection?.kind === 'vessel' && this.selection.id !== null) kept.add(this.selection.id);
    if (this.hovered >= 0) kept.add(fleet.columns.id[this.hovered]);
    for (const id of this.names.keys()) if (!kept.has(id)) this.names.delete(id);
    const missing = [...kept].filter((id) => !this.names.has(id));
    if (missing.length) void this.learn(missing);
  }

  private async learn(ids: number[]): Promise<VesselLabel[]> {
    const labels = await this.wiring.labelsFor(ids).catch(() => []);
    for (const label of labels) this.names.set(label.id, label);
    if (labels.length) this.touch();
    return labels;
  }

  private settled(): void {
    this.frame = this.readFrame();
    if (this.loaded) layGrid(this.map, this.frame);
    this.analyse();
    this.touch();
    this.wiring.onview(this.view());
    if (this.fine === 'no' && this.loaded && this.frame.zoom > basemap.FINE_ZOOM) {
      this.fine = 'asked';
      basemap.refine(this.map).catch(() => (this.fine = 'no'));
    }
  }

  private pointed(e: MapMouseEvent): void {
    const { lng, lat } = e.lngLat.wrap();
    this.pointer = [lng, lat];
    this.wiring.onhover(lng, lat);
    const fleet = this.wiring.fleet();
    const row = this.placesNow && this.fade > 0.5 && !this.map.isMoving() ? nearest(fleet, this.placesNow, this.crowdNow?.hidden ?? null, e.point.x, e.point.y, PICK_PX) : -1;
    if (row !== this.hovered) {
      this.hovered = row;
      if (row >= 0 && !this.names.has(fleet.columns.id[row])) void this.learn([fleet.columns.id[row]]);
      if (!this.measuring) this.map.getCanvas().style.cursor = row >= 0 ? 'pointer' : '';
      this.touch();
    } else if (this.measuring && this.measured.length === 1) this.touch();
  }

  private async clicked(e: MapMouseEvent): Promise<void> {
    const { lng, lat } = e.lngLat.wrap();
    if (this.measuring) {
      this.measured = this.measured.length === 1 ? [this.measured[0], [lng, lat]] : [[lng, lat]];
      return this.touch();
    }
    const { x, y } = e.point;
    const mark = this.overlay.marks.find((m) => Math.hypot(m.x - x, m.y - y) < 10);
    if (mark) return this.wiring.onselect({ kind: 'event', event: mark.events[0], detail: null });
    const fleet = this.wiring.fleet();
    const here = places(fleet, this.frame, this.wiring.clock() / 1e6);
    const row = this.fade > 0.5 ? nearest(fleet, here, this.crowdNow?.hidden ?? null, x, y, PICK_PX) : -1;
    if (row >= 0) {
      const id = fleet.columns.id[row];
      const known = this.names.get(id) ?? (await this.learn([id])).find((label) => label.id === id);
      if (known) this.wiring.onselect({ kind: 'vessel', vessel: known.vessel, id });
      return;
    }
    if (this.inCrowd(x, y)) this.map.easeTo({ center: [lng, lat], zoom: this.map.getZoom() + 2, duration: this.still.matches ? 0 : 400 });
    else this.wiring.onselect(null);
  }

  /* On a group's disc or on a hexagon: a click there goes nearer. */
  private inCrowd(x: number, y: number): boolean {
    if (this.hexagons) return this.map.queryRenderedFeatures([x, y], { layers: ['hexagons'] }).length > 0;
    const p = [0, 0];
    return this.crowdNow?.groups.some((g) => {
      return project(this.frame, g.x, g.y, p) && Math.hypot(p[0] - x, p[1] - y) < g.radius + 2;
    }) ?? false;
  }

  /** Where the selected is, and what it is called; for range and bearing of the cursor. */
  reference(): { lon: number; lat: number; name: string } | null {
    const scene = { selection: this.selection, fleet: this.wiring.fleet(), at: this.wiring.clock(), track: this.track, names: this.names };
    const place = selectedPlace(scene);
    return place && { lon: place[0], lat: place[1], name: selectedName(scene) };
  }

  /** Ships that a list beside the chart should speak of: nearest the middle first. */
  nearby(most: number): { row: number; nm: number; deg: number }[] {
    const fleet = this.wiring.fleet();
    if (!this.placesNow) return [];
    const found: { row: number; nm: number; deg: number }[] = [];
    for (let row = 0; row < fleet.count; row++) {
      if (!this.placesNow.seen[row]) continue;
      const px = Math.hypot(this.placesNow.x[row] - this.frame.width / 2, this.placesNow.y[row] - this.frame.height / 2);
      if (found.length === most && px >= found[most - 1].nm) continue;
      found.push({ row, nm: px, deg: 0 });
      found.sort((a, b) => a.nm - b.nm);
      if (found.length > most) found.pop();
    }
    const at = this.wiring.clock() / 1e6;
    return found.map(({ row }) => ({ row, ...rangeBearing(this.frame.lon, this.frame.lat, ...fleet.predict(row, at)) }));
  }

  get inView(): number {
    return this.crowdNow?.inView ?? 0;
  }

  private readFrame(): Frame {
    const { lng, lat } = this.map.getCenter();
    const box = this.map.getContainer();
    return frameOf(lng, lat, this.map.getZoom(), box.clientWidth, box.clientHeight, this.globe);
  }

  private resize(): void {
    const { clientWidth: w, clientHeight: h } = this.root;
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    this.canvas.width = Math.max(1, Math.round(w * ratio));
    this.canvas.height = Math.max(1, Math.round(h * ratio));
    this.ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.map.resize();
    this.frame = this.readFrame();
    this.analysedMs = -Infinity;
    this.askOverlay();
  }
}

function relative(element: Element, root: Element): DOMRectReadOnly {
  const a = element.getBoundingClientRect();
  const b = root.getBoundingClientRect();
  return new DOMRectReadOnly(a.x - b.x, a.y - b.y, a.width, a.height);
}
