import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { placesQuery } from '../../api/queries';
import { type Results, resultsQuery } from '../../api/results';
import { countingCardsQuery } from '../../api/scorecards';
import { bounds } from '../../filter';
import type { ResultsSearch } from '../../router';
import { agentText, percent, score, useFormat } from '../../ui/format';
import { PeriodPicker } from '../../ui/PeriodPicker';
import { Pick } from '../../ui/Pick';
import { Card, Loaded, PageHead } from '../../ui/parts';
import { dayIn, useZoneOf } from '../../ui/zone';
import { Faults } from './Faults';
import { Groups } from './Groups';
import { Inspectors } from './Inspectors';
import { MeanOf } from './marks';
import { Weeks } from './Weeks';
import './results.css';

const PERIOD = 'all';

/** What the desk found: who does how well, how sure that is, and what is done badly most. */
export function ResultsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ from: '/shell/results' });
  const change = (next: ResultsSearch) =>
    void navigate({ to: '/results', search: { ...search, ...next }, replace: true });
  const zone = useZoneOf()(search.project);
  const cards = useQuery(countingCardsQuery);
  const card = search.card ?? cards.data?.[0]?.id;
  const { period: _, from: __, to: ___, ...rest } = search;
  const query = useQuery(resultsQuery({ ...rest, card, ...bounds(search, PERIOD, dayIn(zone)) }));
  return (
    <div className="page results-page">
      <PageHead title={t('nav.desk_results')} />
      <Filters search={search} card={card} change={change} />
      <Loaded query={query} rows={9}>
        {(found) => <Found found={found} />}
      </Loaded>
    </div>
  );
}

function Found({ found }: { found: Results }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { all, estimate } = found;
  return (
    <div className="results-cards">
      <Card>
        <dl className="results-facts">
          <div>
            <dt>{t('results.mean')}</dt>
            <dd>
              <MeanOf of={all} />
            </dd>
          </div>
          <div>
            <dt>{t('results.evaluations')}</dt>
            <dd>{format.count(all.count)}</dd>
          </div>
          <div>
            <dt>{t('results.fatal')}</dt>
            <dd>
              {format.count(found.fatal)}
              {all.count > 0 && <small className="quiet"> {percent(found.fatal / all.count, 1)}</small>}
            </dd>
          </div>
          {estimate && (
            <div>
              <dt>{t('results.estimate')}</dt>
              <dd>
                {score(Math.round(estimate.mean * 10) / 10)}
                {estimate.margin !== null && (
                  <small className="quiet"> ± {score(Math.round(estimate.margin * 10) / 10)}</small>
                )}
              </dd>
            </div>
          )}
        </dl>
        {found.more && <p className="quiet">{t('results.more')}</p>}
        {all.count === 0 && <p className="quiet">{t('results.none')}</p>}
        <p className="quiet">{t('results.about')}</p>
        {estimate && <p className="quiet">{t('results.estimate_about', { n: estimate.count })}</p>}
      </Card>
      {found.faults.length > 0 && <Faults faults={found.faults} />}
      {found.agents.length > 0 && (
        <Groups title={t('results.agents')} what={t('agent')} beside={t('results.beside_team')} groups={found.agents} />
      )}
      {found.teams.length > 0 && (
        <Groups title={t('results.teams')} what={t('team')} beside={t('results.beside_all')} groups={found.teams} />
      )}
      {found.projects.length > 0 && (
        <Groups
          title={t('results.projects')}
          what={t('project')}
          beside={t('results.beside_all')}
          groups={found.projects}
        />
      )}
      {found.weeks.length > 0 && <Weeks weeks={found.weeks} />}
      {found.inspectors.length > 0 && <Inspectors inspectors={found.inspectors} />}
    </div>
  );
}

type FiltersProps = {
  search: ResultsSearch;
  card: string | undefined;
  change: (next: ResultsSearch) => void;
};

function Filters({ search, card, change }: FiltersProps) {
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
        onChange={(next) => change({ card: next })}
      />
      <Pick
        label={t('project')}
        value={search.project}
        options={places.data?.projects.map((one) => ({ value: one.id, label: one.name })) ?? []}
        onChange={(project) => change({ project })}
      />
      <Pick
        label={t('team')}
        value={search.team}
        options={places.data?.teams.map((one) => ({ value: one.id, label: one.name })) ?? []}
        onChange={(team) => change({ team })}
      />
      <Pick
        label={t('agent')}
        width={104}
        value={search.agent}
        options={places.data?.agents.map((one) => ({ value: one.id, label: agentText(one) })) ?? []}
        onChange={(agent) => change({ agent })}
      />
    </search>
  );
}
