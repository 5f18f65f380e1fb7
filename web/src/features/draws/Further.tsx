import { useQuery } from '@tanstack/react-query';
import { InputNumber, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { placesQuery, rulesQuery } from '../../api/queries';
import { usePermission } from '../../api/session';
import { agentText, useFormat } from '../../ui/format';
import { furtherOf, type Wish } from './plan';
import './draws.css';

type Option = { value: string; label: string };

/** What narrows the calls further; it is opened where something is set. */
export function Further({ wish, change }: { wish: Wish; change: (next: Partial<Wish>) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const may = usePermission();
  const n = furtherOf(wish);
  const [open, setOpen] = useState(n > 0);
  const places = useQuery(placesQuery).data;
  const rules = useQuery({ ...rulesQuery, enabled: may('rules.read') }).data;
  const inTeams = (team: string | null) => wish.teams.length === 0 || (team !== null && wish.teams.includes(team));
  const options = {
    teams: places?.teams.map((one) => ({ value: one.id, label: one.name })) ?? [],
    agents:
      places?.agents
        .filter((one) => inTeams(one.team) || wish.agents.includes(one.id))
        .map((one) => ({ value: one.id, label: agentText(one) })) ?? [],
    rules:
      rules?.packs.flatMap((pack) =>
        pack.rules.map((rule) => ({
          value: rule.id,
          label: `${format.title(rule.title, rule.id)}${pack.language.startsWith('en') ? ' (EN)' : ''}`,
        })),
      ) ?? [],
  } satisfies Record<string, Option[]>;
  return (
    <details className="draw-further" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{n ? t('draws.further_n', { n }) : t('draws.further')}</summary>
      {(['teams', 'agents', 'rules'] as const).map((kind) => (
        <label key={kind} htmlFor={`draw-${kind}`}>
          {t(`plans.only.${kind}`)}
          <Select
            id={`draw-${kind}`}
            mode="multiple"
            allowClear
            placeholder={t('draws.any')}
            showSearch={{ optionFilterProp: 'label' }}
            value={wish[kind]}
            options={options[kind]}
            onChange={(next) => change({ [kind]: next })}
          />
        </label>
      ))}
      <label htmlFor="draw-seconds">
        {t('plans.at_least_long')}
        <InputNumber
          id="draw-seconds"
          min={1}
          max={86_400}
          suffix={t('draws.seconds')}
          value={wish.seconds}
          onChange={(seconds) => change({ seconds })}
        />
      </label>
    </details>
  );
}
