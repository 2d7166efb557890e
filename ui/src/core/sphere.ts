/* Range and bearing on the sphere, for what the cursor points at. */

const EARTH_NM = 3440.065;
const RAD = Math.PI / 180;

/** Great-circle distance in nautical miles and initial bearing in degrees from the first to the second point. */
export function rangeBearing(lon1: number, lat1: number, lon2: number, lat2: number): { nm: number; deg: number } {
  const [p1, p2, dl] = [lat1 * RAD, lat2 * RAD, (lon2 - lon1) * RAD];
  const h = Math.sin((p2 - p1) / 2) ** 2 + Math.cos(p1) * Math.cos(p2) * Math.sin(dl / 2) ** 2;
  const y = Math.sin(dl) * Math.cos(p2);
  const x = Math.cos(p1) * Math.sin(p2) - Math.sin(p1) * Math.cos(p2) * Math.cos(dl);
  return { nm: 2 * EARTH_NM * Math.asin(Math.min(1, Math.sqrt(h))), deg: (Math.atan2(y, x) / RAD + 360) % 360 };
}
