import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { type Draw, type DrawnItem, drawQuery, listenersQuery } from '../../api/draws';
import { Card, errorText } from '../../ui/parts';
import { toast } from '../../ui/toast';
import { NOBODY, pickedOf, sharesOf } from './seats';

/** Gives what is not begun to somebody else, or takes it back: of the chosen calls, or of all where none is chosen. */
export function Move({ draw, chosen, clear }: { draw: Draw; chosen: ReadonlySet<string>; clear: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const listeners = useQuery(listenersQuery(draw.project.id));
  const [chosenFrom, setFrom] = useState<string>();
  const [to, setTo] = useState<string>();
  const picked = pickedOf(draw, chosen);
  const part = picked.length > 0;
  const calls = part ? picked : draw.items;
  const open = sharesOf(calls).filter((one) => one.open > 0);
  // Who has nothing left is no longer to be chosen.
  const from = open.find((one) => one.id === chosenFrom)?.id;
  const move = useMutation({
    mutationFn: (how: { from: string; to: string; conversations: string[] }) =>
      api.post<Draw>(`/draws/${draw.id}/assign`, { ...how, from: how.from || null, to: how.to || null }),
    onSuccess: (moved, how) => {
      const openOf = (items: DrawnItem[]) => sharesOf(items).find((one) => one.id === how.from)?.open ?? 0;
      const ids = new Set(calls.map((item) => item.conversation.id));
      const m = openOf(moved.items.filter((item) => ids.has(item.conversation.id)));
      const n = openOf(calls) - m;
      toast.good(m ? t('draws.stayed', { n, m }) : t('draws.moved', { n }));
      clear();
      client.setQueryData(drawQuery(draw.id).queryKey, moved);
      for (const key of ['draws', 'listeners', 'work-list']) void client.invalidateQueries({ queryKey: [key] });
    },
    onError: (error) => toast.bad(errorText(t, error)),
  });
  const froms = open.map((one) => ({
    value: one.id,
    label: t('draws.listener_n', { name: one.id === NOBODY ? t('draws.nobody') : one.name, n: one.open }),
  }));
  const tos = (listeners.data?.items ?? []).map((one) => ({
    value: one.id,
    label: t('draws.listener_n', { name: one.name, n: one.open }),
  }));
  return (
    <Card title={t('draws.move')} extra={part ? t('draws.move_chosen', { n: calls.length }) : t('draws.move_about')}>
      <form
        className="draw-move"
        onSubmit={(event) => {
          event.preventDefault();
          if (from === undefined || to === undefined) return;
          move.mutate({ from, to, conversations: part ? calls.map((item) => item.conversation.id) : [] });
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
