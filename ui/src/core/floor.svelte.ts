/* The floor as the panels hold it: the state, the link to the centre, and what is loaded for the selected. */
import type { EventDetail, Hello, Micros, Track, VesselCard, WatchEvent } from './api';
import { Acting } from './acting';
import { readClock } from './clock';
import { Feed, feedUrl } from './feed';
import { FleetStore } from './fleet';
import { DAY, HOUR, SECOND } from './format';
import { CentreError, Http } from './http';
import { Names } from './names';
import { Past } from './past.svelte';
import { Playing } from './playing';
import { type Prefs, readPrefs, savePrefs, storage } from './prefs';
import { countEvents } from './queue';
import { Sound } from './sound';
import { type Message, type Selected, type State, eventOf, initial, reduce, sameSelection, shownTime } from './state';
import { kindWords, vesselWords } from './words';

const TICK_MS = 250;
const EXCHANGE_MS = 1500; // within this a new session has arrived
const CARD_EVERY_MS = 10_000;
const GATHER_MS = 100; // events of this long are shown together

export interface ChartHandle {
  flyTo(lon: number, lat: number, options?: { zoom?: number; bounds?: [number, number, number, number] }): void;
  fitEvidence(detail: EventDetail): void;
  zoomBy(step: number): void;
  whole(): void;
  setProjection(name: 'mercator' | 'globe'): void;
  measure(on: boolean): void;
  isMeasuring(): boolean;
}

export class Floor {
  s = $state.raw<State>(initial());
  ms = $state(performance.now()); // moves four times a second: ages count up with it
  prefs = $state.raw<Prefs>(readPrefs(storage()));
  failed = $state<string | null>(null); // why the floor could not open
  detail = $state.raw<EventDetail | null>(null);
  card = $state.raw<VesselCard | null>(null);
  track = $state.raw<Track | null>(null);
  zones = $state.raw<GeoJSON.FeatureCollection | null>(null);
  loading = $state(false);
  loadError = $state<string | null>(null);
  assertive = $state('');
  polite = $state('');
  chart = $state.raw<ChartHandle | null>(null);

  readonly http = new Http();
  readonly fleet = new FleetStore();
  readonly past = new Past(this.http);
  readonly names = new Names(this.http);
  readonly sound = new Sound();
  readonly acting = new Acting(this);
  readonly playing = new Playing(this);

  readonly now: Micros | null = $derived(shownTime(this.s, this.ms));
  readonly liveNow: Micros | null = $derived(this.s.clock && readClock(this.s.clock, this.ms));
  readonly me = $derived(this.s.hello?.user?.name ?? null);
  readonly counts = $derived(countEvents([...this.s.events.keys()].map((id) => eventOf(this.s, id)!)));
  readonly inHistory = $derived(this.s.mode.kind === 'history');
  readonly selected: WatchEvent | null = $derived(
    this.s.selection?.kind === 'event' ? eventOf(this.s, this.s.selection.id) : null,
  );

  #feed: Feed | null = null;
  #gathered: WatchEvent[] = [];
  #cardMs = 0;
  #asking = false;
  #wanted: AbortController | null = null;

  constructor() {
    this.sound.enabled = this.prefs.sound;
    this.http.onsignedout = () => void this.#stillSignedIn();
  }

  send(message: Message): void {
    const before = this.s;
    this.s = reduce(before, message);
    if (this.s !== before) this.#follow(before, this.s);
  }

  may(act: string): boolean {
    return this.s.hello?.user?.may.includes(act) ?? false;
  }

  /** The shown time at this very moment, for the chart's motion. */
  readonly shownNow = (): number => shownTime(this.s, performance.now()) ?? 0;

