/* What each key and each named command does. */
import type { Floor } from './floor.svelte';
import type { Command } from './keys';
import { neighbour } from './queue';
import type { View } from './view.svelte';

export function run(command: Command, floor: Floor, view: View): void {
  const id = floor.selected?.id ?? null;
  switch (command) {
    case 'next':
      return go(floor, view, 1);
    case 'previous':
      return go(floor, view, -1);
    case 'open':
      if (floor.selected) openDetail(floor, view);
      else go(floor, view, 1);
      return;
    case 'take':
      return id ? floor.acting.take(id) : floor.toast('Select an event to take it');
    case 'dismiss':
      if (!id) return floor.toast('Select an event to dismiss it');
      openDetail(floor, view);
      view.noting = false;
      view.dismissing = !view.dismissing;
      return;
    case 'note':
      if (!id) return floor.toast('Select an event to note something on it');
      openDetail(floor, view);
      view.dismissing = false;
      view.noting = true;
      return;
    case 'evidence':
      if (!floor.detail) return;
      openDetail(floor, view);
      if (zoomed === `${floor.detail.id} evidence`) view.history = !view.history;
      else zoomTo(floor, true);
      return;
    case 'zoom':
      return zoomTo(floor, zoomed === at(floor));
    case 'zoom_in':
    case 'zoom_out':
      return floor.chart?.zoomBy(command === 'zoom_in' ? 1 : -1);
    case 'whole':
      return floor.chart?.whole();
    case 'measure':
      return floor.chart?.measure(!floor.chart.isMeasuring());
    case 'play':
      return floor.playing.toggle();
    case 'minute_back':
    case 'minute_on':
      return floor.playing.step(command === 'minute_on' ? 1 : -1);
    case 'hour_back':
    case 'hour_on':
      return floor.playing.step(command === 'hour_on' ? 60 : -60);
    case 'live':
      return floor.playing.live();
    case 'fold_queue':
      return floor.setPrefs({ queueOpen: !floor.prefs.queueOpen });
    case 'fold_detail':
      return floor.setPrefs({ detailOpen: !floor.prefs.detailOpen });
    case 'held':
      return floor.send({ type: 'held', shown: !floor.s.heldShown });
    case 'undo':
      return floor.acting.undo();
    case 'search':
      view.searching = true;
      return;
    case 'help':
      view.help = true;
      return;
    case 'back':
      return back(floor, view);
  }
}

/** Selects an event as the queue does: the chart goes there, its evidence is drawn, the detail is open. */
export function openEvent(floor: Floor, view: View, id: string): void {
  view.settle();
  floor.select({ kind: 'event', id });
  const event = floor.s.events.get(id)?.event;
  if (!event) return;
  zoomed = '';
  if (floor.detail?.id === id) return zoomTo(floor, true);
  goneFor = id;
  afterPaint(() => floor.chart?.flyTo(event.lon, event.lat));
}

/** Called when an event's detail has come: what the queue opened is shown with its evidence. */
export function showEvidence(floor: Floor): void {
  if (goneFor !== null && floor.detail?.id === goneFor) afterPaint(() => zoomTo(floor, true));
}

/** Card and detail are on the screen before the chart begins to move: they never wait for it. */
function afterPaint(then: () => void): void {
  requestAnimationFrame(() => setTimeout(then));
}

export function openVessel(floor: Floor, view: View, vessel: string, id: number | null): void {
  view.settle();
  zoomed = '';
  floor.select({ kind: 'vessel', vessel, id });
}

let zoomed = ''; // what the chart was last sent to
let goneFor: string | null = null; // the event whose evidence is on its way

function at(floor: Floor): string {
  const s = floor.s.selection;
  return s ? JSON.stringify(s) : '';
}

function zoomTo(floor: Floor, evidence: boolean): void {
  const { chart, detail, selected, card } = floor;
  if (!chart) return;
  if (evidence && detail) {
    goneFor = null;
    zoomed = `${detail.id} evidence`;
    return chart.fitEvidence(detail);
  }
  zoomed = at(floor);
  const s = floor.s.selection;
  if (selected) chart.flyTo(selected.lon, selected.lat, { zoom: 8 });
  else if (s?.kind === 'position') chart.flyTo(s.lon, s.lat, { zoom: 8 });
  else if (card?.last) chart.flyTo(card.last.lon, card.last.lat, { zoom: 9 });
}

function go(floor: Floor, view: View, step: 1 | -1): void {
  const { waiting } = floor.s;
  if (waiting.length && step > 0) {
    const first = waiting[0];
    floor.send({ type: 'admit' });
    return openEvent(floor, view, first);
  }
  const selection = floor.s.selection;
  const id = neighbour(floor.s.lines, selection?.kind === 'event' ? selection.id : null, step);
  if (id) openEvent(floor, view, id);
}

function openDetail(floor: Floor, view: View): void {
  view.sheet = 'detail';
  if (!floor.prefs.detailOpen) floor.setPrefs({ detailOpen: true });
}

/** One step: what lies over the page first, then the selection. */
function back(floor: Floor, view: View): void {
  if (view.menu) view.menu = false;
  else if (floor.chart?.isMeasuring()) floor.chart.measure(false);
  else if (view.dismissing || view.noting) view.dismissing = view.otherReason = view.noting = false;
  else if (view.history) view.history = false;
  else if (view.sheet !== 'none') view.sheet = 'none';
  else floor.send({ type: 'back' });
}
