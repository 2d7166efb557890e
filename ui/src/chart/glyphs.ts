/* The marks of priority, told apart by shape before colour: octagon, diamond, circle. */
import type { Priority } from '../core/api';
import type { Palette } from './palette';

export const GLYPH_PX = 7;

export function drawPriority(ctx: CanvasRenderingContext2D, x: number, y: number, priority: Priority, palette: Palette, count = 1): void {
  ctx.save();
  ctx.translate(x, y);
  ctx.lineWidth = 1.5;
  if (priority === 'act') {
    polygon(ctx, 8, GLYPH_PX + 1, Math.PI / 8);
    outlined(ctx, palette.act, palette.halo);
    write(ctx, count > 1 ? String(count) : '!', palette['on-act'], palette.font);
  } else if (priority === 'look') {
    polygon(ctx, 4, GLYPH_PX + 0.5, 0);
    outlined(ctx, palette.halo, palette.halo);
    ctx.strokeStyle = palette.look;
    ctx.lineWidth = 1.7;
    ctx.stroke();
    if (count > 1) write(ctx, String(count), palette.look, palette.font, 10);
    else {
      ctx.beginPath();
      ctx.arc(0, 0, 1.7, 0, 2 * Math.PI);
      ctx.fillStyle = palette.look;
      ctx.fill();
    }
  } else {
    ctx.beginPath();
    ctx.arc(0, 0, 4, 0, 2 * Math.PI);
    outlined(ctx, palette.halo, palette.halo);
    ctx.strokeStyle = palette.know;
    ctx.stroke();
  }
  ctx.restore();
}

function polygon(ctx: CanvasRenderingContext2D, corners: number, radius: number, turn: number): void {
  ctx.beginPath();
  for (let i = 0; i < corners; i++) {
    const a = turn + (i * 2 * Math.PI) / corners;
    ctx.lineTo(radius * Math.cos(a), radius * Math.sin(a));
  }
  ctx.closePath();
}

function outlined(ctx: CanvasRenderingContext2D, fill: string, halo: string): void {
  ctx.strokeStyle = halo;
  ctx.lineWidth = 4;
  ctx.stroke();
  ctx.fillStyle = fill;
  ctx.fill();
  ctx.lineWidth = 1.5;
}

function write(ctx: CanvasRenderingContext2D, text: string, colour: string, font: string, size = 11): void {
  ctx.font = `600 ${size}px ${font}`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  ctx.fillStyle = colour;
  ctx.fillText(text, 0, 0.5);
}
