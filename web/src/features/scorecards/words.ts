import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { rulesQuery } from '../../api/queries';
import { type Item, type ItemOption, itemsOf, type Prefill, type Scorecard } from '../../api/scorecards';
import { figure, percent, signedFigure, useFormat } from '../../ui/format';
import { earns } from './asked';

/** What a card says, in sentences. */
export function useWords(card: Scorecard | null | undefined) {
  const { t } = useTranslation();
  const format = useFormat();
  const rules = useQuery(rulesQuery).data;
  return useMemo(() => {
    const items = new Map((card ? itemsOf(card) : []).map((item) => [item.id, item]));
    const sections = new Map(card?.sections.map((section) => [section.id, section]));
    const titles = new Map(rules?.packs.flatMap((pack) => pack.rules).map((rule) => [rule.id, rule.title]));
    const item = (id: string) => format.title(items.get(id)?.title, id);
    const section = (id: string) => format.title(sections.get(id)?.title, id);
    const option = (of: Item | undefined, id: string) =>
      format.title(of?.options.find((one) => one.id === id)?.title, id);
    const quoted = (texts: string[]) => texts.map((text) => t('scorecards.quoted', { text })).join(t('scorecards.or'));
    const measured = (name: string, value: number) =>
      name.endsWith('_ms') ? format.span(value) : name.endsWith('_share') ? percent(value, 0) : figure(value);
    return {
      item,
      section,
      /** What an answer moves. */
      moves: (of: Item, one: ItemOption): string => {
        const points = earns(of, one.share);
        if (points === null) return '';
        return t('scorecards.points_n', { n: of.counts === 'weighed' ? figure(points) : signedFigure(points) });
      },
      /** What an item can move. */
      worth: (of: Item): string =>
        of.points ? t(`scorecards.worth.${of.counts}`, { n: figure(of.points) }) : t('scorecards.worth.nothing'),
      when: ({ item: id, is }: { item: string; is: string[] }): string =>
        t('scorecards.asked_when', {
          item: item(id),
          options: quoted(is.map((one) => option(items.get(id), one))),
        }),
      suggests: (of: Item | undefined, { option: id, rules: found, measure, over, under }: Prefill): string => {
        const what = option(of, id);
        if (!measure)
          return t('scorecards.suggested_by_rules', {
            option: what,
            rules: quoted((found ?? []).map((rule) => format.title(titles.get(rule), rule))),
          });
        const name = t(`metric.${measure}`, { defaultValue: measure });
        return over === undefined
          ? t('scorecards.suggested_under', { option: what, name, value: measured(measure, under ?? 0) })
          : t('scorecards.suggested_over', { option: what, name, value: measured(measure, over) });
      },
      option: (of: ItemOption): string =>
        [
          format.title(of.title, of.id),
          of.share === undefined ? '' : percent(of.share, 0),
          of.comment ? t('scorecards.comment') : '',
          of.evidence ? t('scorecards.evidence') : '',
        ]
          .filter(Boolean)
          .join(' · '),
    };
  }, [card, rules, t, format]);
}
