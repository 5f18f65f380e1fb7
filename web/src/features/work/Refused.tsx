import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { refusalsQuery } from '../../api/queries';
import type { Refusal } from '../../api/types';
import { useFormat } from '../../ui/format';
import { Card, Moment, Nothing, Trouble, Waiting } from '../../ui/parts';
import { Table } from '../../ui/Table';

/** What imports did not take, and why: nothing is skipped in silence. */
export function Refused() {
  const { t } = useTranslation();
  const query = useInfiniteQuery(refusalsQuery);
  const refusals = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card className="refused" title={t('work.refused')}>
      {query.error && !query.data ? (
        <Trouble error={query.error} again={() => void query.refetch()} />
      ) : !query.data ? (
        <Waiting rows={3} />
      ) : refusals.length === 0 ? (
        <Nothing>{t('work.refused_none')}</Nothing>
      ) : (
        <>
          <p className="quiet refused-note">{t('work.refused_note')}</p>
          <Table
            heads={[
              t('work.refused_file'),
              t('work.kind_label'),
              { text: t('work.reason'), className: 'reason' },
              t('work.source'),
              t('work.refused_by'),
              t('work.refused_at'),
            ]}
          >
            {refusals.map((refusal) => (
              <Row key={refusal.id} refusal={refusal} />
            ))}
          </Table>
          {query.hasNextPage && (
            <div className="work-more">
              <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                {t('audit.more')}
              </Button>
            </div>
          )}
        </>
      )}
    </Card>
  );
}

function Row({ refusal }: { refusal: Refusal }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <tr>
      <td className="refused-file">
        {refusal.file}
        {refusal.line !== null && <span className="quiet"> {t('work.refused_line', { n: refusal.line })}</span>}
      </td>
      <td className="nowrap">{t(`work.refused_kind.${refusal.kind}`)}</td>
      <td className="reason">
        {refusal.field && <code>{refusal.field}</code>} {refusal.reason}
        {refusal.advice && <div className="quiet">{refusal.advice}</div>}
      </td>
      <td className="nowrap">{refusal.source ?? <span className="none">–</span>}</td>
      <td className="nowrap">{refusal.by}</td>
      <td className="nowrap">
        <Moment at={refusal.at} />
        {refusal.times > 1 && (
          <span className="quiet"> {t('work.refused_times', { n: format.count(refusal.times) })}</span>
        )}
      </td>
    </tr>
  );
}
