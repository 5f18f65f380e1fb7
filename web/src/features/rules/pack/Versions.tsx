import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePermission } from '../../../api/session';
import { useFormat } from '../../../ui/format';
import { Loaded, Moment, Waiting } from '../../../ui/parts';
import { Table } from '../../../ui/Table';
import { Beside } from './Beside';
import { Differences } from './Differences';
import { Publish } from './Publish';
import { differenceQuery, versionQuery, versionsQuery } from './types';

/** All versions of a pack, what differs between two of them, and the way back. */
export function Versions({
  pack,
  titles,
  from,
  to,
  onTwo,
}: {
  pack: string;
  titles: Map<string, string>;
  from: number | undefined;
  to: number | undefined;
  onTwo: (from: number, to: number) => void;
}) {
  const { t } = useTranslation();
  const may = usePermission();
  const query = useQuery(versionsQuery(pack));
  const [back, setBack] = useState<number | null>(null);
  return (
    <>
      <Loaded query={query} rows={5}>
        {({ items }) => (
          <Table
            heads={[
              t('pack.version'),
              t('pack.note'),
              t('pack.written_by'),
              t('pack.published_by'),
              t('pack.published_at'),
              t('pack.digest'),
              '',
            ]}
          >
            {items.map((version, place) => (
              <tr key={version.number}>
                <td className="nowrap">
                  <b>{version.number === 0 ? t('pack.shipped') : t('pack.number', { n: version.number })}</b>{' '}
                  {version.counts && <span className="state state-judged">{t('pack.counts')}</span>}
                </td>
                <td className="note-cell">{version.note ?? <span className="none">–</span>}</td>
                <td>{version.written_by ?? <span className="none">–</span>}</td>
                <td>{version.published_by ?? <span className="none">–</span>}</td>
                <td className="nowrap">
                  <Moment at={version.published_at} />
                </td>
                <td>
                  <code title={version.digest}>{version.digest.replace(/^sha256:/, '').slice(0, 12)}</code>
                </td>
                <td className="num nowrap">
                  {items[place + 1] && (
                    <Button size="small" onClick={() => onTwo(items[place + 1]!.number, version.number)}>
                      {t('pack.what_changed')}
                    </Button>
                  )}{' '}
                  {!version.counts && may('rules.publish') && (
                    <Button size="small" onClick={() => setBack(version.number)}>
                      {t('pack.back_to')}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </Table>
        )}
      </Loaded>
      {from !== undefined && to !== undefined && <Between pack={pack} from={from} to={to} titles={titles} />}
      {back !== null && <Publish pack={pack} version={back} onClose={() => setBack(null)} />}
    </>
  );
}

function Between({ pack, from, to, titles }: { pack: string; from: number; to: number; titles: Map<string, string> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const found = useQuery(differenceQuery(pack, from, to, format.lang));
  const left = useQuery(versionQuery(pack, from));
  const right = useQuery(versionQuery(pack, to));
  const name = (number: number) => (number === 0 ? t('pack.shipped') : t('pack.number', { n: number }));
  return (
    <div className="between">
      <h2>
        {name(from)} → {name(to)}
      </h2>
      <Loaded query={found} rows={4}>
        {(difference) => <Differences found={difference} titles={titles} />}
      </Loaded>
      {left.data && right.data ? (
        <Beside left={left.data.files} right={right.data.files} labels={[name(from), name(to)]} />
      ) : (
        <Waiting rows={3} />
      )}
    </div>
  );
}
