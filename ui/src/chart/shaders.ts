/* The two small programs that draw the fleet on the graphics card. */
import { HALF, HULL_BEAM, HULL_LENGTH, SIGN_COUNT, SIGN_HULL, SIGN_NO_BOW } from './symbols';

/* A ship's place is carried as two floats a coordinate, and subtracted from the centre of the view before it meets the
   matrix: one float alone is 2.4 m coarse and ships would tremble at harbour zoom. The globe is never seen that close. */
export function vertexShader(prelude: string, define: string): string {
  return `#version 300 es
${prelude}
${define}
precision highp float;
uniform vec2 u_centre_high, u_centre_low, u_viewport;
uniform vec4 u_centre_clip;
uniform float u_now, u_wall, u_world, u_size, u_scale, u_wrap, u_quiet, u_fade, u_still;
uniform int u_selected, u_only;
uniform vec3 u_fleet, u_quiet_colour, u_text, u_look;
in vec2 a_corner;
in vec4 a_place;     // high xy, low xy
in vec2 a_motion;
in vec3 a_slide;     // dx, dy, since
in vec3 a_time;      // observed, old after, reach
in vec3 a_body;      // bow in tenths of a degree, length, beam
in vec4 a_kind;      // sign, flags, priority, 0
in float a_hidden;
out vec2 v_px;       // from the ship's place, screen up
out vec2 v_unit;     // from the ship's place in the sign's units, bow up
out vec2 v_per_px;   // units a pixel, across and along
flat out vec4 v_colour;
flat out vec4 v_state; // sign, hollow, provisional, split
flat out float v_ring; // radius in pixels of the ring of the lost

void main() {
  bool selected = gl_InstanceID + u_only == u_selected;
  float priority = a_kind.z;
  bool alone = selected || priority > 1.5;
  gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
  v_px = v_unit = v_per_px = vec2(0.0);
  v_colour = v_state = vec4(0.0);
  v_ring = 0.0;
  float opacity = alone ? 1.0 : u_fade;
  if (opacity < 0.01 || (a_hidden > 0.5 && !alone)) return;

  float age = u_now - a_time.x;
  vec2 offset = a_motion * clamp(age, 0.0, a_time.z);
  float slid = (u_wall - a_slide.z) / 0.3;
  if (slid < 1.0 && u_still < 0.5) { float rest = 1.0 - slid; offset += a_slide.xy * rest * rest * (3.0 - 2.0 * rest); }

  float bow = a_body.x > 3600.5 ? 0.0 : radians(a_body.x * 0.1);
#ifdef GLOBE
  vec2 place = a_place.xy + a_place.zw + offset;
  vec4 clip = projectTile(place);
  vec4 ahead = projectTile(place - vec2(0.0, 2e-5));
  vec2 up = (ahead.xy / ahead.w - clip.xy / clip.w) * u_viewport;
  bow += atan(up.x, up.y);
#else
  vec2 place = (a_place.xy - u_centre_high) + (a_place.zw - u_centre_low) + offset + vec2(u_wrap, 0.0);
  vec4 clip = u_centre_clip + u_projection_matrix * vec4(place, 0.0, 0.0);
#endif

  int flags = int(a_kind.y + 0.5);
  bool lost = (flags & 4) != 0;
  bool fishing = abs(a_kind.x - 4.0) < 0.5;
  float sign = a_body.x > 3600.5 ? ${SIGN_NO_BOW}.0 : a_kind.x;
  float size = u_size * (selected ? 1.25 : lost && priority > 1.5 ? 1.15 : 1.0);
  vec2 per_unit = vec2(size / ${HULL_LENGTH}.0);

  // True outline once the ship is longer on the screen than her sign.
  float metre = u_scale * cosh(3.14159265 - 6.2831853 * (a_place.y + a_place.w));
  float length_px = a_body.y * metre;
  if (length_px > size * 1.15 && a_body.x < 3600.5) {
    sign = ${SIGN_HULL}.0;
    float beam_px = a_body.z > 0.5 ? a_body.z * metre : length_px * 0.16;
    per_unit = vec2(max(beam_px, 4.0) / ${HULL_BEAM}.0, length_px / ${HULL_LENGTH}.0);
  }

  v_ring = lost ? size * 0.75 + 3.0 + 9.0 * (1.0 - exp(-max(age, 0.0) / 10800.0)) : 0.0;
  // A box along the hull, no larger than she and her edge of sea: what is not shaded costs nothing.
  bool split = (flags & 2) != 0;
  vec2 half_box = v_ring > 0.0 || split ? vec2(max(max(per_unit.x, per_unit.y) * 8.0, max(v_ring, 8.0)) + 2.0) : per_unit * vec2(3.7, 7.7) + 1.8;
  vec2 local = a_corner * half_box; // across and ahead
  float c = cos(bow), s = sin(bow);
  v_px = local.x * vec2(c, -s) + local.y * vec2(s, c);
  v_unit = vec2(local.x, -local.y) / per_unit;
  v_per_px = 1.0 / per_unit;

  vec3 colour = fishing && !alone ? mix(u_fleet, u_quiet_colour, u_quiet) : u_fleet;
  if (lost && priority > 1.5) colour = u_look;
  else if (selected) colour = u_text;
  v_colour = vec4(colour, opacity);
  bool old = age > a_time.y;
  v_state = vec4(sign, old || lost ? 1.0 : 0.0, (flags & 1) != 0 ? smoothstep(9.5, 13.0, size) : 0.0, split ? 1.0 : 0.0);
  gl_Position = clip;
  gl_Position.xy += v_px * 2.0 / u_viewport * clip.w;
}`;
}

