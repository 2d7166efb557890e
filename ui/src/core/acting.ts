/* What an officer does to events: shown at once, sent in order, kept while the centre cannot be reached. */
import type { WatchEvent } from './api';
import type { Floor } from './floor.svelte';
import { CentreError } from './http';
import { storage } from './prefs';
import type { Act, Verb } from './state';
import { eventOf } from './state';
import { DISMISSALS } from './words';

const KEY = 'periplus.outbox';

export class Acting {
  #sending = false;

  constructor(readonly floor: Floor) {}

  take(id: string): void {
    const event = eventOf(this.floor.s, id);
    if (!event || !this.#may('acknowledge')) return;
    if (event.acknowledged) return this.floor.toast(`${event.acknowledged.by} has it already`);
    this.#act(id, 'acknowledge', {}, 'Taken', true);
  }

  dismiss(id: string, reason: number, text: string | null = null): void {
    if (!eventOf(this.floor.s, id) || !this.#may('dismiss')) return;
    const words = DISMISSALS.find(([n]) => n === reason)?.[1] ?? '';
    this.#act(id, 'dismiss', text ? { reason, text } : { reason }, words, true);
  }

  note(id: string, text: string): void {
    if (text.trim() && this.#may('note')) this.#act(id, 'note', { text: text.trim() }, 'Note', false);
  }

  reopen(id: string): void {
    if (this.#may('acknowledge')) this.#act(id, 'reopen', {}, 'Reopened', false);
  }

  /** Takes back the last taking or dismissal; one that was not sent yet is simply not sent. */
  undo(): void {
    const { floor } = this;
    const unsent = floor.s.outbox.findLast((a) => a.verb === 'acknowledge' || a.verb === 'dismiss');
    if (unsent && this.#sending && unsent === floor.s.outbox[0]) {
      floor.send({ type: 'undone' });
      return this.#act(unsent.event, 'reopen', {}, `Undone: ${unsent.words}`, false);
    }
    if (unsent) {
      floor.send({ type: 'act_dropped', key: unsent.key });
      return floor.toast('Undone before it was sent');
    }
    const last = floor.s.undoable.at(-1);
    if (!last) return floor.toast('Nothing to undo');
    floor.send({ type: 'undone' });
    this.#act(last.event, 'reopen', {}, `Undone: ${last.words}`, false);
  }

  async flush(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    try {
      while (this.floor.s.outbox.length && (await this.#sendOne(this.floor.s.outbox[0])));
    } finally {
      this.#sending = false;
    }
  }

  /** Acts that waited when the page was closed are sent by the same officer's next visit. */
  restore(): void {
    try {
      const kept = JSON.parse(storage()?.getItem(KEY) ?? '[]') as Act[];
      const known = new Set(this.floor.s.outbox.map((a) => a.key));
      const mine = kept.filter((a) => a.by === this.floor.me && !known.has(a.key));
      if (mine.length) this.floor.send({ type: 'acts', acts: mine });
    } catch {
      storage()?.removeItem(KEY);
    }
  }

  save(): void {
    try {
      const { outbox } = this.floor.s;
      if (outbox.length) storage()?.setItem(KEY, JSON.stringify(outbox));
      else storage()?.removeItem(KEY);
    } catch {
      // Without storage the acts wait in this page only.
    }
  }

  #may(act: string): boolean {
    if (this.floor.may(act)) return true;
    if (this.floor.s.hello?.needs_account) {
      this.floor.toast('Make your account first: what is judged carries a name', { error: true });
      return false;
    }
    this.floor.toast(`Your role may not ${act === 'acknowledge' ? 'take' : act} events`, { error: true });
    return false;
  }

  #act(event: string, verb: Verb, body: Act['body'], words: string, undo: boolean): void {
    const { floor } = this;
    const by = floor.me ?? '';
    floor.send({ type: 'act', act: { event, verb, body, words, at: floor.liveNow ?? 0, by } });
    const done = { acknowledge: 'Taken', dismiss: `Dismissed: ${words}`, note: 'Note kept', reopen: words }[verb];
    floor.toast(floor.s.link.state === 'live' ? done : `${done}. Waits to be sent`, { undo });
    void this.flush();
  }

  async #sendOne(act: Act): Promise<boolean> {
    const { floor } = this;
    try {
      const path = `/api/events/${encodeURIComponent(act.event)}/${act.verb}`;
      const event = await floor.http.post<WatchEvent>(path, act.body);
      floor.send({ type: 'act_done', key: act.key, event, ms: performance.now() });
      return true;
    } catch (error) {
      if (error instanceof CentreError && (error.unreachable || error.status === 401 || error.status === 429)) return false;
      floor.send({ type: 'act_dropped', key: act.key });
      floor.toast(`Not kept, the event is as it was: ${error instanceof Error ? error.message : error}`, { error: true });
      return true;
    }
  }
}
