/* What the centre says and is told: the one contract between the server and the watch floor.

   HTTP, JSON unless said otherwise. Every state-changing request carries the header `X-Periplus-CSRF` with the
   session's token. Errors are {detail: "one clear line"} with 400, 401 (sign in), 403, 404, 409, 413, 429.

     GET  /api/hello                               Hello
     POST /api/session        {name, password}     Hello           sign in
     POST /api/session/link   {token}              Hello           first-run link, single use
     DELETE /api/session                                           sign out
     POST /api/accounts       {name, role, password}               administrator, or first sign-in by link
     GET  /api/events?state=open,closed,withdrawn&limit=500        WatchEvent[]  most urgent first
     GET  /api/events/{id}                         EventDetail
     POST /api/events/{id}/acknowledge {}          WatchEvent
     POST /api/events/{id}/dismiss  {reason: 1-6, text?}           WatchEvent
     POST /api/events/{id}/note     {text}         WatchEvent
     POST /api/events/{id}/reopen   {}             WatchEvent      undo of acknowledge or dismiss
     GET  /api/vessels/labels?ids=1,2,3            VesselLabel[]   at most 200
     GET  /api/vessels/{vessel}                    VesselCard      vessel as text, '419000913' or '419000913/b' (path may hold the slash)
     GET  /api/tracks/{vessel}?from=us&to=us       Track           at most 20,000 points, thinned evenly beyond
     GET  /api/history/fleet?at=us                 binary fleet frame, kind SNAPSHOT
     GET  /api/history/counts?from=us&to=us&bin=us Counts
     GET  /api/search?q=text                       SearchHit[]     at most 12
     GET  /api/zones                               GeoJSON FeatureCollection, properties {id, name, kind, valid_from, valid_to}
     GET  /api/sources                             SourceStatus[]
     GET  /api/status                              Status
     POST /api/clock {speed?: number, paused?: boolean}            Status   only when the centre replays or exercises

   WebSocket /api/feed (same session cookie; Origin checked): text messages are FeedMessage, binary ones fleet frames.
   All times are microseconds UTC as numbers. Positions are degrees. Null means not available. */

export type Micros = number;
export type Priority = 'act' | 'look' | 'know';
export type Role = 'watch officer' | 'analyst' | 'operations' | 'liaison' | 'director' | 'exercise control' | 'administrator';

export interface User { name: string; role: Role; may: string[] } // may: 'acknowledge', 'dismiss', 'note', 'clock', 'accounts'

export interface Hello {
  centre: { name: string; originator: string; exercise: boolean; mode: 'exercise' | 'replay' | 'feed'; version: string };
  user: User | null; // null: not signed in
  csrf: string | null;
  needs_account: boolean; // signed in by the first-run link: nobody has a password yet
  now: Micros; // the centre's clock: wall clock of a feed, scenario or file time otherwise
  speed: number; // seconds of the centre's clock a real second; 0 when paused
  history_from: Micros | null; // oldest observation kept
}

/* Fleet frame, little endian. Header of 24 bytes:
     u32 magic 0x31465050 ('PPF1'), u8 kind (1 SNAPSHOT replaces all, 2 DELTA), u8[3] zero,
     u32 count, u32 total (vessels in this view), f64 now in microseconds
   then `count` records of 32 bytes: */
export const FRAME_MAGIC = 0x31465050;
export const SNAPSHOT = 1;
export const DELTA = 2;
export const HEADER_BYTES = 24;
export const RECORD_BYTES = 32;
/*   0 u32 id            the vessel's number in this view; stable while the view lasts
     4 i32 lon           1e-7 degree
     8 i32 lat           1e-7 degree
    12 u32 observed_at   seconds UTC
    16 u16 sog           0.1 kn, 65535 not available
    18 u16 cog           0.1 degree, 65535 not available
    20 u16 heading       degree, 65535 not available
    22 u16 interval      its own usual reporting interval in seconds, 65535 not known
    24 u16 length        metre, 0 not known
    26 u8  shape         index into SHAPES
    27 u8  flags         FLAG bits
    28 u8  priority      of its open events: 0 none, 1 know, 2 look, 3 act
    29 u8  nav_status    255 not available
    30 u16 beam          metre, 0 not known */
export const SHAPES = ['unknown', 'cargo', 'tanker', 'passenger', 'fishing', 'high_speed', 'service', 'small'] as const;
export const FLAG_PROVISIONAL = 1; // newer than the lateness bound: late data may still change it
export const FLAG_SPLIT = 2; // one MMSI in two places
export const FLAG_LOST = 4; // has an open gap
export const FLAG_GONE = 8; // no longer part of the picture: forget it

