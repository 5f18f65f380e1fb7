import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import type { Item, Scorecard, Section } from '../../api/scorecards';
import { figure, percent, useFormat } from '../../ui/format';
import { asked, pointsOf, shareOf } from './asked';
import { Figures } from './Figures';
import { type Answers, cardPath, type Tried } from './types';
import { useWords } from './words';

/** A card as who judges a call sees it; what is answered is kept nowhere. */
export function Form({
  card,
  tried: file,
  lineOf,
  onGo,
}: {
  card: Scorecard;
  /** The file, where the server may be asked what answers come to. */
  tried?: string;
  /** Where an item stands in the file, … */
  lineOf?: (item: string) => number;
  /** … and the way there. */
  onGo?: (line: number) => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const [answers, setAnswers] = useState<Answers>({});
  const open = asked(card, answers);
  const fatal = card.sections.some((section) => section.items.some((item) => item.fatal));
  const tried = useQuery({
    queryKey: ['scorecards', card.id, 'tried', file, answers],
    queryFn: () => api.post<Tried>(`${cardPath(card.id)}/try`, { file, answers: known(card, answers) }),
    enabled: file !== undefined && Object.keys(answers).length > 0,
    placeholderData: keepPreviousData,
    gcTime: 0,
    retry: false,
  });
  const answer = (item: string, option: string | null) => setAnswers({ ...answers, [item]: option });
  return (
    <div className="card-form">
      <div className="card-form-head">
        <h2>{format.title(card.title, card.id)}</h2>
        {card.about && <p>{format.title(card.about)}</p>}
        {fatal && <p className="quiet">{t('scorecards.fatal_leaves', { n: figure(card.fatal) })}</p>}
      </div>
      {file !== undefined &&
        (Object.keys(answers).length === 0 ? (
          <p className="quiet">{t('scorecards.try_about')}</p>
        ) : (
          <div className="figures" aria-live="polite">
            {tried.data && <Figures tried={tried.data} card={card} />}
            <Button size="small" onClick={() => setAnswers({})}>
              {t('scorecards.try_again')}
            </Button>
          </div>
        ))}
      {card.sections.map((section, place) => (
        <section key={place} className="card-section">
          <SectionHead section={section} card={card} />
          <ol>
            {section.items.map((item, number) => (
              <Question
                key={number}
                card={card}
                item={item}
                asked={open.has(item.id)}
                answer={answers[item.id]}
                onAnswer={(option) => answer(item.id, option)}
                onGo={onGo && lineOf && (() => onGo(lineOf(item.id)))}
              />
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}

/** Answers to what the card still has: it is being written. */
function known(card: Scorecard, answers: Answers): Answers {
  const items = card.sections.flatMap((section) => section.items);
  return Object.fromEntries(
    items
      .filter(
        ({ id, options }) => id in answers && (answers[id] === null || options.some((one) => one.id === answers[id])),
      )
      .map(({ id }) => [id, answers[id]!]),
  );
}

function SectionHead({ section, card }: { section: Section; card: Scorecard }) {
  const { t } = useTranslation();
  const format = useFormat();
  const share = shareOf(section, card);
  return (
    <header>
      <h3>{format.title(section.title, section.id)}</h3>
      <span className="quiet">
        {share === null
          ? t('scorecards.no_weight')
          : t('scorecards.weight_n', {
              n: figure(section.weight),
              share: percent(share, 0),
              points: figure(pointsOf(section)),
            })}
      </span>
    </header>
  );
}

function Question({
  card,
  item,
  asked,
  answer,
  onAnswer,
  onGo,
}: {
  card: Scorecard;
  item: Item;
  asked: boolean;
  answer: string | null | undefined;
  onAnswer: (option: string | null) => void;
  onGo: (() => void) | undefined;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords(card);
  const name = useId();
  const title = format.title(item.title, item.id);
  return (
    <li className={asked ? '' : 'not-asked'}>
      <fieldset>
        <legend>
          <b>{title}</b> <span className="quiet">{words.worth(item)}</span>{' '}
          {item.fatal && <span className="tag severity-fatal">{t('scorecards.fatal')}</span>}{' '}
          {item.critical && <span className="tag severity-major">{t('scorecards.critical')}</span>}{' '}
          {onGo && (
            <button type="button" className="to-line" onClick={onGo} title={t('scorecards.to_line')}>
              <code>{item.id}</code>
            </button>
          )}
        </legend>
        {item.help && <p className="soft">{format.title(item.help)}</p>}
        {item.asked_when && <p className="when">{words.when(item.asked_when)}</p>}
        <div className="card-options">
          {item.options.map((option, place) => (
            <label key={place}>
              <input
                type="radio"
                name={name}
                checked={answer === option.id}
                disabled={!asked}
                onChange={() => onAnswer(option.id)}
              />
              {format.title(option.title, option.id)}
              <span className="quiet">{words.moves(item, option)}</span>
              {item.fatal && option.share === 0 && <span className="tag severity-fatal">{t('scorecards.fails')}</span>}
              {option.comment && <span className="tag">{t('scorecards.comment')}</span>}
              {option.evidence && <span className="tag">{t('scorecards.evidence')}</span>}
            </label>
          ))}
          {item.not_applicable && (
            <label>
              <input
                type="radio"
                name={name}
                checked={answer === null}
                disabled={!asked}
                onChange={() => onAnswer(null)}
              />
              {t('scorecards.not_applicable')}
            </label>
          )}
        </div>
        {item.prefill && (
          <ul className="suggestions">
            {item.prefill.map((one, place) => (
              <li key={place}>{words.suggests(item, one)}</li>
            ))}
          </ul>
        )}
      </fieldset>
    </li>
  );
}
