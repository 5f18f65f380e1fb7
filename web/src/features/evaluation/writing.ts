import { useQueryClient } from '@tanstack/react-query';
import { useBlocker } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { type Evaluation, evaluationQuery, markOf, type Sheet } from '../../api/evaluations';
import { Saver, type Saving } from './saver';
import { sent, sheetOf } from './sheet';

/** The sheet as it stands here, saved as one writes. */
export function useWriting(evaluation: Evaluation) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { id } = evaluation;
  const { queryKey } = evaluationQuery(id);
  const [sheet, setSheet] = useState(() => sheetOf(evaluation));
  const latest = useRef(sheet);
  const [saving, setSaving] = useState<Saving>({ kind: 'saved' });
  /** What stands here was written over this. */
  const base = useRef(evaluation);
  const keep = (kept: Evaluation) => {
    base.current = kept;
    client.setQueryData(queryKey, kept);
  };
  const [saver] = useState(
    () =>
      new Saver<Sheet>(
        async (what) => keep(await api.put<Evaluation>(`/evaluations/${id}/sheet`, sent(what), markOf(base.current))),
        setSaving,
      ),
  );
  useEffect(() => () => void saver.flush(), [saver]);
  useBlocker({
    shouldBlockFn: async ({ current, next }) => {
      if (current.pathname === next.pathname && JSON.stringify(current.search) === JSON.stringify(next.search))
        return false;
      return saver.state.kind !== 'saved' && !(await saver.flush()) && !window.confirm(t('evaluation.leave_unsaved'));
    },
    enableBeforeUnload: () => saver.state.kind !== 'saved',
  });
  return {
    sheet,
    saving,
    saver,
    write: (change: (before: Sheet) => Sheet) => {
      latest.current = change(latest.current);
      setSheet(latest.current);
      saver.change(latest.current);
    },
    /** As it was saved last. */
    saved: () => base.current,
    keep,
    /** What stands here shall count, whatever was saved meanwhile. */
    insist: async () => {
      base.current = await api.get<Evaluation>(`/evaluations/${id}`);
      await saver.insist();
    },
  };
}