export const FRAGMENT_SHADER = `#version 300 es
precision highp float;
uniform sampler2D u_signs;
uniform vec3 u_halo;
uniform float u_range;
in vec2 v_px, v_unit, v_per_px;
flat in vec4 v_colour, v_state;
flat in float v_ring;
out vec4 colour;

void main() {
  float alpha = 0.0;
  float halo = 0.0;
  vec2 cell = v_unit / ${(2 * HALF).toFixed(1)} + 0.5;
  if (all(greaterThan(cell, vec2(0.0))) && all(lessThan(cell, vec2(1.0)))) {
    float byte = texture(u_signs, vec2((v_state.x + clamp(cell.x, 0.01, 0.99)) / ${SIGN_COUNT}.0, cell.y)).r;
    float units = (0.5 - byte) * u_range;
    // A hull stretched differently along and across: its mean scale serves the edge well enough.
    float px = units / (0.5 * (v_per_px.x + v_per_px.y));
    float solid = clamp(0.5 - px, 0.0, 1.0);
    float outline = clamp(1.1 - abs(px + 0.35), 0.0, 1.0) ;
    float half_filled = max(outline, solid * (v_unit.x < 0.0 ? 1.0 : 0.45));
    alpha = v_state.y > 0.5 ? outline : mix(solid, half_filled, v_state.z);
    if (v_state.w > 0.5) alpha = max(alpha, clamp(1.2 - abs(v_px.y), 0.0, 1.0) * step(abs(v_px.x), 8.0));
    halo = clamp(1.6 - px, 0.0, 1.0) * 0.85;
  }
  if (v_ring > 0.0) {
    float r = length(v_px);
    float turn = atan(v_px.y, v_px.x) / 6.2831853 * floor(v_ring * 1.05);
    alpha = max(alpha, clamp(1.0 - abs(r - v_ring), 0.0, 1.0) * smoothstep(0.02, 0.1, 0.28 - abs(fract(turn) - 0.5)));
  }
  float cover = max(alpha, halo) * v_colour.a;
  if (cover < 0.004) discard;
  colour = vec4(mix(u_halo, v_colour.rgb, alpha / max(alpha, halo)) * cover, cover);
}`;
