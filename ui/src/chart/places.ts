/* Names on the chart that are not ships: seas, ports and cities, chosen and placed by hand. */

/** Name, longitude, latitude, and the zoom from which it is worth its room. */
export type Place = [name: string, lon: number, lat: number, from: number];

export const SEAS: [name: string, lon: number, lat: number, from: number, to: number][] = [
  ['INDIAN OCEAN', 76, -8, 1.8, 6], ['ARABIAN SEA', 64.5, 16.5, 2.8, 7], ['BAY OF BENGAL', 88, 14.5, 3, 7],
  ['SOMALI BASIN', 53.5, 1.2, 3.6, 7], ['LACCADIVE SEA', 75, 7.6, 4, 7.5], ['GULF OF ADEN', 48.2, 12.4, 4.4, 8.5],
  ['RED SEA', 38.4, 20, 3.6, 8], ['PERSIAN GULF', 51.6, 27, 4.4, 8.5], ['GULF OF OMAN', 58.8, 24.7, 4.8, 8.5],
  ['MOZAMBIQUE CHANNEL', 41.2, -17.5, 4, 7.5], ['ANDAMAN SEA', 95.8, 10.5, 3.8, 7.5], ['STRAIT OF MALACCA', 99.2, 4.2, 5.4, 9],
  ['SOUTH CHINA SEA', 113, 12.5, 3, 7], ['JAVA SEA', 111.5, -5, 4, 8], ['TIMOR SEA', 127, -11, 4, 8],
  ['GREAT AUSTRALIAN BIGHT', 130, -34, 3.6, 7], ['TASMAN SEA', 160, -39, 3, 7], ['CORAL SEA', 154, -17, 3, 7],
  ['PHILIPPINE SEA', 132, 18, 3, 7], ['EAST CHINA SEA', 125, 29, 3.8, 7], ['NORTH PACIFIC OCEAN', -165, 30, 1.4, 5],
  ['SOUTH PACIFIC OCEAN', -125, -28, 1.4, 5], ['NORTH ATLANTIC OCEAN', -40, 32, 1.4, 5], ['SOUTH ATLANTIC OCEAN', -15, -25, 1.4, 5],
  ['SOUTHERN OCEAN', 75, -55, 1.8, 5], ['MEDITERRANEAN SEA', 18, 34.6, 3, 7], ['BLACK SEA', 34.5, 43.3, 3.6, 7],
  ['NORTH SEA', 3, 56.4, 3.8, 8], ['BALTIC SEA', 19.5, 57, 4, 8], ['ENGLISH CHANNEL', -2, 50, 5, 9], ['GULF OF GUINEA', 2, 1.5, 3, 7],
  ['CARIBBEAN SEA', -75, 15, 3, 7], ['GULF OF MEXICO', -90.5, 25, 3, 7],
];

