import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Draw, DrawnItem, Seat } from '../../api/draws';
import { usePermission } from '../../api/session';
import { agentText, clock, useFormat } from '../../ui/format';
import { Card, ConversationLink, Moment } from '../../ui/parts';
import { Table } from '../../ui/Table';
import { usePhone } from '../../ui/useMedia';
import { usePartName } from './Figures';
import { WorkTag } from './marks';

/** Rows at once: a draw may be of thousands. */
const STEP = 200;

/** The calls of a draw, and who listens to each. */
export function Drawn({ draw }: { draw: Draw }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(STEP);
  const phone = usePhone();
  const nameOf = usePartName();
  const parts = useMemo(() => new Map(draw.planned.strata.map((one) => [one.id, one.name])), [draw.planned]);
  const parted = draw.asked.strata !== 'none' && !phone;
  const left = draw.items.length - shown;
  return (
    <Card title={t('draws.items')} className="draw-items">
      <Table
        heads={[
          t('evaluation.call'),
          !phone && t('column.at'),
          !phone && { text: t('column.duration'), className: 'num' },
          !phone && t('agent'),
          parted && t('draws.strata'),
          t('draws.why_label'),
          !phone && {
            text: <span title={t('draws.weight_about')}>{t('draws.weight')}</span>,
            className: 'num',
          },
          t('draws.seats'),
        ]}
      >
        {draw.items.slice(0, shown).map((item) => (
          <ItemRow
            key={item.conversation.id}
            item={item}
            part={parted ? nameOf({ id: item.stratum, name: parts.get(item.stratum) ?? '' }) : undefined}
          />
        ))}
      </Table>
      {left > 0 && (
        <div className="more">
          <Button onClick={() => setShown(shown + STEP)}>{t('draws.show_more', { n: Math.min(left, STEP) })}</Button>
        </div>
      )}
    </Card>
  );
}

function ItemRow({ item, part }: { item: DrawnItem; part: string | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  const phone = usePhone();
  const { conversation: call } = item;
  return (
    <tr>
      <td>
        <ConversationLink id={call.id}>{call.external_id}</ConversationLink>
      </td>
      {!phone && (
        <>
          <td className="nowrap">
            <Moment at={call.at} />
          </td>
          <td className="num">{clock(call.duration_ms)}</td>
          <td>{item.agent ? agentText(item.agent) : <span className="none">–</span>}</td>
        </>
      )}
      {part !== undefined && <td>{part}</td>}
      <td className="nowrap">{t(`draws.why.${item.why}`)}</td>
      {!phone && <td className="num">{format.count(Math.round(item.weight * 100) / 100)}</td>}
      <td>
        <ul className="draw-seats">
          {item.seats.map((seat, place) => (
            <SeatLine key={place} seat={seat} />
          ))}
        </ul>
      </td>
    </tr>
  );
}

function SeatLine({ seat }: { seat: Seat }) {
  const { t } = useTranslation();
  const may = usePermission();
  return (
    <li>
      {seat.inspector ? <span>{seat.inspector.name}</span> : <span className="quiet">{t('draws.nobody')}</span>}
      {seat.inspector && <WorkTag state={seat.state} />}
      {seat.evaluation && may('evaluations.read') && (
        <Link to="/evaluations/$id" params={{ id: seat.evaluation }} preload={false}>
          {t('draws.evaluation')}
        </Link>
      )}
    </li>
  );
}
