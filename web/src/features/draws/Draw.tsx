import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Draw, drawQuery } from '../../api/draws';
import { usePermission } from '../../api/session';
import { clock, percent, useFormat } from '../../ui/format';
import { Card, Loaded, Moment, PageHead } from '../../ui/parts';
import { useZoneOf, Zone } from '../../ui/zone';
import { Drawn } from './Drawn';
import { Figures } from './Figures';
import { Move } from './Move';
import { DueAt, Progress, Span } from './marks';
import { Shares } from './Shares';
import './draws.css';

const NONE: ReadonlySet<string> = new Set();

/** A draw: what was asked for, what came of it, who listens, and all that it takes to repeat it. */
export function DrawPage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/shell/draws/$id' });
  const query = useQuery(drawQuery(id));
  const zoneOf = useZoneOf();
  const may = usePermission();
  const draw = query.data;
  return (
    <div className="page draw-page">
      <PageHead
        title={draw ? t('draws.draw_of', { project: draw.project.name }) : t('nav.draws')}
        note={draw && <Progress row={draw} />}
      >
        {draw && draw.asked.listeners > 1 && may('agreement.read') && (
          <Link to="/agreement" search={{ card: draw.card.id, draw: draw.id }}>
            {t('nav.agreement')}
          </Link>
        )}
        <Link to="/draws">{t('draws.list')}</Link>
      </PageHead>
      <Loaded query={query} rows={9}>
        {(draw) => (
          <Zone value={zoneOf(draw.project.id)}>
            <Parts draw={draw} />
          </Zone>
        )}
      </Loaded>
    </div>
  );
}

function Parts({ draw }: { draw: Draw }) {
  const { t } = useTranslation();
  const may = usePermission();
  const [chosen, setChosen] = useState(NONE);
  const moves = may('sampling.edit') && draw.open > 0;
  return (
    <div className="draw-cards">
      <div className="draw-beside">
        <Card title={t('draws.facts')}>
          <Facts draw={draw} />
        </Card>
        <Card title={t('draws.planned')}>
          <Figures laid={draw.planned} guided={draw.asked.guidance > 0} />
        </Card>
      </div>
      <Shares items={draw.items} />
      {moves && <Move draw={draw} chosen={chosen} clear={() => setChosen(NONE)} />}
      <Drawn draw={draw} chosen={chosen} choose={moves ? setChosen : undefined} />
    </div>
  );
}

function Facts({ draw }: { draw: Draw }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { asked } = draw;
  const size = 'count' in asked.wanted ? t('draws.count_n', { n: asked.wanted.count }) : percent(asked.wanted.share, 2);
  const facts: [string, ReactNode][] = [
    [t('draws.drawn_by'), draw.drawn_by.name],
    [t('draws.drawn_at'), <Moment key="at" at={draw.drawn_at} />],
    [t('draws.time'), <Span key="time" row={draw} />],
    [t('column.direction'), asked.direction ? t(`direction.${asked.direction}`) : t('draws.both_directions')],
    [t('evaluation.card'), format.title(draw.card.title, draw.card.id)],
    [t('draws.size'), size],
    [t('draws.strata'), t(`draws.by.${asked.strata}`)],
    [t('draws.minimum'), asked.minimum],
    [t('draws.guidance'), asked.guidance],
    [t('draws.listeners'), asked.listeners],
    [t('draws.due'), <DueAt key="due" row={draw} />],
  ];
  return (
    <dl className="draw-facts">
      {facts.map(([word, value]) => (
        <Fact key={word} word={word}>
          {value}
        </Fact>
      ))}
      {asked.min_duration_ms !== null && <Fact word={t('plans.at_least_long')}>{clock(asked.min_duration_ms)}</Fact>}
      {(['teams', 'agents', 'rules'] as const).map(
        (kind) =>
          asked[kind].length > 0 && (
            <Fact key={kind} word={t(`plans.only.${kind}`)}>
              {t('plans.only_n', { n: asked[kind].length })}
            </Fact>
          ),
      )}
      {draw.reason !== null && <Fact word={t('draws.reason')}>{draw.reason}</Fact>}
      <Fact word={t('draws.seed')}>
        <code>{draw.seed}</code>
      </Fact>
      <Fact word={t('draws.digest')}>
        <code>{draw.population_digest}</code>
        <p className="quiet">{t('draws.digest_about')}</p>
      </Fact>
      <Fact word={t('draws.repeat')}>
        <code>{`printf '%s' ${draw.seed}/draw/ID | sha256sum`}</code>
        <p className="quiet">{t('draws.repeat_about')}</p>
      </Fact>
    </dl>
  );
}

function Fact({ word, children }: { word: string; children: ReactNode }) {
  return (
    <>
      <dt>{word}</dt>
      <dd>{children}</dd>
    </>
  );
}