export const PLACES: Place[] = [
  ['Aden', 45.02, 12.79, 3.6], ['Djibouti', 43.15, 11.6, 3.8], ['Salalah', 54.0, 16.95, 3.6], ['Muscat', 58.57, 23.63, 3.6],
  ['Mogadishu', 45.37, 2.03, 3.4], ['Kismayo', 42.55, -0.36, 4], ['Eyl', 49.85, 7.98, 4], ['Bosaso', 49.18, 11.29, 4.2],
  ['Berbera', 45.02, 10.44, 5], ['Hobyo', 48.53, 5.35, 5], ['Socotra', 53.9, 12.5, 4.2], ['Mombasa', 39.67, -4.05, 3.4],
  ['Dar es Salaam', 39.3, -6.82, 3.6], ['Zanzibar', 39.2, -6.16, 5], ['Nacala', 40.67, -14.54, 5], ['Pemba', 40.5, -12.97, 5.4],
  ['Beira', 34.84, -19.83, 4], ['Maputo', 32.57, -25.97, 3.8], ['Durban', 31.03, -29.87, 3.2], ['Richards Bay', 32.08, -28.8, 5],
  ['Cape Town', 18.43, -33.91, 2.6], ['Toamasina', 49.42, -18.15, 4], ['Antsiranana', 49.29, -12.27, 4.6], ['Moroni', 43.24, -11.7, 4.6],
  ['Port Louis', 57.5, -20.16, 3.4], ['Le Port', 55.29, -20.94, 5], ['Victoria', 55.45, -4.62, 3.4], ['Diego Garcia', 72.41, -7.31, 4],
  ['Malé', 73.51, 4.17, 3.4], ['Colombo', 79.84, 6.95, 3.2], ['Galle', 80.22, 6.03, 5.4], ['Hambantota', 81.1, 6.12, 5],
  ['Trincomalee', 81.23, 8.56, 5], ['Kochi', 76.24, 9.97, 3.6], ['Mumbai', 72.85, 18.94, 3], ['Kandla', 70.22, 23.01, 4.6],
  ['Mangaluru', 74.8, 12.93, 5], ['Goa', 73.8, 15.41, 4.6], ['Chennai', 80.3, 13.1, 3.4], ['Visakhapatnam', 83.3, 17.69, 4.4],
  ['Kolkata', 88.3, 22.5, 3.6], ['Chattogram', 91.8, 22.3, 4], ['Yangon', 96.2, 16.77, 4], ['Port Blair', 92.74, 11.67, 4.2],
  ['Karachi', 66.98, 24.82, 3.2], ['Gwadar', 62.33, 25.11, 4.6], ['Chabahar', 60.62, 25.29, 5], ['Bandar Abbas', 56.21, 27.14, 4],
  ['Fujairah', 56.37, 25.18, 4.6], ['Dubai', 55.27, 25.27, 3.8], ['Abu Dhabi', 54.37, 24.53, 5], ['Doha', 51.55, 25.3, 4.6],
  ['Bahrain', 50.6, 26.2, 5], ['Dammam', 50.2, 26.5, 5.4], ['Kuwait', 47.93, 29.37, 4], ['Basra', 47.8, 30.5, 4.6], ['Duqm', 57.7, 19.67, 4.4],
  ['Hudaydah', 42.95, 14.8, 4.6], ['Mukalla', 49.13, 14.53, 4.8], ['Assab', 42.74, 13.01, 5.4], ['Massawa', 39.45, 15.61, 4.4],
  ['Jeddah', 39.17, 21.48, 3.4], ['Yanbu', 38.06, 24.09, 5], ['Port Sudan', 37.22, 19.62, 4.2], ['Suez', 32.55, 29.97, 3.8],
  ['Port Said', 32.3, 31.26, 4.6], ['Aqaba', 35.0, 29.53, 5], ['Singapore', 103.82, 1.26, 2.8], ['Port Klang', 101.39, 3.0, 4.2],
  ['Penang', 100.35, 5.41, 5], ['Phuket', 98.39, 7.88, 5], ['Banda Aceh', 95.32, 5.55, 4.6], ['Padang', 100.36, -0.95, 4.4],
  ['Jakarta', 106.88, -6.1, 3.2], ['Surabaya', 112.74, -7.2, 4], ['Darwin', 130.84, -12.46, 3.6], ['Port Hedland', 118.58, -20.31, 4],
  ['Dampier', 116.71, -20.66, 5], ['Fremantle', 115.74, -32.05, 3.2], ['Christmas Island', 105.67, -10.42, 4.6], ['Cocos', 96.83, -12.12, 4.6],
  ['Adelaide', 138.5, -34.8, 4], ['Melbourne', 144.9, -37.83, 3.6], ['Sydney', 151.2, -33.86, 3.2], ['Brisbane', 153.2, -27.4, 4],
  ['Hong Kong', 114.17, 22.3, 3], ['Shanghai', 121.5, 31.3, 3], ['Busan', 129.05, 35.1, 3.8], ['Tokyo', 139.8, 35.6, 3], ['Manila', 120.95, 14.59, 3.4],
  ['Ho Chi Minh City', 106.8, 10.7, 4], ['Rotterdam', 4.1, 51.95, 3.4], ['Hamburg', 9.95, 53.53, 4], ['London', 0.4, 51.48, 3.6],
  ['Southampton', -1.4, 50.9, 5.4], ['Portsmouth', -1.1, 50.81, 7], ['Cowes', -1.3, 50.76, 8], ['Copenhagen', 12.6, 55.7, 3.8],
  ['Aarhus', 10.23, 56.15, 5.6], ['Skagen', 10.6, 57.72, 5.6], ['Esbjerg', 8.43, 55.46, 5.6], ['Gothenburg', 11.9, 57.69, 4.8], ['Kiel', 10.15, 54.33, 5.6],
  ['Helsinki', 24.95, 60.16, 4], ['Lisbon', -9.14, 38.7, 3.6], ['Gibraltar', -5.36, 36.14, 3.8], ['Piraeus', 23.62, 37.94, 3.8], ['Istanbul', 28.98, 41.02, 3.6],
  ['Lagos', 3.4, 6.43, 3.4], ['Dakar', -17.43, 14.68, 3.4], ['Luanda', 13.25, -8.8, 3.8], ['New York', -74.05, 40.65, 3], ['Houston', -95.0, 29.6, 3.6],
  ['New Orleans', -90.06, 29.95, 4.4], ['Miami', -80.17, 25.77, 4], ['Panama', -79.56, 8.95, 3.6], ['Los Angeles', -118.25, 33.74, 3.2],
  ['San Francisco', -122.4, 37.8, 4], ['Santos', -46.3, -23.98, 3.6], ['Buenos Aires', -58.36, -34.6, 3.4], ['Valparaíso', -71.62, -33.03, 3.8],
];
