/* The whole fleet as one layer of the chart: uploaded when a report changes it, drawn and moved by the graphics card. */
import type { CustomLayerInterface, CustomRenderMethodInput, Map as Chart } from 'maplibre-gl';
import { FLAG_SPLIT } from '../core/api';
import type { FleetStore } from '../core/fleet';
import { rgb } from './palette';
import type { Palette } from './palette';
import { FRAGMENT_SHADER, vertexShader } from './shaders';
import { field } from './symbols';
import type { Frame } from './view';

const STRIDE = 60; // bytes of a ship on the card
const FLOATS = 15;
const ALONE_MAX = 400; // ships with events that are drawn a second time, above the rest
const METRES_AROUND = 40075016.686;
const ATTRIBUTES: [name: string, size: number, type: 'FLOAT' | 'UNSIGNED_SHORT' | 'UNSIGNED_BYTE', offset: number][] = [
  ['a_place', 4, 'FLOAT', 0],
  ['a_motion', 2, 'FLOAT', 16],
  ['a_slide', 3, 'FLOAT', 24],
  ['a_time', 3, 'FLOAT', 36],
  ['a_body', 3, 'UNSIGNED_SHORT', 48],
  ['a_kind', 4, 'UNSIGNED_BYTE', 56],
];

export interface FleetLook {
  atSeconds: number; // the time shown
  frame: Frame;
  selected: number; // row, -1 for none
  fade: number; // 0 to 1: how much is seen of ships that nothing is said of
  palette: Palette;
  still: boolean; // reduced motion
}

interface Program {
  program: WebGLProgram;
  uniforms: Map<string, WebGLUniformLocation>;
  array: WebGLVertexArrayObject;
}

export class FleetLayer implements CustomLayerInterface {
  readonly id = 'fleet';
  readonly type = 'custom' as const;
  readonly renderingMode = '2d' as const;
  drawn = 0; // ships in the last picture
  renderMs = 0; // main thread, last picture
  private gl: WebGL2RenderingContext | null = null;
  private programs = new Map<string, Program>();
  private ships: WebGLBuffer | null = null;
  private hiddenBuffer: WebGLBuffer | null = null;
  private corners: WebGLBuffer | null = null;
  private signs: WebGLTexture | null = null;
  private range = 1;
  private capacity = 0;
  private epoch = 0;
  private wallStart = performance.now();
  private staging = new ArrayBuffer(0);
  private hidden: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  private hiddenChanged = true;
  private alone: number[] = [];
  private seenVersion = -1;
  private seenFleet: FleetStore | null = null;

  constructor(
    private readonly fleet: () => FleetStore,
    private readonly look: () => FleetLook,
  ) {}