  async open(location: Location, history: History): Promise<void> {
    setInterval(() => this.#tick(), TICK_MS);
    window.addEventListener('online', () => this.#feed?.retry());
    try {
      this.greet(await this.#hello(location, history));
    } catch (error) {
      this.failed = error instanceof CentreError ? error.message : String(error);
    }
  }

  async #hello(location: Location, history: History): Promise<Hello> {
    const token = location.hash.slice(1);
    if (!location.pathname.endsWith('/enter') || !token) return this.http.get<Hello>('/api/hello');
    history.replaceState(null, '', location.pathname.replace(/enter$/, ''));
    try {
      return await this.http.post<Hello>('/api/session/link', { token });
    } catch (error) {
      if (!(error instanceof CentreError) || error.unreachable) throw error;
      this.send({ type: 'toast', text: `The link does not open the floor any more: ${error.message}`, error: true, ms: performance.now() });
      return this.http.get<Hello>('/api/hello');
    }
  }

  greet(hello: Hello): void {
    this.failed = null;
    this.http.csrf = hello.csrf;
    this.send({ type: 'hello', hello });
    this.send({ type: 'clock', now: hello.now, speed: hello.speed, ms: performance.now() });
    if (!hello.user) return;
    this.acting.restore();
    this.#feed ??= new Feed(feedUrl(location), {
      onmessage: (m) => {
        if (m.type === 'event') this.#gather(m.event);
        else {
          if (m.type === 'hello' && m.hello.csrf) this.http.csrf = m.hello.csrf;
          if (m.type === 'hello') this.#hearClock(m.hello.now, m.hello.speed);
          if (m.type === 'status') this.#hearClock(m.status.now, m.status.speed);
          if (m.type !== 'hello' || m.hello.user) this.send(m);
        }
      },
      onframe: (frame) => this.fleet.apply(frame),
      onlink: (state) => {
        this.send({ type: 'link', state, ms: performance.now() });
        if (state === 'lost') void this.#stillSignedIn();
      },
    });
    this.#feed.start();
  }

  /* A feed is refused alike whether the centre is away or the session has ended, and a request may be refused because
     it left before the session was exchanged for another: only hello tells them apart. The question itself may leave
     with the old session, too, while the new one is on its way: so a no is asked for twice, and counts only for the
     session that was asked about. */
  async #stillSignedIn(): Promise<void> {
    if (this.#asking || !this.s.signedIn) return;
    this.#asking = true;
    const session = this.http.csrf;
    const ask = () => this.http.get<Hello>('/api/hello').catch(() => null);
    let hello = await ask();
    if (hello && !hello.user) {
      await new Promise((resolve) => setTimeout(resolve, EXCHANGE_MS));
      hello = await ask();
    }
    this.#asking = false;
    if (!hello) return;
    if (hello.user) this.http.csrf = hello.csrf;
    else if (this.http.csrf === session) this.signedOut();
  }

  signedOut(): void {
    this.#feed?.stop();
    this.http.csrf = null;
    this.send({ type: 'signed_out' });
  }

  async signOut(): Promise<void> {
    await this.http.delete('/api/session').catch(() => undefined);
    this.signedOut();
    this.greet(await this.http.get<Hello>('/api/hello'));
  }

  setPrefs(changes: Partial<Prefs>): void {
    this.prefs = { ...this.prefs, ...changes };
    this.sound.enabled = this.prefs.sound;
    savePrefs(storage(), this.prefs);
  }

  toast(text: string, more: { undo?: boolean; error?: boolean } = {}): void {
    this.send({ type: 'toast', text, ...more, ms: performance.now() });
  }

  select(selection: Selected | null): void {
    this.send({ type: 'select', selection });
  }

  /** Loads whatever is new at the centre since the floor last heard from it. */
  async refresh(): Promise<void> {
    const ms = performance.now();
    try {
      const events = await this.http.get<WatchEvent[]>('/api/events?state=open,closed,withdrawn&limit=500');
      this.send({ type: 'events', events, whole: true, ms });
      this.zones ??= await this.http.get<GeoJSON.FeatureCollection>('/api/zones');
      this.send({ type: 'sources', sources: await this.http.get('/api/sources') });
    } catch (error) {
      if (error instanceof CentreError && !error.unreachable && error.status !== 401) this.toast(error.message, { error: true });
    }
  }

