import { Button, type ButtonProps, Popconfirm } from 'antd';
import { useTranslation } from 'react-i18next';

type Props = { question: string; action: string; onSure: () => void } & Omit<ButtonProps, 'children' | 'onClick'>;

/** A button that asks once more before it does what is not easily undone. */
export function Sure({ question, action, onSure, ...button }: Props) {
  const { t } = useTranslation();
  return (
    <Popconfirm title={question} okText={action} cancelText={t('cancel')} onConfirm={onSure}>
      <Button {...button}>{action}</Button>
    </Popconfirm>
  );
}