  onAdd(_chart: Chart, gl: WebGL2RenderingContext): void {
    this.gl = gl;
    this.programs.clear();
    this.capacity = 0;
    this.ships = gl.createBuffer();
    this.hiddenBuffer = gl.createBuffer();
    this.corners = gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, this.corners);
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]), gl.STATIC_DRAW);
    const { pixels, width, height, range } = field();
    this.range = range;
    this.signs = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, this.signs);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8, width, height, 0, gl.RED, gl.UNSIGNED_BYTE, pixels);
    for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
    for (const filter of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, filter, gl.LINEAR);
  }

  onRemove(): void {
    const gl = this.gl;
    if (!gl) return;
    for (const buffer of [this.ships, this.hiddenBuffer, this.corners]) gl.deleteBuffer(buffer);
    for (const { program, array } of this.programs.values()) {
      gl.deleteProgram(program);
      gl.deleteVertexArray(array);
    }
    gl.deleteTexture(this.signs);
    this.gl = null;
  }

  /** Rows that are drawn by another sign (a group's) instead of their own. */
  hide(hidden: Uint8Array<ArrayBuffer>): void {
    this.hidden = hidden;
    this.hiddenChanged = true;
  }

  render(gl: WebGL2RenderingContext, input: CustomRenderMethodInput): void {
    const began = performance.now();
    const fleet = this.fleet();
    const look = this.look();
    this.drawn = fleet.count;
    if (fleet.count > 0) {
      this.upload(gl, fleet);
      const use = this.program(gl, input);
      gl.useProgram(use.program);
      gl.bindVertexArray(use.array);
      this.uniforms(gl, use, input, look);
      gl.disable(gl.CULL_FACE);
      const [first, last] = look.frame.globe ? [0, 0] : copies(look.frame);
      for (let wrap = first; wrap <= last; wrap++) this.draw(gl, use, fleet, look, wrap);
      gl.bindVertexArray(null);
    }
    this.renderMs = performance.now() - began;
  }

  /* All ships in one call; then the few with an event, and the selected, once more, so that they lie on top. */
  private draw(gl: WebGL2RenderingContext, use: Program, fleet: FleetStore, look: FleetLook, wrap: number): void {
    gl.uniform1f(use.uniforms.get('u_wrap')!, wrap);
    gl.uniform1i(use.uniforms.get('u_only')!, 0);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, fleet.count);
    const again = look.selected >= 0 ? [...this.alone, look.selected] : this.alone;
    for (const row of again) {
      this.point(gl, use.program, row);
      gl.uniform1i(use.uniforms.get('u_only')!, row);
      gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, 1);
    }
    if (again.length) this.point(gl, use.program, 0);
  }

  private uniforms(gl: WebGL2RenderingContext, use: Program, input: CustomRenderMethodInput, look: FleetLook): void {
    const { frame, palette } = look;
    const data = input.defaultProjectionData;
    const at = (name: string) => use.uniforms.get(name) ?? null;
    gl.uniformMatrix4fv(at('u_projection_matrix'), false, Float32Array.from(data.mainMatrix));
    gl.uniformMatrix4fv(at('u_projection_fallback_matrix'), false, Float32Array.from(data.fallbackMatrix));
    gl.uniform4f(at('u_projection_clipping_plane'), ...data.clippingPlane);
    gl.uniform4f(at('u_projection_tile_mercator_coords'), ...data.tileMercatorCoords);
    gl.uniform1f(at('u_projection_transition'), data.projectionTransition);
    const m = data.mainMatrix as ArrayLike<number>;
    const clip = [0, 1, 2, 3].map((i) => m[i] * frame.cx + m[i + 4] * frame.cy + m[i + 12]);
    gl.uniform4f(at('u_centre_clip'), clip[0], clip[1], clip[2], clip[3]);
    const [hx, hy] = [Math.fround(frame.cx), Math.fround(frame.cy)];
    gl.uniform2f(at('u_centre_high'), hx, hy);
    gl.uniform2f(at('u_centre_low'), frame.cx - hx, frame.cy - hy);
    gl.uniform2f(at('u_viewport'), frame.width, frame.height);
    gl.uniform1f(at('u_now'), look.atSeconds - this.epoch);
    gl.uniform1f(at('u_wall'), (performance.now() - this.wallStart) / 1000);
    gl.uniform1f(at('u_size'), symbolSize(frame.nmPerPx));
    gl.uniform1f(at('u_scale'), frame.world / METRES_AROUND);
    gl.uniform1f(at('u_quiet'), frame.nmPerPx > 0.12 ? 1 : 0);
    gl.uniform1f(at('u_fade'), look.fade);
    gl.uniform1f(at('u_still'), look.still ? 1 : 0);
    gl.uniform1i(at('u_selected'), look.selected);
    gl.uniform1f(at('u_range'), this.range);
    for (const [name, role] of [['u_fleet', 'fleet'], ['u_quiet_colour', 'fleet-quiet'], ['u_text', 'text'], ['u_look', 'look'], ['u_halo', 'sea']] as const) {
      gl.uniform3f(at(name), ...rgb(palette[role]));
    }
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.signs);
    gl.uniform1i(at('u_signs'), 0);
  }

  private upload(gl: WebGL2RenderingContext, fleet: FleetStore): void {
    const room = fleet.columns.id.length;
    if (room !== this.capacity) {
      this.capacity = room;
      this.staging = new ArrayBuffer(room * STRIDE);
      gl.bindBuffer(gl.ARRAY_BUFFER, this.ships);
      gl.bufferData(gl.ARRAY_BUFFER, room * STRIDE, gl.DYNAMIC_DRAW);
      gl.bindBuffer(gl.ARRAY_BUFFER, this.hiddenBuffer);
      gl.bufferData(gl.ARRAY_BUFFER, room, gl.DYNAMIC_DRAW);
      fleet.markAll();
      this.hiddenChanged = true;
    }
    if (fleet !== this.seenFleet) {
      this.seenFleet = fleet;
      this.seenVersion = -1;
      fleet.markAll();
    }
    if (fleet.version !== this.seenVersion) {
      this.seenVersion = fleet.version;
      const now = fleet.snapshotNow / 1e6;
      if (Math.abs(now - this.epoch) > 5 * 86400) {
        this.epoch = now; // seconds from here keep a fiftieth of a second in one float
        fleet.markAll();
      }
      gl.bindBuffer(gl.ARRAY_BUFFER, this.ships);
      fleet.takeDirty((from, to) => {
        this.pack(fleet, from, to);
        gl.bufferSubData(gl.ARRAY_BUFFER, from * STRIDE, new Uint8Array(this.staging, from * STRIDE, (to - from) * STRIDE));
      });
      this.alone = [];
      const { priority, flags } = fleet.columns;
      for (let row = 0; row < fleet.count && this.alone.length < ALONE_MAX; row++) {
        if (priority[row] > 1 || flags[row] & FLAG_SPLIT) this.alone.push(row);
      }
    }
    if (this.hiddenChanged) {
      this.hiddenChanged = false;
      const hidden = new Uint8Array(room);
      hidden.set(this.hidden.subarray(0, room));
      gl.bindBuffer(gl.ARRAY_BUFFER, this.hiddenBuffer);
      gl.bufferSubData(gl.ARRAY_BUFFER, 0, hidden);
    }
  }

  private pack(fleet: FleetStore, from: number, to: number): void {
    const c = fleet.columns;
    const floats = new Float32Array(this.staging);
    const shorts = new Uint16Array(this.staging);
    const bytes = new Uint8Array(this.staging);
    for (let row = from; row < to; row++) {
      const f = row * FLOATS;
      const hx = Math.fround(c.x[row]);
      const hy = Math.fround(c.y[row]);
      floats[f] = hx;
      floats[f + 1] = hy;
      floats[f + 2] = c.x[row] - hx;
      floats[f + 3] = c.y[row] - hy;
      floats[f + 4] = c.vx[row];
      floats[f + 5] = c.vy[row];
      floats[f + 6] = c.slideX[row];
      floats[f + 7] = c.slideY[row];
      floats[f + 8] = Math.max(-1e6, (c.slideAt[row] - this.wallStart) / 1000);
      floats[f + 9] = c.observed[row] - this.epoch;
      floats[f + 10] = c.old[row];
      floats[f + 11] = c.reach[row];
      const s = row * 30 + 24;
      shorts[s] = c.bow[row];
      shorts[s + 1] = c.length[row];
      shorts[s + 2] = c.beam[row];
      const b = row * STRIDE + 56;
      bytes[b] = c.shape[row] < 8 ? c.shape[row] : 0;
      bytes[b + 1] = c.flags[row];
      bytes[b + 2] = c.priority[row];
    }
  }

  private program(gl: WebGL2RenderingContext, input: CustomRenderMethodInput): Program {
    const { variantName, vertexShaderPrelude, define } = input.shaderData;
    let use = this.programs.get(variantName);
    if (use) return use;
    const program = gl.createProgram()!;
    for (const [kind, source] of [[gl.VERTEX_SHADER, vertexShader(vertexShaderPrelude, define)], [gl.FRAGMENT_SHADER, FRAGMENT_SHADER]] as const) {
      const shader = gl.createShader(kind)!;
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
      if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(`fleet shader: ${gl.getShaderInfoLog(shader)}`);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(`fleet program: ${gl.getProgramInfoLog(program)}`);
    const uniforms = new Map<string, WebGLUniformLocation>();
    for (let i = 0; i < gl.getProgramParameter(program, gl.ACTIVE_UNIFORMS); i++) {
      const { name } = gl.getActiveUniform(program, i)!;
      uniforms.set(name, gl.getUniformLocation(program, name)!);
    }
    use = { program, uniforms, array: gl.createVertexArray()! };
    this.programs.set(variantName, use);
    gl.bindVertexArray(use.array);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.corners);
    const corner = gl.getAttribLocation(program, 'a_corner');
    gl.enableVertexAttribArray(corner);
    gl.vertexAttribPointer(corner, 2, gl.FLOAT, false, 0, 0);
    this.point(gl, program, 0);
    return use;
  }

  /** Lets the instances begin at a row. */
  private point(gl: WebGL2RenderingContext, program: WebGLProgram, row: number): void {
    const bind = (name: string, size: number, type: number, stride: number, offset: number) => {
      const location = gl.getAttribLocation(program, name);
      if (location < 0) return;
      gl.enableVertexAttribArray(location);
      gl.vertexAttribPointer(location, size, type, false, stride, offset);
      gl.vertexAttribDivisor(location, 1);
    };
    gl.bindBuffer(gl.ARRAY_BUFFER, this.ships);
    for (const [name, size, type, offset] of ATTRIBUTES) bind(name, size, gl[type], STRIDE, row * STRIDE + offset);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.hiddenBuffer);
    bind('a_hidden', 1, gl.UNSIGNED_BYTE, 1, row);
  }
}

/** Which copies of the world, east or west of ours, the view reaches into. */
export function copies(frame: Frame): [first: number, last: number] {
  const half = frame.width / 2 / frame.world;
  return [Math.floor(frame.cx - half), Math.floor(frame.cx + half)];
}

/** Pixels of a merchant ship's sign: 8 over an ocean, 9 to 11 in a region, 14 in a harbour. */
export function symbolSize(nmPerPx: number): number {
  const steps: [number, number][] = [[6, 6.5], [2.7, 8.5], [1.3, 9.5], [0.25, 11], [0.09, 14], [0.01, 16]];
  if (nmPerPx >= steps[0][0]) return steps[0][1];
  for (let i = 1; i < steps.length; i++) {
    const [far, small] = steps[i - 1];
    const [near, large] = steps[i];
    if (nmPerPx < near) continue;
    const t = Math.log(far / nmPerPx) / Math.log(far / near);
    return small + (large - small) * t;
  }
  return steps[steps.length - 1][1];
}
