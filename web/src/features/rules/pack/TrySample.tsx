import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, InputNumber } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../../api/client';
import { placesQuery } from '../../../api/queries';
import { DIMENSIONS, useFormat } from '../../../ui/format';
import { Pick } from '../../../ui/Pick';
import { Nothing, Trouble, Waiting } from '../../../ui/parts';
import { Table } from '../../../ui/Table';
import { type Example, type File, packPath, type Sample } from './types';

const MOST = 500;

/** What is written, asked of the last judged calls: how much would come, go and stay. */
export function TrySample({ pack, files }: { pack: string; files: File[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const places = useQuery(placesQuery);
  const [project, setProject] = useState<string>();
  const [calls, setCalls] = useState(200);
  const sample = useMutation({
    mutationFn: () => api.post<Sample>(`${packPath(pack)}/sample`, { files, project: project ?? null, calls }),
  });
  return (
    <div className="try">
      <div className="try-head">
        <Pick
          single
          width={180}
          label={t('project')}
          value={project}
          options={places.data?.projects.map((one) => ({ value: one.id, label: one.name })) ?? []}
          onChange={setProject}
        />
        <InputNumber
          aria-label={t('pack.calls')}
          min={1}
          max={MOST}
          value={calls}
          onChange={(value) => setCalls(value ?? 200)}
          suffix={t('pack.calls')}
        />
        <Button type="primary" loading={sample.isPending} onClick={() => sample.mutate()}>
          {t('pack.try_it')}
        </Button>
      </div>
      {!sample.data && !sample.isPending && !sample.error && <p className="quiet">{t('pack.sample_about')}</p>}
      {sample.error ? <Trouble error={sample.error} /> : sample.isPending ? <Waiting rows={6} /> : null}
      {sample.data && !sample.isPending && (
        <>
          <p className="try-scores">
            <span>{t('pack.sampled', { n: format.count(sample.data.calls) })}</span>
            {sample.data.before &&
              sample.data.after &&
              DIMENSIONS.map((dimension) => (
                <span key={dimension}>
                  {t(`dimension.${dimension}`)} {sample.data.before![dimension].toFixed(1)} →{' '}
                  <b className={sample.data.after![dimension] !== sample.data.before![dimension] ? 'moved' : ''}>
                    {sample.data.after![dimension].toFixed(1)}
                  </b>
                </span>
              ))}
          </p>
          {sample.data.rules.length === 0 ? (
            <Nothing>{t('conversation.no_findings')}</Nothing>
          ) : (
            <Table
              heads={[
                t('rule'),
                { text: t('pack.comes'), className: 'num' },
                { text: t('pack.goes'), className: 'num' },
                { text: t('pack.stays'), className: 'num' },
                t('pack.examples'),
              ]}
            >
              {sample.data.rules.map((one) => (
                <tr key={one.rule}>
                  <td>
                    <b>{format.title(one.title, one.rule)}</b>
                  </td>
                  <td className="num">{one.new ? `+${format.count(one.new)}` : '0'}</td>
                  <td className="num">{one.gone ? `−${format.count(one.gone)}` : '0'}</td>
                  <td className="num">{format.count(one.same)}</td>
                  <td className="examples">
                    <Examples sign="+" of={one.new_in} />
                    <Examples sign="−" of={one.gone_in} />
                  </td>
                </tr>
              ))}
            </Table>
          )}
        </>
      )}
    </div>
  );
}

function Examples({ sign, of }: { sign: string; of: Example[] }) {
  return of.map(({ id, external_id }) => (
    <Link key={id} to="/conversations/$id" params={{ id }}>
      {sign}
      {external_id}
    </Link>
  ));
}
