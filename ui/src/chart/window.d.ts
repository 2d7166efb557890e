/* What browser tests, and the curious, may ask a running floor. */
import type { FleetStore } from '../core/fleet';
import type { Selection } from './scene';
import type { View } from './view';

declare global {
  interface Window {
    periplus?: {
      readonly fleet: FleetStore;
      readonly selection: Selection | null;
      drawn(): number; // ships in the last picture
      frameMs(): number; // main-thread milliseconds of a picture
      view(): View;
      labels(): number; // placed in the last picture
      marks(): number; // event marks in the last picture
      hexagons(): boolean; // whether hexagons stand for ships
    };
  }
}
