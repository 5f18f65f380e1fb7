import { type ThemeConfig, theme as themes } from 'antd';
import { useSyncExternalStore } from 'react';

export type ThemeChoice = 'auto' | 'light' | 'dark';
const KEPT = 'lingjian.theme';
const system = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

export function themeChoice(): ThemeChoice {
  const kept = localStorage.getItem(KEPT);
  return kept === 'light' || kept === 'dark' ? kept : 'auto';
}

function isDark(): boolean {
  const choice = themeChoice();
  return choice === 'auto' ? system.matches : choice === 'dark';
}

export function applyTheme(): void {
  document.documentElement.dataset.theme = isDark() ? 'dark' : 'light';
  for (const listener of listeners) listener();
}

export function chooseTheme(choice: ThemeChoice): void {
  if (choice === 'auto') localStorage.removeItem(KEPT);
  else localStorage.setItem(KEPT, choice);
  applyTheme();
}

system.addEventListener('change', applyTheme);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useDark(): boolean {
  return useSyncExternalStore(subscribe, isDark);
}

export function useThemeChoice(): ThemeChoice {
  return useSyncExternalStore(subscribe, themeChoice);
}

/** A colour of the page's own sheet, for what is drawn on a canvas. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

const FONT =
  '"Inter", "Segoe UI", system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';

export function antTheme(dark: boolean): ThemeConfig {
  return {
    algorithm: dark ? themes.darkAlgorithm : themes.defaultAlgorithm,
    token: {
      fontFamily: FONT,
      fontSize: 13,
      controlHeight: 30,
      controlHeightSM: 26,
      borderRadius: 7,
      borderRadiusSM: 5,
      motionDurationMid: '0.12s',
      motionDurationSlow: '0.16s',
      wireframe: false,
      motion: !matchMedia('(prefers-reduced-motion: reduce)').matches,
      ...(dark
        ? {
            colorPrimary: '#5aa3a8',
            colorLink: '#7fbcc0',
            colorText: '#e7eae8',
            colorTextSecondary: '#b3bcbd',
            colorTextTertiary: '#96a1a4',
            colorTextPlaceholder: '#8a9699',
            colorTextDisabled: '#78838a',
            colorBgBase: '#141819',
            colorBgLayout: '#121618',
            colorBgContainer: '#1a2022',
            colorBgElevated: '#20272a',
            colorBorder: '#3a4447',
            colorBorderSecondary: '#2a3235',
            colorError: '#e0655f',
          }
        : {
            colorPrimary: '#23565c',
            colorLink: '#23565c',
            colorText: '#1f2629',
            colorTextSecondary: '#465055',
            colorTextTertiary: '#5a6469',
            colorTextPlaceholder: '#6c767b',
            colorTextDisabled: '#8d969a',
            colorBgLayout: '#f4f3ef',
            colorBgContainer: '#fffefc',
            colorBgElevated: '#fffefc',
            colorBorder: '#d6d2c7',
            colorBorderSecondary: '#e8e5dd',
            colorError: '#b4322f',
          }),
    },
    components: {
      Button: {
        primaryShadow: 'none',
        defaultShadow: 'none',
        fontWeight: 500,
        ...(dark ? { primaryColor: '#0e1718' } : {}),
      },
      Select: { optionPadding: '4px 10px', optionHeight: 28 },
      Tooltip: { fontSize: 12 },
      Tabs: { horizontalMargin: '0', titleFontSize: 13 },
      Modal: { titleFontSize: 15 },
    },
  };
}
