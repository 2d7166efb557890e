/* Traffic at ocean scale: how many ships in each hexagon of equal area.

   The grid lies in the cylindrical equal-area projection (x = longitude, y = sine of latitude), stretched so that its
   hexagons are regular at 12 degrees, the middle of the waters watched. Equal area is what makes two counts comparable:
   a hexagon of equal pixels in mercator would hold four times less sea at 60 degrees than at the equator. */
import type { FleetStore } from '../core/fleet';
import type { Frame } from './view';

const RAD = Math.PI / 180;
const TRUE_LAT = 12;
const SQUASH = Math.cos(TRUE_LAT * RAD);
const WIDE_PX = 30;

export interface Grid {
  columns: number; // hexagons around the world: a whole number, so that the antimeridian has no seam
  dx: number; // degrees of longitude from one to the next
  dy: number; // of the equal-area height, in degrees at TRUE_LAT
}
export interface Cell {
  lon: number;
  lat: number;
  count: number;
  share: number; // 0 to 1, of the fullest on the chart, by logarithm
}

/** A grid whose hexagons are about 30 pixels wide, in steps of a third of a zoom so that it rarely changes. */
export function gridFor(frame: Frame): Grid {
  const world = 512 * 2 ** (Math.round(frame.zoom * 3) / 3);
  return gridOf(Math.max(12, Math.round(world / WIDE_PX)));
}

export function gridOf(columns: number): Grid {
  const dx = 360 / columns;
  return { columns, dx, dy: (dx * SQUASH * Math.sqrt(3)) / 2 };
}

/** Counts ships into cells. Cells are listed from north to south; rows with an event are counted like any other. */
export function count(fleet: FleetStore, grid: Grid): Cell[] {
  const rows = 2 * Math.ceil(90 / SQUASH / grid.dy) + 3;
  const half = (rows - 1) / 2;
  const counts = new Uint32Array(rows * grid.columns);
  const { lon, lat } = fleet.columns;
  let most = 0;
  for (let i = 0; i < fleet.count; i++) {
    const at = cellOf(lon[i], lat[i], grid);
    const cell = (half - at.row) * grid.columns + at.column;
    if (++counts[cell] > most) most = counts[cell];
  }
  const cells: Cell[] = [];
  for (let c = 0; c < counts.length; c++) {
    if (counts[c] === 0) continue;
    const row = half - Math.floor(c / grid.columns);
    const [lon0, lat0] = centre(row, c % grid.columns, grid);
    cells.push({ lon: lon0, lat: lat0, count: counts[c], share: most > 1 ? Math.log(counts[c]) / Math.log(most) : 0 });
  }
  return cells;
}

/* The nearest of the middles in the row of the point and, near its edge, in the next row. */
export function cellOf(lon: number, lat: number, grid: Grid): { row: number; column: number } {
  const py = heightOf(lat) / grid.dy;
  let row = Math.round(py);
  const px = (lon + 180) / grid.dx - (row & 1) / 2;
  let column = Math.round(px);
  const beyond = py - row;
  if (Math.abs(beyond) * 3 > 1) {
    const aside = px - column;
    const otherRow = row + (beyond < 0 ? -1 : 1);
    const otherColumn = column + (aside < 0 ? -0.5 : 0.5);
    const x2 = px - otherColumn;
    const y2 = py - otherRow;
    // Rows are √3/2 as far apart as columns: distances are compared in the same unit.
    if (aside ** 2 + 0.75 * beyond ** 2 > x2 ** 2 + 0.75 * y2 ** 2) {
      column = otherColumn + (row & 1 ? 0.5 : -0.5);
      row = otherRow;
    }
  }
  return { row, column: ((column % grid.columns) + grid.columns) % grid.columns };
}

export function centre(row: number, column: number, grid: Grid): [lon: number, lat: number] {
  const lon = (column + (row & 1) / 2) * grid.dx - 180;
  return [lon > 180 ? lon - 360 : lon, latOf(row * grid.dy)];
}

/** The six corners, first repeated; a little smaller than the cell so that neighbours stay apart. */
export function ring(cell: { lon: number; lat: number }, grid: Grid): GeoJSON.Position[] {
  const r = (grid.dy * 2) / 3;
  const y0 = heightOf(cell.lat);
  const corners: GeoJSON.Position[] = [];
  for (let k = 0; k <= 6; k++) {
    const turn = (60 * (k % 6) + 30) * RAD;
    corners.push([cell.lon + (0.93 * r * Math.cos(turn)) / SQUASH, latOf(y0 + 0.93 * r * Math.sin(turn))]);
  }
  return corners;
}

export function hexagonsGeoJson(cells: readonly Cell[], grid: Grid): GeoJSON.FeatureCollection {
  return {
    type: 'FeatureCollection',
    features: cells.map((cell) => ({
      type: 'Feature',
      properties: { share: cell.share },
      geometry: { type: 'Polygon', coordinates: [ring(cell, grid)] },
    })),
  };
}

function heightOf(lat: number): number {
  return Math.sin(lat * RAD) / RAD / SQUASH;
}

function latOf(height: number): number {
  return Math.asin(Math.max(-1, Math.min(1, height * RAD * SQUASH))) / RAD;
}
