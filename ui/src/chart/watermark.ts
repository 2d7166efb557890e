/* EXERCISE across the sea: faint, and impossible to crop out of a picture of the chart. */
import type { Scene } from './scene';

export function drawWatermark(scene: Scene): void {
  if (!scene.exercise) return;
  const { ctx, frame, palette } = scene;
  ctx.save();
  ctx.font = `700 34px ${palette.font}`;
  ctx.fillStyle = palette.exercise;
  ctx.globalAlpha = 0.075;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  ctx.letterSpacing = '0.3em';
  const [apartX, apartY] = [520, 300];
  for (let j = 0; j * apartY < frame.height + apartY; j++) {
    for (let i = 0; i * apartX < frame.width + apartX; i++) {
      ctx.save();
      ctx.translate((i + (j % 2 ? 0.5 : 0)) * apartX + 40, (j + 0.55) * apartY - 40);
      ctx.rotate(-0.42);
      ctx.fillText('EXERCISE', 0, 0);
      ctx.restore();
    }
  }
  ctx.restore();
}
