import { useTranslation } from 'react-i18next';
import type { Broken, Laid, Stratum } from '../../api/draws';
import { percent, useFormat } from '../../ui/format';
import { Table } from '../../ui/Table';
import { Bar } from './marks';
import './draws.css';

/** What a plan comes to: how many, what it can show, which bounds it breaks, and its parts. `guided`: by risk. */
export function Figures({ laid, guided }: { laid: Laid; guided: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const tiles = [
    ['population', format.count(laid.population)],
    ['already', format.count(laid.already)],
    ['drawn', format.count(laid.drawn)],
    ['ratio', percent(laid.ratio)],
    ['margin', laid.margin === null ? '–' : t('draws.margin_n', { share: percent(laid.margin) })],
  ] as const;
  return (
    <>
      <dl className="draw-figures">
        {tiles.map(([word, value]) => (
          <div key={word} title={word === 'margin' ? t('draws.margin_about') : undefined}>
            <dt>{t(`draws.${word}`)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div className="draw-notes">
        <p className="missed">{t('draws.missed', { share: percent(laid.missed) })}</p>
        {guided && <p>{t('draws.guided')}</p>}
        {laid.margin === null && <p>{t('draws.margin_unknown')}</p>}
        {laid.unheard > 0 && <p>{t('draws.unheard_n', { n: laid.unheard })}</p>}
        {laid.short > 0 && <p>{t('draws.short_n', { n: laid.short })}</p>}
        {laid.drawn > laid.wanted && <p>{t('draws.more_than_wanted', { n: laid.wanted })}</p>}
        {laid.bounds.broken.map((broken, place) => (
          <BoundLine key={place} broken={broken} />
        ))}
        {laid.bounds.broken.length === 0 && <p className="kept">{t('draws.bounds_kept')}</p>}
      </div>
      {laid.strata.length > 0 && <Parts strata={laid.strata} />}
    </>
  );
}

function BoundLine({ broken }: { broken: Broken }) {
  const { t } = useTranslation();
  const high = broken.drawn > broken.most;
  const share = percent((high ? broken.bound.high : broken.bound.low) ?? 0, 0);
  const { drawn, eligible, fewest, most } = broken;
  const direction = broken.bound.direction;
  return (
    <p className={high ? 'broken' : undefined}>
      {direction && `${t(`direction.${direction}`, { defaultValue: direction })}${t('colon')}`}
      {high
        ? t('draws.bound_high', { drawn, eligible, share, most })
        : t('draws.bound_low', { drawn, eligible, share, fewest })}
    </p>
  );
}

/** A part by what people call it. */
export function usePartName(): (part: Pick<Stratum, 'id' | 'name'>) => string {
  const { t } = useTranslation();
  return ({ id, name }) => {
    if (id === '-') return t('draws.part_unknown');
    return name || (id === 'all' ? t('draws.whole') : id);
  };
}

function Parts({ strata }: { strata: Stratum[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = usePartName();
  const shareOf = (one: Stratum) => (one.population ? one.drawn / one.population : 0);
  // The part of which most is drawn fills its bar: shares are small, and are told apart so.
  const most = Math.max(...strata.map(shareOf));
  return (
    <div className="draw-strata">
      <Table
        tall={false}
        heads={[
          t('draws.strata'),
          { text: t('draws.population'), className: 'num' },
          { text: t('draws.drawn'), className: 'num' },
          { text: t('draws.ratio'), className: 'num' },
          '',
        ]}
      >
        {strata.map((one) => (
          <tr key={one.id}>
            <td>{nameOf(one)}</td>
            <td className="num">{format.count(one.population)}</td>
            <td className="num">{format.count(one.drawn)}</td>
            <td className="num">{one.population ? percent(shareOf(one)) : '–'}</td>
            <td>
              <Bar part={shareOf(one)} whole={most} />
            </td>
          </tr>
        ))}
      </Table>
    </div>
  );
}
