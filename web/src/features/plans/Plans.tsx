import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { type Plan, plansQuery } from '../../api/plans';
import { placesQuery } from '../../api/queries';
import { usePermission } from '../../api/session';
import { Icon } from '../../ui/Icon';
import { Pick } from '../../ui/Pick';
import { Card, Loaded, PageHead } from '../../ui/parts';
import { Table } from '../../ui/Table';
import { usePhone } from '../../ui/useMedia';
import { Became, Days, Standing } from './marks';
import './plans.css';

/** By which plans calls are drawn again and again, and how that goes. */
export function PlansPage() {
  const { t } = useTranslation();
  const may = usePermission();
  const navigate = useNavigate();
  const { project } = useSearch({ from: '/shell/plans' });
  const places = useQuery({ ...placesQuery, enabled: may('conversations.list') });
  const query = useQuery(plansQuery(project));
  return (
    <div className="page plans-page">
      <PageHead title={t('plans.title')} note={t('plans.about')}>
        <Link to="/draws">{t('draws.list')}</Link>
        {may('sampling.edit') && (
          <Button
            type="primary"
            icon={<Icon name="plus" size={15} />}
            onClick={() => void navigate({ to: '/plans/new' })}
          >
            {t('plans.new')}
          </Button>
        )}
      </PageHead>
      <search className="filters" aria-label={t('filter.label')}>
        <Pick
          label={t('project')}
          value={project}
          options={places.data?.projects.map((one) => ({ value: one.id, label: one.name })) ?? []}
          onChange={(next) => void navigate({ to: '/plans', search: { project: next }, replace: true })}
        />
      </search>
      <Card>
        <Loaded query={query} rows={5} empty={query.data?.items.length === 0 && t('plans.none')}>
          {({ items }) => <Rows plans={items} />}
        </Loaded>
      </Card>
    </div>
  );
}

function Rows({ plans }: { plans: Plan[] }) {
  const { t } = useTranslation();
  const phone = usePhone();
  return (
    <Table
      heads={[
        t('name'),
        !phone && t('project'),
        !phone && t('plans.every_label'),
        t('column.state'),
        !phone && t('plans.next'),
        t('plans.last'),
      ]}
    >
      {plans.map((plan) => (
        <tr key={plan.id} className="plan-row">
          <td>
            <Link to="/plans/$id" params={{ id: plan.id }}>
              {plan.name}
            </Link>
            {phone && <small className="quiet">{`${plan.project.name} · ${t(`plans.every.${plan.period}`)}`}</small>}
          </td>
          {!phone && <td>{plan.project.name}</td>}
          {!phone && <td>{t(`plans.every.${plan.period}`)}</td>}
          <td>
            <Standing plan={plan} />
          </td>
          {!phone && <td>{plan.next ? <Days of={plan.next} /> : <span className="none">–</span>}</td>}
          <td>
            {plan.last ? (
              <>
                <Became run={plan.last} />
                <small className="quiet">
                  <Days of={plan.last} />
                </small>
              </>
            ) : (
              <span className="none">–</span>
            )}
          </td>
        </tr>
      ))}
    </Table>
  );
}
