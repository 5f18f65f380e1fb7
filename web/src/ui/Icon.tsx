import type { CSSProperties } from 'react';

const PATHS = {
  overview: 'M3 20h18M6 16v-5M11 16V6M16 16v-8M20 16v-3',
  conversations: 'M4 5h12a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2H9l-4 3.5V14H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1zM21 10v8l-3-2.3h-5',
  work: 'M3 12h4l2.5-7 5 14 2.5-7h4',
  rules: 'M5 4h11l3 3v13H5zM8.5 10h7M8.5 13.5h7M8.5 17h4',
  scorecards: 'M4.5 4h15v16h-15zM8 9l1.2 1.2L11.5 8M14 9.2h3M8 15l1.2 1.2 2.3-2.2M14 15.2h3',
  users:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c0-3.6 2.9-6 6.5-6s6.5 2.4 6.5 6M16 4.4a3.5 3.5 0 0 1 0 6.3M18 14.6c2.1.7 3.5 2.7 3.5 5.4',
  places: 'M4 20V6l7-3v17M11 20V9l9 3v8M2.5 20h19M7 9h1M7 13h1M15 15h1',
  sessions: 'M3 5h18v11H3zM8.5 20h7M12 16v4',
  tokens: 'M8 15.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 11.5h9M18 11.5v3.5',
  audit: 'M12 3l7.5 3v5.5c0 4.7-3.2 7.7-7.5 9.5-4.3-1.8-7.5-4.8-7.5-9.5V6zM9 12l2.2 2.2L15.2 10',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.3 15.3L20 20',
  columns: 'M4 5h16v14H4zM10 5v14M15 5v14',
  bookmark: 'M7 4h10v16l-5-3.8L7 20z',
  download: 'M12 4v11M7.5 11L12 15.5 16.5 11M4.5 19.5h15',
  upload: 'M12 15.5V4.5M7.5 9L12 4.5 16.5 9M4.5 19.5h15',
  webhooks: 'M4 12h9M9.5 8.5L13 12l-3.5 3.5M13 5h7v14h-7',
  play: 'M7 4.5v15l12.5-7.5z',
  pause: 'M8 5v14M16 5v14',
  loop: 'M17 3l3.5 3.5L17 10M20 6.5H8a4 4 0 0 0-4 4V12M7 21l-3.5-3.5L7 14M4 17.5h12a4 4 0 0 0 4-4V12',
  back5: 'M4 5v5h5M4.6 10A8 8 0 1 1 4 13.5',
  forward5: 'M20 5v5h-5M19.4 10a8 8 0 1 0 .6 3.5',
  up: 'M6 14.5L12 8.5l6 6',
  down: 'M6 9.5l6 6 6-6',
  left: 'M14.5 6l-6 6 6 6',
  right: 'M9.5 6l6 6-6 6',
  link: 'M10 14a4 4 0 0 0 5.7 0l3.6-3.6a4 4 0 0 0-5.7-5.7L12.4 6M14 10a4 4 0 0 0-5.7 0l-3.6 3.6a4 4 0 0 0 5.7 5.7L11.6 18',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.5v2M12 19.5v2M4.5 12h-2M21.5 12h-2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z',
  auto: 'M12 3.5a8.5 8.5 0 1 0 0 17zM12 3.5a8.5 8.5 0 0 1 0 17',
  globe:
    'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3 12h18M12 3c2.5 2.5 3.8 5.5 3.8 9s-1.3 6.5-3.8 9c-2.5-2.5-3.8-5.5-3.8-9S9.5 5.5 12 3z',
  leave: 'M14 4H5v16h9M10 12h11M17.5 8.5L21 12l-3.5 3.5',
  menu: 'M4 6.5h16M4 12h16M4 17.5h16',
  fold: 'M4 5h16v14H4zM9.5 5v14M16 9.5L13.5 12l2.5 2.5',
  inbound: 'M19 5L8 16M8 8.5V16h7.5',
  outbound: 'M5 19L16 8M8.5 8H16v7.5',
  mic: 'M12 15a3 3 0 0 0 3-3V6a3 3 0 0 0-6 0v6a3 3 0 0 0 3 3zM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3',
  refresh: 'M20 5v5h-5M19.6 10A8 8 0 1 0 20 13.5',
  plus: 'M12 5v14M5 12h14',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  close: 'M6 6l12 12M18 6L6 18',
  compare: 'M4 5h7v14H4zM13 5h7v14h-7zM6.5 9h2M6.5 12h2M15.5 9h2M15.5 15h2',
  filter: 'M4 5h16l-6.2 7.5V19l-3.6-2v-4.5z',
  pin: 'M12 21s6.5-6 6.5-11a6.5 6.5 0 0 0-13 0c0 5 6.5 11 6.5 11zM12 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z',
  note: 'M4 5h16v11h-8l-4.5 4v-4H4zM8 9h8M8 12.3h5',
  keyboard: 'M3 6.5h18v11H3zM6.5 10h.01M10 10h.01M13.5 10h.01M17 10h.01M8 14h8',
  evaluations: 'M9 4.5h6v3H9zM9 6H5.5v14h13V6H15M8.5 13.5l2.4 2.4 4.6-4.6',
  list: 'M4 6l1.3 1.3L7.8 4.8M4 12.5l1.3 1.3 2.5-2.5M4 19l1.3 1.3 2.5-2.5M11 6.5h9M11 13h9M11 19.5h9',
  draws: 'M4.5 4.5h15v15h-15zM8.5 8.5h.01M15.5 8.5h.01M12 12h.01M8.5 15.5h.01M15.5 15.5h.01',
  results: 'M4 20V4M4 20h16M8 16v-4M12 16V8M16 16v-6',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 17, style }: { name: IconName; size?: number; style?: CSSProperties }) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill={name === 'play' ? 'currentColor' : 'none'}
      stroke="currentColor"
      strokeWidth={name === 'pause' ? 3 : 1.7}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      style={style}
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" className="brand-mark">
      <rect x="3" y="9.5" width="2.4" height="5" rx="1.2" />
      <rect x="7.7" y="5" width="2.4" height="14" rx="1.2" className="bar-1" />
      <rect x="12.4" y="3" width="2.4" height="12" rx="1.2" />
      <rect x="17.1" y="8" width="2.4" height="10" rx="1.2" className="bar-2" />
    </svg>
  );
}
