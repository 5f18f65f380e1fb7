import { Button, Input, Popover } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Choice } from '../../filter';
import { Icon } from '../../ui/Icon';
import { useKept } from '../../ui/kept';

type View = { name: string; search: Choice };

/** Filters under a name, kept in this browser. */
export function Views({ choice, onChoose }: { choice: Choice; onChoose: (view: Choice) => void }) {
  const { t } = useTranslation();
  const [views, setViews] = useKept<View[]>('lingjian.views', []);
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const same = (view: View) => JSON.stringify(view.search) === JSON.stringify(choice);
  const save = () => {
    const wanted = name.trim();
    if (!wanted) return;
    setViews([...views.filter((view) => view.name !== wanted), { name: wanted, search: { ...choice } }]);
    setName('');
  };
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      open={open}
      onOpenChange={setOpen}
      content={
        <div className="views">
          {views.length === 0 && <p className="quiet">{t('views.none')}</p>}
          <ul>
            {views.map((view) => (
              <li key={view.name} className={same(view) ? 'same' : ''}>
                <button
                  type="button"
                  onClick={() => {
                    setOpen(false);
                    onChoose(view.search);
                  }}
                >
                  {view.name}
                </button>
                <button
                  type="button"
                  className="icon-button"
                  aria-label={t('views.remove', { name: view.name })}
                  onClick={() => setViews(views.filter((other) => other !== view))}
                >
                  <Icon name="close" size={14} />
                </button>
              </li>
            ))}
          </ul>
          <div className="views-save">
            <Input
              aria-label={t('views.name')}
              placeholder={t('views.name')}
              value={name}
              maxLength={40}
              onChange={(event) => setName(event.target.value)}
              onPressEnter={save}
            />
            <Button type="primary" disabled={!name.trim()} onClick={save}>
              {t('views.save')}
            </Button>
          </div>
        </div>
      }
    >
      <Button icon={<Icon name="bookmark" size={15} />}>{views.find(same)?.name ?? t('views.label')}</Button>
    </Popover>
  );
}
