import { Select } from 'antd';
import { useMemo } from 'react';
import { listed } from '../filter';

export type Option = { value: string; label: string };

/** One or several of a list, as text with commas. */
export function Pick({
  label,
  value,
  options,
  onChange,
  single = false,
  width = 116,
}: {
  label: string;
  value: string | undefined;
  options: Option[];
  onChange: (value: string | undefined) => void;
  single?: boolean;
  width?: number;
}) {
  const chosen = listed(value);
  // What is chosen stays to be seen, even if it is not in the list.
  const all = useMemo(() => {
    const known = new Set(options.map((option) => option.value));
    return [
      ...options,
      ...listed(value)
        .filter((one) => !known.has(one))
        .map((one) => ({ value: one, label: one })),
    ];
  }, [options, value]);
  return (
    <Select<string | string[]>
      className={`pick ${chosen.length ? 'chosen' : ''}`}
      style={{ width }}
      aria-label={label}
      placeholder={label}
      mode={single ? undefined : 'multiple'}
      value={single ? chosen[0] : chosen}
      options={all}
      showSearch={all.length > 8 ? { optionFilterProp: 'label' } : !single ? { optionFilterProp: 'label' } : false}
      allowClear
      maxTagCount="responsive"
      maxTagTextLength={8}
      popupMatchSelectWidth={false}
      onChange={(next) => onChange(Array.isArray(next) ? next.join(',') || undefined : next || undefined)}
    />
  );
}