export interface VesselLabel { id: number; vessel: string; name: string | null; shape: string }

export interface WatchEvent {
  id: string;
  kind: string; // gap, encounter, loitering, zone_entry, impossible_jump
  version: number;
  change: 'opened' | 'updated' | 'closed' | 'withdrawn';
  state: 'open' | 'closed' | 'withdrawn';
  provisional: boolean;
  priority: Priority;
  vessels: string[];
  names: (string | null)[]; // beside vessels
  types: string[]; // 'cargo ship', beside vessels
  flags: (string | null)[]; // country, beside vessels
  ids: (number | null)[]; // fleet-frame ids, beside vessels
  start: Micros;
  end: Micros | null;
  lon: number;
  lat: number;
  profile: string;
  rule: string;
  score: number;
  why: string;
  was: string | null; // the sentence of the version before, when it differs (struck through on withdrawal)
  cause: string | null;
  margin: { name: string; value: number; threshold: number; unit: string } | null; // the decisive one, for the bar
  label: string;
  recorded_at: Micros; // when this version was said
  acknowledged: { by: string; at: Micros } | null;
  dismissed: { by: string; at: Micros; reason: number; reason_text: string; text: string | null } | null;
  notes: number;
}

export interface EventDetail extends WatchEvent {
  evidence: {
    thresholds: Record<string, number>;
    measured: Record<string, number | string | null>;
    margins: Record<string, number>;
    observations: EvidenceObservation[];
    coverage: Record<string, number | string | null>;
    geometry: GeoJSON.FeatureCollection; // every feature carries properties.role
  };
  history: EventVersion[]; // versions and acts, oldest first
}
export interface EvidenceObservation {
  vessel: string; observed_at: Micros; lon: number; lat: number;
  sog_kn: number | null; cog_deg: number | null; source: string; role: string;
}
export interface EventVersion {
  seq: number; at: Micros; by: string; what: string; // opened, updated, closed, withdrawn, acknowledge, dismiss, note, reopen
  why: string | null; text: string | null; cause: string | null;
}

export interface VesselCard {
  vessel: string; id: number | null; mmsi: string; name: string | null; shape: string; type: string;
  flag: string | null; length_m: number | null; beam_m: number | null; label: string;
  last: { observed_at: Micros; received_at: Micros; lon: number; lat: number; sog_kn: number | null; cog_deg: number | null;
          heading_deg: number | null; nav_status: string | null; source: string; sensor: string; position_sd_m: number | null;
          shore_nm: number | null; port_km: number | null } | null;
  interval_s: number | null;
  provisional: boolean;
  siblings: string[]; // other vessels under the same MMSI
  claims: { field: string; value: string; since: Micros; until: Micros; source: string; current: boolean }[];
  heard: { source: string; sensor: string; times: Micros[] }[]; // last 6 h, at most 400 a lane
  speeds: { t: Micros[]; sog_kn: (number | null)[] }; // last 6 h
  events: WatchEvent[];
}

export interface Track { vessel: string; t: Micros[]; lon: number[]; lat: number[]; sog_kn: (number | null)[]; cog_deg: (number | null)[]; source: string[] }

export interface Counts { bin: Micros; from: Micros; observations: number[]; events: { act: number[]; look: number[]; know: number[] } }

export interface SearchHit {
  kind: 'vessel' | 'position' | 'zone' | 'port'; title: string; detail: string;
  vessel: string | null; lon: number | null; lat: number | null; bounds: [number, number, number, number] | null;
}

export interface SourceStatus {
  name: string; url: string; sensor: string; state: 'connecting' | 'receiving' | 'silent' | 'stopped' | 'failed'; detail: string;
  last_at: Micros | null; lines: number; observations: number; rejected: Record<string, number>; late: number; duplicates: number;
  reconnects: number; dropped: number;
  label: string; // what everything from it carries unless it says otherwise
}

export interface Status {
  now: Micros; speed: number; vessels: number; observations: number; observations_per_s: number;
  latency_s: number | null; // receipt to here, median of the last minute
  log_seq: number; checks: { name: string; ok: boolean; detail: string }[]; // what is wrong is said in the persistent line
  progress: { text: string; done: number } | null; // catching up, 0-1
}

export type FeedMessage =
  | { type: 'hello'; hello: Hello }
  | { type: 'event'; event: WatchEvent }
  | { type: 'status'; status: Status } // every 2 s
  | { type: 'sources'; sources: SourceStatus[] } // every 5 s
  | { type: 'bye'; detail: string };
