import { Button, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { copy } from '../../ui/copy';
import { Icon } from '../../ui/Icon';
import { toast } from '../../ui/toast';

/** What is shown once and never again. */
export function Secret({
  title,
  about,
  secret,
  onClose,
}: {
  title: string;
  about: string;
  secret: string;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Modal
      open
      title={title}
      onCancel={onClose}
      mask={{ closable: false }}
      footer={
        <Button type="primary" onClick={onClose}>
          {t('admin.noted')}
        </Button>
      }
    >
      <p>{about}</p>
      <div className="secret">
        <code>{secret}</code>
        <Button
          icon={<Icon name="link" size={15} />}
          onClick={async () => (await copy(secret)) && toast.good(t('admin.copied'))}
        >
          {t('admin.copy')}
        </Button>
      </div>
    </Modal>
  );
}
