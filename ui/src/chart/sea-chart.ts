/* The chart itself: MapLibre's map, the fleet's layer, the overlay, and the beat at which they are drawn. */
import { Map as MapLibre, setWorkerUrl } from 'maplibre-gl';
import type { GeoJSONSource, LngLatBoundsLike } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import type { Track, VesselLabel, WatchEvent } from '../core/api';
import type { FleetStore } from '../core/fleet';
import * as basemap from './basemap';
import { FleetLayer } from './fleet-layer';
import { Flight } from './flight';
import { homeOf, OCEAN } from './home';
import { forgetGrid, layGrid } from './grid';
import { hexagonsGeoJson } from './hexagons';
import { Lookout } from './lookout';
import { Overlay } from './overlay';
import { readPalette } from './palette';
import type { Palette } from './palette';
import { Pointing } from './pointing';
import type { Scene, Selection, Shows } from './scene';
import { selectedName, selectedPlace } from './selection';
import { selectedRow } from './trails';
import { frameOf, widthNm } from './view';
import type { Frame, Projection, View } from './view';
import { recolourZones, setZones, zoneLayers, zonesAt } from './zones';

setWorkerUrl(workerUrl);

const ANALYSE_MS = 1000;
const NOTHING = new Uint8Array(0);

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
  palette: Palette;
  readonly layer: FleetLayer;
  readonly overlay = new Overlay();
  readonly lookout: Lookout;
  readonly flight: Flight;
  readonly pointing: Pointing;
  readonly map: MapLibre;
  private readonly ctx: CanvasRenderingContext2D;
  private frame: Frame;
  private globe = false;
  private loaded = false;
  private ready = false;
  private begun = false; // where the ships are
  private fine: 'no' | 'asked' = 'no';
  private timer = 0;
  private still = matchMedia('(prefers-reduced-motion: reduce)');
  private zonesNow: GeoJSON.FeatureCollection | null = null;
  private zoneKey = '';
  private fade = 1;
  private fadeTo = 1;
  private analysedMs = -Infinity;
  private paintedVersion = -1;
  private paintedMoved = -1;
  private paintedFleet: FleetStore | null = null;
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
    this.lookout = new Lookout(wiring.fleet, wiring.labelsFor, () => this.touch());
    this.ctx = canvas.getContext('2d')!;
    this.map = new MapLibre({
      container: holder,
      style: basemap.style(this.palette),
      bounds: OCEAN as LngLatBoundsLike,
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
    this.flight = new Flight(this.map, root, this.still, wiring.clock, () => {
      const { columns, count } = wiring.fleet();
      return homeOf(columns.lon, columns.lat, count);
    });
    this.pointing = new Pointing(this.map, wiring.fleet, this.lookout, this.overlay, () => ({ frame: this.frame, atSeconds: wiring.clock() / 1e6, still: this.still.matches }), {
      select: wiring.onselect, hover: wiring.onhover, touch: () => this.touch(),
    });
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
    if (selection?.kind === 'vessel' && selection.id !== null) void this.lookout.learn([selection.id]);
    this.overlay.unsettle();
    this.repaint();
  }

  showZones(zones: GeoJSON.FeatureCollection | null): void {
    this.zones = zones;
    this.analysedMs = -Infinity;
    this.touch();
  }

  show(shows: Shows): void {
    this.shows = { ...shows };
    if (this.loaded) {
      this.map.setLayoutProperty('graticule', 'visibility', shows.grid ? 'visible' : 'none');
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

  private listen(): void {
    const { map } = this;
    map.on('error', (e) => this.wiring.onproblem(e.error?.message ?? 'the chart met an error'));
    map.on('load', () => void this.furnish());
    map.on('move', () => (this.frame = this.readFrame()));
    map.on('moveend', () => this.settled());
    map.on('render', () => this.paintOverlay());
    document.fonts?.ready.then(() => {
      this.overlay.fontsChanged();
      this.askOverlay();
    });
  }

  private async furnish(): Promise<void> {
    for (const layer of zoneLayers(this.palette)) this.map.addLayer(layer);
    this.map.addLayer({
      id: 'hexagons', type: 'fill', source: 'hexagons', layout: { visibility: 'none' },
      paint: { 'fill-color': this.palette.fleet, 'fill-opacity': ['interpolate', ['linear'], ['get', 'share'], 0, 0.07, 0.5, 0.27, 1, 0.6], 'fill-antialias': true },
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
    const changed = fleet.version !== this.paintedVersion || fleet !== this.paintedFleet;
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
    if (fleet.moved !== this.paintedMoved || fleet !== this.paintedFleet) {
      if (fleet !== this.paintedFleet) this.lookout.forget();
      this.paintedMoved = fleet.moved;
      this.paintedFleet = fleet;
      this.pointing.hovered = -1;
      this.analyse(); // rows changed place: what was worked out by row is void
    }
    this.paintedVersion = fleet.version;
    this.paintedMs = began;
    this.overlay.draw(this.scene(fleet), this.lookout.places, this.free, began);
    this.overlayMs = performance.now() - began;
    this.smoothMs += (this.overlayMs + this.layer.renderMs - this.smoothMs) * 0.1;
    if (!this.begun && fleet.count > 0) {
      this.begun = true;
      if (!this.selection && homeOf(fleet.columns.lon, fleet.columns.lat, fleet.count) !== OCEAN) this.flight.begin();
    }
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
      events: this.events, zones: this.zones, zonesNow: this.zonesNow, names: this.lookout.names, hovered: this.pointing.hovered, crowd: this.lookout.crowd, cells: this.lookout.cells, fade: this.fade,
      shows: this.shows, measure: this.pointing.measured, pointer: this.pointing.at, exercise: this.exercise, labels: [], boxes: [], soft: [],
    };
  }

  private analyse(): void {
    if (!this.loaded) return;
    this.analysedMs = performance.now();
    this.lookout.look(this.frame, this.wiring.clock() / 1e6, this.selection, this.shows, this.pointing.hovered);
    this.layer.hide(this.lookout.crowd?.hidden ?? NOTHING);
    this.setHexagons();
    this.zonesOfTheTime();
    this.free = [...this.root.querySelectorAll('[data-on-chart]')].map((e) => relative(e, this.root));
    this.wiring.onlook();
  }

  private setHexagons(): void {
    const { hexagons, cells, grid } = this.lookout;
    if (hexagons !== this.hexagons) {
      this.fadeTo = hexagons ? 0 : 1;
      this.map.setLayoutProperty('hexagons', 'visibility', hexagons ? 'visible' : 'none');
    }
    if (hexagons && grid) (this.map.getSource('hexagons') as GeoJSONSource | undefined)?.setData(hexagonsGeoJson(cells, grid));
  }

  /* Limits come and go: the chart shows those that hold at the time shown. */
  private zonesOfTheTime(): void {
    const zones = this.shows.zones ? zonesAt(this.zones, this.wiring.clock()) : null;
    const key = zones?.features.map((f) => f.properties?.id ?? '').join() ?? '';
    if (key === this.zoneKey) return;
    this.zoneKey = key;
    this.zonesNow = zones;
    setZones(this.map, zones);
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

  /** Where the selected is, and what it is called; for range and bearing of the cursor. */
  reference(): { lon: number; lat: number; name: string } | null {
    const scene = { selection: this.selection, fleet: this.wiring.fleet(), at: this.wiring.clock(), track: this.track, names: this.lookout.names };
    const place = selectedPlace(scene);
    return place && { lon: place[0], lat: place[1], name: selectedName(scene) };
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
