import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Amount, Dimension, Title } from '../api/types';
import { useZone } from './zone';

export const DIMENSIONS: readonly Dimension[] = ['compliance', 'experience', 'risk'];

/** 0:07, 12:30, 1:02:03. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (number: number) => String(number).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

export function score(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}

/** An agent by name and number; by the number alone where nobody told a name. */
export function agentText({ name, number }: { name: string | null; number: string }): string {
  return name && name !== number ? `${name} ${number}` : number;
}

/** A figure of a card, in hundredths as it was worked out. */
export function figure(value: number | null): string {
  return value === null ? '–' : String(Math.round(value * 100) / 100);
}

export function signedFigure(value: number): string {
  return `${value > 0 ? '+' : value < 0 ? '−' : '±'}${figure(Math.abs(value))}`;
}

export function signed(value: number): string {
  const sign = value > 0 ? '+' : value < 0 ? '−' : '±';
  return sign + score(Math.abs(value));
}

export function percent(share: number, places = 1): string {
  return `${(share * 100).toFixed(places)}%`;
}

/** How a score stands: 0 good to 3 bad. */
export function standing(dimension: Dimension, value: number): 0 | 1 | 2 | 3 {
  const good = dimension === 'risk' ? 100 - value : value;
  return good >= 90 ? 0 : good >= 75 ? 1 : good >= 60 ? 2 : 3;
}

/** Which way a step moves a score for the better. */
export function betters(dimension: Dimension, points: number): boolean {
  return dimension === 'risk' ? points < 0 : points > 0;
}

const dates = new Map<string, Intl.DateTimeFormat>();
function dated(zone: string | undefined, form: 'day' | 'minute' | 'second'): Intl.DateTimeFormat {
  const key = `${zone} ${form}`;
  let made = dates.get(key);
  if (!made) {
    const day = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
    const minute = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
    const forms = {
      day,
      minute: { ...day, ...minute },
      second: { ...day, ...minute, second: '2-digit' },
    } as const;
    // The Swedish form is the one that sorts: 2026-11-22 16:05.
    made = new Intl.DateTimeFormat('sv-SE', { ...forms[form], timeZone: zone });
    dates.set(key, made);
  }
  return made;
}

export function useFormat() {
  const { t, i18n } = useTranslation();
  const zone = useZone();
  return useMemo(() => {
    const language = i18n.language === 'en' ? 'en-GB' : 'zh-CN';
    const numbers = new Intl.NumberFormat(language);
    const at = (form: 'day' | 'minute' | 'second') => (text: string | number | null | undefined) =>
      text === null || text === undefined ? '' : dated(zone, form).format(new Date(text));
    const count = (value: number) => numbers.format(value);
    const span = (ms: number): string => {
      if (ms < 60_000) return t('span.seconds', { s: Math.round(ms / 100) / 10 });
      const minutes = Math.round(ms / 60_000);
      if (minutes < 60) return t('span.minutes', { m: minutes });
      if (minutes < 48 * 60) return t('span.hours', { h: Math.floor(minutes / 60), m: minutes % 60 });
      return t('span.days', { d: Math.floor(minutes / 1440), h: Math.floor((minutes % 1440) / 60) });
    };
    const measured = ({ amount, unit }: Amount): string => {
      if (unit === 'ms') return t('span.seconds', { s: Math.round(amount / 100) / 10 });
      if (unit === 'share') return percent(amount);
      return t(`units.${unit}`, { n: Math.round(amount * 100) / 100, defaultValue: `${amount} ${unit}` });
    };
    const title = (words: Title | undefined, otherwise = ''): string =>
      (language === 'zh-CN' ? words?.zh || words?.en : words?.en || words?.zh) || otherwise;
    return {
      lang: (language === 'zh-CN' ? 'zh' : 'en') as 'zh' | 'en',
      count,
      span,
      measured,
      title,
      day: at('day'),
      minute: at('minute'),
      second: at('second'),
      /** Without the year: 11-22 16:05. */
      short: (text: string) => at('minute')(text).slice(5),
      bytes: (value: number) =>
        value < 1024 * 1024
          ? `${numbers.format(Math.round(value / 1024))} KB`
          : `${numbers.format(Math.round(value / 104857.6) / 10)} MB`,
    };
  }, [t, i18n.language, zone]);
}