  #hearClock(now: Micros, speed: number): void {
    this.send({ type: 'clock', now, speed, ms: performance.now() });
  }

  #gather(event: WatchEvent): void {
    if (this.#gathered.push(event) > 1) return;
    setTimeout(() => {
      const events = this.#gathered;
      this.#gathered = [];
      this.send({ type: 'events', events, whole: false, ms: performance.now() });
      this.#announce(events);
    }, GATHER_MS);
  }

  #announce(events: WatchEvent[]): void {
    const fresh = events.filter((e) => e.version === 1 && !e.acknowledged && !e.dismissed);
    const act = fresh.find((e) => e.priority === 'act');
    if (act) this.assertive = `Act: ${kindWords(act.kind)}, ${vesselWords(act, 0)}. ${act.why}`;
    const look = fresh.filter((e) => e.priority === 'look');
    if (look.length) this.polite = `${look.length} new to look at: ${kindWords(look[0].kind)}, ${vesselWords(look[0], 0)}`;
  }

  #follow(before: State, after: State): void {
    if (!sameSelection(before.selection, after.selection)) {
      this.detail = null;
      this.card = null;
      this.track = null;
      void this.#load(after.selection);
    } else if (after.selection?.kind === 'event' && before.events !== after.events) {
      const { id } = after.selection;
      if (before.events.get(id)?.event !== after.events.get(id)?.event) void this.#load(after.selection);
    }
    if (before.link.state !== 'live' && after.link.state === 'live') {
      this.names.clear();
      void this.refresh();
      void this.acting.flush();
    }
    if (before.outbox !== after.outbox) this.acting.save();
  }

  /** Loads what the detail panel shows of the selected; what is there stays until the new has come. */
  async #load(selection: Selected | null): Promise<void> {
    this.#wanted?.abort();
    const wanted = (this.#wanted = new AbortController());
    this.loadError = null;
    this.loading = selection?.kind === 'event' || selection?.kind === 'vessel';
    try {
      if (selection?.kind === 'event') await this.#loadEvent(selection.id, wanted.signal);
      if (selection?.kind === 'vessel') await this.#loadVessel(selection.vessel, wanted.signal);
    } catch (error) {
      if (wanted.signal.aborted) return;
      this.loadError = error instanceof Error ? error.message : String(error);
    }
    if (!wanted.signal.aborted) this.loading = false;
  }

  async #loadEvent(id: string, signal: AbortSignal): Promise<void> {
    const detail = await this.http.get<EventDetail>(`/api/events/${encodeURIComponent(id)}`, signal);
    if (signal.aborted) return;
    const first = this.detail?.id !== detail.id;
    this.detail = detail;
    if (first && detail.vessels.length) {
      const until = (detail.end ?? this.liveNow ?? detail.start) + HOUR;
      this.track = await this.#track(detail.vessels[0], detail.start - 12 * HOUR, until, signal);
    }
  }

  async #loadVessel(vessel: string, signal: AbortSignal): Promise<void> {
    const card = await this.http.get<VesselCard>(`/api/vessels/${vessel}`, signal);
    if (signal.aborted) return;
    this.card = card;
    this.#cardMs = performance.now();
    const shown = this.now ?? card.last?.observed_at ?? 0;
    const until = Math.min(this.liveNow ?? shown, shown + DAY) + SECOND;
    const track = await this.#track(vessel, shown - this.prefs.trackHours * HOUR, until, signal);
    if (!signal.aborted) this.track = track;
  }

  async reloadTrack(): Promise<void> {
    if (this.s.selection?.kind === 'vessel') await this.#load(this.s.selection);
  }

  #track(vessel: string, from: Micros, to: Micros, signal: AbortSignal): Promise<Track> {
    return this.http.get<Track>(`/api/tracks/${vessel}?from=${Math.floor(from)}&to=${Math.floor(to)}`, signal);
  }

  #tick(): void {
    this.ms = performance.now();
    this.send({ type: 'tick', ms: this.ms });
    const { selection } = this.s;
    const due = this.ms - this.#cardMs > CARD_EVERY_MS && !this.loading && this.s.link.state === 'live';
    if (selection?.kind === 'vessel' && due && !this.inHistory) void this.#load(selection);
    if (this.s.mode.kind === 'history' && this.now !== null) this.past.show(this.now, this.s.mode.clock.speed);
    const untaken = [...this.s.events.values()].filter(({ event: e }) => e.priority === 'act' && e.state === 'open' && !e.acknowledged && !e.dismissed);
    if (this.s.signedIn) this.sound.alert(untaken.map(({ event }) => event.id), this.ms);
  }
}
