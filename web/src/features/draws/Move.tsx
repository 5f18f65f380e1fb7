import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { type Draw, drawQuery, listenersQuery } from '../../api/draws';
import { Card, errorText } from '../../ui/parts';
import { toast } from '../../ui/toast';

/** Stands for no inspector. */
const NOBODY = '';

/** Who has how much of a draw that is not begun: by id, with the name. */
function openOf(draw: Draw): Map<string, { name: string; open: number }> {
  const all = new Map<string, { name: string; open: number }>();
  for (const seat of draw.items.flatMap((item) => item.seats)) {
    if (seat.state !== 'open') continue;
    const id = seat.inspector?.id ?? NOBODY;
    const one = all.get(id) ?? { name: seat.inspector?.name ?? '', open: 0 };
    all.set(id, { ...one, open: one.open + 1 });
  }
  return all;
}

/** Gives what is not begun to somebody else, or takes it back. */
export function Move({ draw }: { draw: Draw }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const listeners = useQuery(listenersQuery(draw.project.id));
  const [chosenFrom, setFrom] = useState<string>();
  const [to, setTo] = useState<string>();
  const open = openOf(draw);
  // Who has nothing left is no longer to be chosen.
  const from = chosenFrom !== undefined && open.has(chosenFrom) ? chosenFrom : undefined;
  const move = useMutation({
    mutationFn: (how: { from: string; to: string }) =>
      api.post<Draw>(`/draws/${draw.id}/assign`, { from: how.from || null, to: how.to || null }),
    onSuccess: (moved, how) => {
      const m = openOf(moved).get(how.from)?.open ?? 0;
      const n = (open.get(how.from)?.open ?? 0) - m;
      toast.good(m ? t('draws.stayed', { n, m }) : t('draws.moved', { n }));
      client.setQueryData(drawQuery(draw.id).queryKey, moved);
      for (const key of ['draws', 'listeners', 'work-list']) void client.invalidateQueries({ queryKey: [key] });
    },
    onError: (error) => toast.bad(errorText(t, error)),
  });
  const froms = [...open].map(([id, one]) => ({
    value: id,
    label: t('draws.listener_n', { name: id === NOBODY ? t('draws.nobody') : one.name, n: one.open }),
  }));
  const tos = (listeners.data?.items ?? []).map((one) => ({
    value: one.id,
    label: t('draws.listener_n', { name: one.name, n: one.open }),
  }));
  return (
    <Card title={t('draws.move')} extra={t('draws.move_about')}>
      <form
        className="draw-move"
        onSubmit={(event) => {
          event.preventDefault();
          if (from !== undefined && to !== undefined) move.mutate({ from, to });
        }}
      >
        <label htmlFor="draw-move-from">
          {t('draws.move_from')}
          <Select id="draw-move-from" value={from} options={froms} onChange={setFrom} />
        </label>
        <label htmlFor="draw-move-to">
          {t('draws.move_to')}
          <Select
            id="draw-move-to"
            value={to}
            options={[{ value: NOBODY, label: t('draws.nobody_back') }, ...tos].filter((one) => one.value !== from)}
            onChange={setTo}
          />
        </label>
        <Button
          type="primary"
          htmlType="submit"
          loading={move.isPending}
          disabled={from === undefined || to === undefined || from === to}
        >
          {t('draws.move_do')}
        </Button>
      </form>
    </Card>
  );
}
