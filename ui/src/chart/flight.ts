/* Going somewhere on the chart: a short flight where the eye can follow, a fade where it cannot. */
import type { CameraOptions, LngLatBoundsLike, Map as MapLibre } from 'maplibre-gl';
import type { EventDetail } from '../core/api';
import { rangeBearing } from '../core/sphere';
import { evidenceBounds } from './evidence';
import type { Bounds } from './home';

const FAR_NM = 1500; // over more than this the chart fades instead
const NEAR_NM = 200;
const FADE_MS = 140;
const AROUND_DEG = 0.2; // of sea about an event at the least, so that one knows where one is

export class Flight {
  constructor(
    private readonly map: MapLibre,
    private readonly root: HTMLElement,
    private readonly still: MediaQueryList, // reduced motion
    private readonly clock: () => number, // µs
    private readonly home: () => Bounds,
  ) {}

  whole(): void {
    this.travel(this.map.cameraForBounds(this.home() as LngLatBoundsLike));
  }

  /** Already there when the chart is first seen. */
  begin(): void {
    this.map.fitBounds(this.home() as LngLatBoundsLike, { animate: false });
  }

  zoomBy(step: number): void {
    this.map.easeTo({ zoom: this.map.getZoom() + step, duration: this.still.matches ? 0 : 200 });
  }

  to(lon: number, lat: number, { zoom, bounds }: { zoom?: number; bounds?: Bounds } = {}): void {
    if (bounds) this.travel(this.map.cameraForBounds(bounds as LngLatBoundsLike, { padding: 70, maxZoom: 11 }));
    else this.travel({ center: [lon, lat], zoom: zoom ?? Math.max(this.map.getZoom(), 6.5) });
  }

  /** The whole of an event with sea around it. */
  toEvidence(detail: EventDetail): void {
    const [w, s, e, n] = evidenceBounds(detail, this.clock());
    const grow = (a: number, b: number) => (b - a < 2 * AROUND_DEG ? [(a + b) / 2 - AROUND_DEG, (a + b) / 2 + AROUND_DEG] : [a, b]);
    const [west, east] = grow(w, e);
    const [south, north] = grow(s, n);
    const padding = Math.min(150, this.root.clientWidth / 5, this.root.clientHeight / 5);
    this.travel(this.map.cameraForBounds([west, south, east, north], { padding, maxZoom: 9.5 }));
  }

  private travel(camera: CameraOptions | undefined): void {
    if (!camera?.center) return;
    const target = camera.center as { lng: number; lat: number } | [number, number];
    const center: [number, number] = Array.isArray(target) ? target : [target.lng, target.lat];
    const zoom = camera.zoom ?? this.map.getZoom();
    const here = this.map.getCenter();
    const { nm } = rangeBearing(here.lng, here.lat, center[0], center[1]);
    if (this.still.matches) this.map.jumpTo({ center, zoom });
    else if (nm > FAR_NM) this.fadeTo(center, zoom);
    else this.map.flyTo({ center, zoom, duration: nm < NEAR_NM && Math.abs(zoom - this.map.getZoom()) < 1.5 ? 250 : 600 });
  }

  private fadeTo(center: [number, number], zoom: number): void {
    this.root.classList.add('away');
    setTimeout(() => {
      this.map.jumpTo({ center, zoom });
      this.root.classList.remove('away');
    }, FADE_MS);
  }
}
