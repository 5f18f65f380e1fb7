import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Group } from '../../api/results';
import { useFormat } from '../../ui/format';
import { Card } from '../../ui/parts';
import { Table } from '../../ui/Table';
import { Beside, MeanOf } from './marks';

const FIRST = 20;

/** Projects, teams or agents: how well, how sure, and whether that is more than chance. */
export function Groups({
  title,
  what,
  beside,
  groups,
}: {
  title: string;
  what: string;
  beside: string;
  groups: Group[];
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const [all, setAll] = useState(false);
  const shown = all ? groups : groups.slice(0, FIRST);
  return (
    <Card title={title} className="results-groups">
      <Table
        heads={[
          what,
          { text: 'n', className: 'num' },
          { text: t('results.mean'), className: 'num' },
          { text: t('results.fatal'), className: 'num' },
          beside,
        ]}
      >
        {shown.map((group) => (
          <tr key={group.id}>
            <td>{group.name}</td>
            <td className="num">{format.count(group.count)}</td>
            <td className="num">
              <MeanOf of={group} />
            </td>
            <td className="num">{format.count(group.fatal)}</td>
            <td>
              <Beside of={group} />
            </td>
          </tr>
        ))}
      </Table>
      {shown.length < groups.length && (
        <div className="more">
          <Button onClick={() => setAll(true)}>{t('results.all', { n: groups.length })}</Button>
        </div>
      )}
    </Card>
  );
}
