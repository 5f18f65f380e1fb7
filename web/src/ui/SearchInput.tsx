import { Input, type InputProps } from 'antd';
import { Icon } from './Icon';

type Props = Omit<InputProps, 'type' | 'prefix' | 'allowClear' | 'placeholder' | 'aria-label' | 'value'> & {
  label: string;
  value: string | undefined;
  onText: (text: string) => void;
};

/** Where one types what to look for. */
export function SearchInput({ label, value, onText, className = 'search-input', ...rest }: Props) {
  return (
    <Input
      {...rest}
      className={className}
      type="search"
      aria-label={label}
      placeholder={label}
      prefix={<Icon name="search" size={15} />}
      allowClear
      value={value ?? ''}
      onChange={(event) => onText(event.target.value)}
    />
  );
}
