import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePermission } from '../../api/session';
import { Loaded, Moment } from '../../ui/parts';
import { Beside } from '../rules/pack/Beside';
import { Form } from './Form';
import { Publish } from './Publish';
import { cardVersionQuery, cardVersionsQuery } from './types';

/** All versions of a card, each with its form, and the way back. */
export function Versions({
  card,
  shown,
  onShow,
}: {
  card: string;
  shown: number | undefined;
  onShow: (number: number | undefined) => void;
}) {
  const { t } = useTranslation();
  const may = usePermission();
  const query = useQuery(cardVersionsQuery(card));
  const [back, setBack] = useState<number | null>(null);
  const counting = query.data?.items[0]?.number;
  return (
    <>
      <Loaded query={query} rows={5}>
        {({ items }) => (
          <ol className="card-versions">
            {items.map((version) => (
              <li key={version.number} className={version.number === shown ? 'open' : ''}>
                <div>
                  <b>{version.number === 0 ? t('pack.shipped') : t('pack.number', { n: version.number })}</b>
                  {version.counts && <span className="state state-judged">{t('pack.counts')}</span>}
                  <code title={version.digest}>{version.digest.replace(/^sha256:/, '').slice(0, 12)}</code>
                  <span className="tools">
                    <Button
                      size="small"
                      aria-expanded={version.number === shown}
                      onClick={() => onShow(version.number === shown ? undefined : version.number)}
                    >
                      {t(version.number === shown ? 'close' : 'scorecards.show')}
                    </Button>
                    {!version.counts && may('rules.publish') && (
                      <Button size="small" onClick={() => setBack(version.number)}>
                        {t('pack.back_to')}
                      </Button>
                    )}
                  </span>
                </div>
                {version.note && <p>{version.note}</p>}
                {version.published_at && (
                  <p className="quiet">
                    {t('scorecards.version_by', { writer: version.written_by, publisher: version.published_by })}{' '}
                    <Moment at={version.published_at} />
                  </p>
                )}
                {version.number === shown && counting !== undefined && (
                  <One card={card} number={version.number} counting={counting} />
                )}
              </li>
            ))}
          </ol>
        )}
      </Loaded>
      {back !== null && <Publish card={card} version={back} onClose={() => setBack(null)} />}
    </>
  );
}

/** The form of a version, and how its file differs from the one that counts. */
function One({ card, number, counting }: { card: string; number: number; counting: number }) {
  const { t } = useTranslation();
  const query = useQuery(cardVersionQuery(card, number));
  const newest = useQuery(cardVersionQuery(card, counting));
  const name = (one: number) => (one === 0 ? t('pack.shipped') : t('pack.number', { n: one }));
  const files = (text: string) => [{ name: `${card}.yaml`, text }];
  return (
    <Loaded query={query} rows={6}>
      {(version) => (
        <>
          {newest.data && number !== counting && (
            <Beside
              left={files(version.file)}
              right={files(newest.data.file)}
              labels={[name(number), name(counting)]}
            />
          )}
          <Form card={version.card} />
        </>
      )}
    </Loaded>
  );
}
