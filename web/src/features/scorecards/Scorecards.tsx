import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Button, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, api } from '../../api/client';
import { type CardHead, cardsQuery } from '../../api/scorecards';
import { usePermission } from '../../api/session';
import { useFormat } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { Card, errorText, Loaded, Moment, PageHead } from '../../ui/parts';
import { Table } from '../../ui/Table';
import { begun, blank } from './begin';
import { cardPath, type Shown } from './types';
import './scorecards.css';

/** The scorecards: what each is for, which version counts, what is being written. */
export function ScorecardsPage() {
  const { t } = useTranslation();
  const may = usePermission();
  const query = useQuery(cardsQuery);
  const drafts = may('rules.edit');
  return (
    <div className="page">
      <PageHead title={t('nav.scorecards')} note={t('scorecards.about')}>
        {drafts && <NewCard cards={query.data?.items ?? []} />}
      </PageHead>
      <Card>
        <Loaded query={query} rows={6} empty={query.data?.items.length === 0 && t('scorecards.none')}>
          {({ items }) => (
            <Table
              heads={[
                t('name'),
                t('scorecards.for'),
                { text: t('scorecards.items'), className: 'num' },
                t('pack.version'),
                drafts && t('scorecards.draft'),
              ]}
            >
              {items.map((card) => (
                <Row key={card.id} card={card} drafts={drafts} />
              ))}
            </Table>
          )}
        </Loaded>
      </Card>
    </div>
  );
}

function Row({ card, drafts }: { card: CardHead; drafts: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { version, draft } = card;
  return (
    <tr>
      <td>
        <Link to="/scorecards/$card" params={{ card: card.id }}>
          <b>{format.title(card.title, card.id)}</b>
        </Link>
        <div>
          <code className="quiet">{card.id}</code>
        </div>
      </td>
      <td className="note-cell">{format.title(card.about) || <span className="none">–</span>}</td>
      <td className="num">{format.count(card.items)}</td>
      <td>
        {!version ? (
          <span className="none">{t('scorecards.unpublished')}</span>
        ) : version.number === 0 ? (
          t('pack.shipped')
        ) : (
          <>
            {t('pack.number', { n: version.number })}
            <div className="quiet nowrap">
              {version.published_by} <Moment at={version.published_at} />
            </div>
          </>
        )}
      </td>
      {drafts && (
        <td>
          {draft ? (
            <>
              {draft.written_by}
              <div className="quiet nowrap">
                <Moment at={draft.written_at} />
              </div>
            </>
          ) : (
            <span className="none">–</span>
          )}
        </td>
      )}
    </tr>
  );
}

/** A card of the house's own begins as a draft: blank, or as another card stands. */
function NewCard({ cards }: { cards: CardHead[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const [id, setId] = useState('');
  const [title, setTitle] = useState('');
  const [from, setFrom] = useState('');
  const make = useMutation({
    mutationFn: async () => {
      const known = cards.find((card) => card.id === from);
      const file = known?.version
        ? begun((await api.get<Shown>(`${cardPath(from)}/versions/${known.version.number}`)).file, id, title.trim())
        : blank(t, id, title.trim());
      return api.put(`${cardPath(id)}/draft`, { file }, '"0"');
    },
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: cardsQuery.queryKey });
      void navigate({ to: '/scorecards/$card', params: { card: id } });
    },
  });
  const taken = cards.some((card) => card.id === id);
  return (
    <>
      <Button icon={<Icon name="plus" size={15} />} onClick={() => setOpen(true)}>
        {t('scorecards.new')}
      </Button>
      {open && (
        <Modal open title={t('scorecards.new')} onCancel={() => setOpen(false)} footer={null}>
          <form
            className="form"
            onSubmit={(event) => {
              event.preventDefault();
              make.mutate();
            }}
          >
            <label htmlFor="card-title">{t('name')}</label>
            <Input
              id="card-title"
              required
              maxLength={60}
              value={title}
              onChange={(event) => setTitle(event.target.value)}
            />
            <label htmlFor="card-id">{t('pack.id')}</label>
            <Input
              id="card-id"
              required
              maxLength={80}
              pattern="[a-z0-9][a-z0-9\-]*"
              placeholder="our-scorecard"
              value={id}
              onChange={(event) => setId(event.target.value)}
            />
            <label htmlFor="card-from">{t('scorecards.begin_with')}</label>
            <Select
              id="card-from"
              value={from}
              onChange={setFrom}
              options={[
                { value: '', label: t('scorecards.blank') },
                ...cards
                  .filter((card) => card.version)
                  .map((card) => ({ value: card.id, label: format.title(card.title, card.id) })),
              ]}
            />
            {(taken || make.error) && (
              <div className="form-error" role="alert">
                {taken ? t('scorecards.taken') : errorText(t, make.error)}
                {!taken && make.error instanceof ApiError && <span className="quiet"> {make.error.detail}</span>}
              </div>
            )}
            <div className="form-foot">
              <Button onClick={() => setOpen(false)}>{t('cancel')}</Button>
              <Button
                type="primary"
                htmlType="submit"
                loading={make.isPending}
                disabled={!id || taken || !title.trim()}
              >
                {t('admin.create')}
              </Button>
            </div>
          </form>
        </Modal>
      )}
    </>
  );
}
