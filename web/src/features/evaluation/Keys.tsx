import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';

const KEYS: [string[], string][] = [
  [['J', 'K'], 'items'],
  [['1', '–', '9'], 'option'],
  [['0'], 'not_applicable'],
  [['E'], 'evidence'],
  [['C', 'Esc'], 'comment'],
  [['G'], 'good'],
  [['B'], 'better'],
  [['Ctrl', 'Enter'], 'submit'],
  [['space'], 'play'],
  [['←', '→'], 'seek'],
  [['↑', '↓'], 'turns'],
  [['[', ']'], 'findings'],
  [['-', '='], 'rate'],
  [['?'], 'keys'],
];

export function Keys({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal open onCancel={onClose} footer={null} width={420} title={t('evaluation.keys')}>
      <dl className="keys-list">
        {KEYS.map(([keys, what]) => (
          <div key={what}>
            <dt>
              {keys.map((key) =>
                key === '–' ? (
                  <span key={key}>–</span>
                ) : (
                  <kbd key={key}>{key === 'space' ? t('player.space') : key}</kbd>
                ),
              )}
            </dt>
            <dd>{t(`evaluation.key.${what}`)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
