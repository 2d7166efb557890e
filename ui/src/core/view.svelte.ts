/* What is open on this screen. None of it is the centre's concern, and none of it survives the page. */

export class View {
  help = $state(false);
  sources = $state(false);
  addingAccount = $state(false);
  waitingActs = $state(false);
  searching = $state(false);
  menu = $state(false);
  dismissing = $state(false); // 1–6 are the reasons
  otherReason = $state(false);
  noting = $state(false);
  history = $state(false); // of the event's versions
  sheet = $state<'none' | 'queue' | 'detail'>('none'); // on a tablet
  projection = $state<'mercator' | 'globe'>('mercator');
  accountLater = $state(false);
  notes = new Map<string, string>(); // unsent text by event: leaving never loses it

  /** Closes what lies over the detail of one event. */
  settle(): void {
    this.dismissing = this.otherReason = this.noting = this.history = false;
  }
}
