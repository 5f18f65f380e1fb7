import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ItemCompared } from '../../api/agreement';
import { useFormat } from '../../ui/format';
import { Card } from '../../ui/parts';
import { Table } from '../../ui/Table';
import { alphaOf, kappaOf, leastFirst, percentOf } from './figures';
import { Coefficient, Share, Standing } from './marks';

/** Which questions people answer alike, and which they do not. */
export function Items({ items }: { items: ItemCompared[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [least, setLeast] = useState(true);
  const shown = least ? leastFirst(items) : items;
  return (
    <Card
      className="agreement-items"
      title={t('agreement.items')}
      extra={
        <label className="agreement-sort">
          <input type="checkbox" checked={least} onChange={(event) => setLeast(event.target.checked)} />
          {t('agreement.least_first')}
        </label>
      }
    >
      <Table
        heads={[
          t('agreement.item'),
          { text: t('agreement.judged'), className: 'num' },
          { text: t('agreement.alike'), className: 'num' },
          { text: 'κ', className: 'num' },
          { text: 'α', className: 'num' },
          { text: t('agreement.graded'), className: 'num' },
          t('agreement.standing'),
        ]}
      >
        {shown.map((item) => {
          const alpha = alphaOf(item.people, 'nominal');
          return (
            <tr key={item.id} data-item={item.id}>
              <td>
                {format.title(item.title, item.id)}{' '}
                {item.fatal && <span className="tag severity-fatal">{t('evaluation.fatal')}</span>}
              </td>
              <td className="num">{format.count(item.people?.units ?? 0)}</td>
              <td className="num">
                <Share of={percentOf(item.people)} />
              </td>
              <td className="num">
                <Coefficient of={kappaOf(item.people)} />
              </td>
              <td className="num">
                <Coefficient of={alpha} />
              </td>
              <td className="num">
                <Coefficient of={alphaOf(item.graded, 'ordinal')} />
              </td>
              <td>
                <Standing of={alpha} />
              </td>
            </tr>
          );
        })}
      </Table>
    </Card>
  );
}
