/* Names of vessels for the chart, asked for once and many at a time. */
import type { VesselLabel } from './api';
import type { Http } from './http';

const AT_ONCE = 200;
const QUIET_MS = 5000; // after a failure
const ASK_AGAIN_MS = 60_000; // a ship without a name may have said it since

export class Names {
  #known = new Map<number, { label: VesselLabel; ms: number }>();

  #quietUntilMs = 0;

  constructor(readonly http: Http) {}

  /** Numbers of vessels hold while a view lasts: a new link begins a new one. */
  clear(): void {
    this.#known.clear();
  }

  readonly labelsFor = async (ids: number[]): Promise<VesselLabel[]> => {
    const now = performance.now();
    const missing = ids.filter((id) => {
      const known = this.#known.get(id);
      return !known || (known.label.name === null && now - known.ms > ASK_AGAIN_MS);
    });
    for (let i = 0; i < missing.length; i += AT_ONCE) {
      const some = missing.slice(i, i + AT_ONCE);
      if (now < this.#quietUntilMs) break;
      const labels = await this.http.get<VesselLabel[]>(`/api/vessels/labels?ids=${some.join(',')}`).catch(() => {
        this.#quietUntilMs = performance.now() + QUIET_MS;
        return [];
      });
      for (const label of labels) this.#known.set(label.id, { label, ms: now });
    }
    return ids.flatMap((id) => this.#known.get(id)?.label ?? []);
  };
}
