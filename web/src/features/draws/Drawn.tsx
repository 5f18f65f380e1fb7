import { Link } from '@tanstack/react-router';
import { Button, Checkbox } from 'antd';
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
import { movable } from './seats';

/** Rows at once: a draw may be of thousands. */
const STEP = 200;

type Chosen = ReadonlySet<string>;

/** The calls of a draw, and who listens to each; those that are not begun may be chosen, where `choose` is there. */
export function Drawn({
  draw,
  chosen,
  choose,
}: {
  draw: Draw;
  chosen: Chosen;
  choose: ((next: Chosen) => void) | undefined;
}) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(STEP);
  const phone = usePhone();
  const nameOf = usePartName();
  const parts = useMemo(() => new Map(draw.planned.strata.map((one) => [one.id, one.name])), [draw.planned]);
  const parted = draw.asked.strata !== 'none' && !phone;
  const left = draw.items.length - shown;
  const turn = (id: string, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    choose?.(next);
  };
  return (
    <Card
      title={t('draws.items')}
      className="draw-items"
      extra={
        choose &&
        chosen.size > 0 && (
          <>
            {t('draws.chosen_n', { n: chosen.size })}{' '}
            <Button type="text" size="small" onClick={() => choose(new Set())}>
              {t('draws.choose_none')}
            </Button>
          </>
        )
      }
    >
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
            chosen={chosen.has(item.conversation.id)}
            choose={choose && ((on) => turn(item.conversation.id, on))}
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

function ItemRow({
  item,
  part,
  chosen,
  choose,
}: {
  item: DrawnItem;
  part: string | undefined;
  chosen: boolean;
  choose: ((on: boolean) => void) | undefined;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const phone = usePhone();
  const { conversation: call } = item;
  return (
    <tr>
      <td>
        {choose && movable(item) && (
          <Checkbox
            className="draw-choose"
            aria-label={t('draws.choose', { call: call.external_id })}
            checked={chosen}
            onChange={({ target }) => choose(target.checked)}
          />
        )}
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
