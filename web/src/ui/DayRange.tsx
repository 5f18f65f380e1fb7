import { DatePicker } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';

type Range = { from?: string; to?: string };

/** Any days by the calendar. Opened at once: it is there only when asked for. */
export default function DayRange({
  value,
  onChange,
  onClose,
}: {
  value: Range;
  onChange: (value: Range) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <DatePicker.RangePicker
      className="period-range"
      autoFocus
      defaultOpen
      value={[value.from ? dayjs(value.from) : null, value.to ? dayjs(value.to) : null]}
      allowEmpty={[true, true]}
      format="YYYY-MM-DD"
      placeholder={[t('period.from'), t('period.to')]}
      onOpenChange={(open) => !open && onClose()}
      onChange={(days) => {
        onChange({ from: days?.[0]?.format('YYYY-MM-DD'), to: days?.[1]?.format('YYYY-MM-DD') });
        onClose();
      }}
    />
  );
}
