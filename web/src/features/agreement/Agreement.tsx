import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { agreementQuery, type Comparison } from '../../api/agreement';
import { placesQuery } from '../../api/queries';
import { countingCardsQuery } from '../../api/scorecards';
import { usePermission } from '../../api/session';
import { bounds } from '../../filter';
import type { AgreementSearch } from '../../router';
import { useFormat } from '../../ui/format';
import { PeriodPicker } from '../../ui/PeriodPicker';
import { Pick } from '../../ui/Pick';
import { Card, Loaded, PageHead } from '../../ui/parts';
import { dayIn, useZoneOf } from '../../ui/zone';
import { alphaOf } from './figures';
import { Inspectors } from './Inspectors';
import { Items } from './Items';
import { Coefficient, Standing } from './marks';
import { Suggestions } from './Suggestions';
import { Weeks } from './Weeks';
import './agreement.css';

const PERIOD = 'all';

/** Whether those who hear the same call judge it alike, and whether the machine does. */
export function AgreementPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ from: '/shell/agreement' });
  const change = (next: AgreementSearch) =>
    void navigate({ to: '/agreement', search: { ...search, ...next }, replace: true });
  const zone = useZoneOf()(search.project);
  const cards = useQuery(countingCardsQuery);
  const card = search.card ?? cards.data?.[0]?.id;
  const { period: _, from: __, to: ___, ...rest } = search;
  const query = useQuery(agreementQuery({ ...rest, card, ...bounds(search, PERIOD, dayIn(zone)) }));
  return (
    <div className="page agreement-page">
      <PageHead title={t('nav.agreement')} note={search.draw && t('agreement.of_draw')}>
        {search.draw && (
          <>
            <Link to="/draws/$id" params={{ id: search.draw }}>
              {t('agreement.to_draw')}
            </Link>
            <Button type="text" onClick={() => change({ draw: undefined })}>
              {t('agreement.all_calls')}
            </Button>
          </>
        )}
      </PageHead>
      <Filters search={search} card={card} found={query.data} change={change} />
      <Loaded query={query} rows={9}>
        {(found) => <Found found={found} />}
      </Loaded>
    </div>
  );
}

function Found({ found }: { found: Comparison }) {
  const { t } = useTranslation();
  const format = useFormat();
  const may = usePermission();
  const alpha = alphaOf(found.total, 'interval');
  const suggested = found.items.filter((item) => item.machine);
  return (
    <div className="agreement-cards">
      <Card>
        <dl className="agreement-facts">
          <div>
            <dt>{t('agreement.calls')}</dt>
            <dd className="big">{format.count(found.calls)}</dd>
          </div>
          <div>
            <dt>{t('agreement.evaluations')}</dt>
            <dd className="big">{format.count(found.evaluations)}</dd>
          </div>
          <div>
            <dt>{t('agreement.inspectors')}</dt>
            <dd className="big">{format.count(found.inspectors.length)}</dd>
          </div>
          <div>
            <dt>{t('agreement.total_alpha')}</dt>
            <dd>
              <span className="big">
                <Coefficient of={alpha} />
              </span>{' '}
              <Standing of={alpha} />
            </dd>
          </div>
        </dl>
        {found.more && <p className="quiet">{t('agreement.more')}</p>}
        {found.calls === 0 && (
          <p className="quiet">
            {t('agreement.none')} {may('sampling.edit') && <Link to="/draws/new">{t('draws.new')}</Link>}
          </p>
        )}
        <p className="quiet">{t('agreement.about')}</p>
      </Card>
      {found.calls > 0 && <Items items={found.items} />}
      {found.calls > 0 && <Inspectors found={found} />}
      {suggested.length > 0 && <Suggestions items={suggested} />}
      {found.weeks.length > 0 && <Weeks weeks={found.weeks} />}
    </div>
  );
}

type FiltersProps = {
  search: AgreementSearch;
  card: string | undefined;
  found: Comparison | undefined;
  change: (next: AgreementSearch) => void;
};

function Filters({ search, card, found, change }: FiltersProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const places = useQuery(placesQuery);
  const cards = useQuery(countingCardsQuery);
  return (
    <search className="filters">
      <PeriodPicker value={search} standard={PERIOD} onChange={change} />
      <Pick
        single
        label={t('evaluation.card')}
        width={170}
        value={card}
        options={cards.data?.map((one) => ({ value: one.id, label: format.title(one.title, one.id) })) ?? []}
        onChange={(next) => change({ card: next, reference: undefined })}
      />
      <Pick
        label={t('project')}
        value={search.project}
        options={places.data?.projects.map((one) => ({ value: one.id, label: one.name })) ?? []}
        onChange={(project) => change({ project })}
      />
      <Pick
        single
        label={t('agreement.reference')}
        width={150}
        value={search.reference}
        options={found?.inspectors.map((one) => ({ value: one.id, label: one.name })) ?? []}
        onChange={(reference) => change({ reference })}
      />
    </search>
  );
}
