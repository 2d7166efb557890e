/* The live feed: one WebSocket that comes back by itself. */
import type { FeedMessage } from './api';

export interface FeedTarget {
  onmessage: (message: FeedMessage) => void;
  onframe: (frame: ArrayBuffer) => void;
  onlink: (state: 'connecting' | 'live' | 'lost') => void;
}

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 15_000;
const SILENT_MS = 12_000; // status comes every 2 s: this long without a word and the link is dead

/** How long to wait before the nth attempt: doubling, with jitter so that a floor full of screens does not return at once. */
export function backOffMs(attempt: number, random: number): number {
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempt, 10)) * (0.5 + random / 2);
}

export class Feed {
  #socket: WebSocket | null = null;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #watchdog: ReturnType<typeof setInterval> | undefined;
  #heardMs = 0;
  #stopped = true;

  constructor(
    readonly url: string,
    readonly target: FeedTarget,
  ) {}

  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#attempt = 0;
    this.#watchdog = setInterval(() => this.#watch(), 2000);
    this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearInterval(this.#watchdog);
    this.#socket?.close();
    this.#socket = null;
  }

  /** Tries at once, for instance when the network says it is back. */
  retry(): void {
    if (this.#stopped || this.#socket?.readyState === WebSocket.OPEN) return;
    clearTimeout(this.#timer);
    this.#connect();
  }

  #connect(): void {
    this.#socket?.close();
    this.target.onlink('connecting');
    const socket = new WebSocket(this.url);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    this.#heardMs = performance.now();
    socket.onopen = () => {
      if (socket !== this.#socket) return;
      this.#attempt = 0;
      this.target.onlink('live');
    };
    socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) => {
      if (socket !== this.#socket) return;
      this.#heardMs = performance.now();
      if (typeof event.data === 'string') this.target.onmessage(JSON.parse(event.data) as FeedMessage);
      else this.target.onframe(event.data);
    };
    socket.onclose = () => this.#lost(socket);
  }

  #lost(socket: WebSocket): void {
    if (socket !== this.#socket || this.#stopped) return;
    this.#socket = null;
    this.target.onlink('lost');
    this.#timer = setTimeout(() => this.#connect(), backOffMs(this.#attempt, Math.random()));
    this.#attempt += 1;
  }

  #watch(): void {
    const socket = this.#socket;
    if (socket && performance.now() - this.#heardMs > SILENT_MS) {
      socket.close();
      this.#lost(socket);
    }
  }
}

/** `ws://host/api/feed` beside the page that is open. */
export function feedUrl(location: Pick<Location, 'protocol' | 'host'>): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/feed`;
}
