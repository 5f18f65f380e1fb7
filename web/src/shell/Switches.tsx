import { useTranslation } from 'react-i18next';
import { changeLanguage } from '../i18n';
import { chooseTheme, type ThemeChoice, useThemeChoice } from '../theme';
import { Icon, type IconName } from '../ui/Icon';
import { errorText } from '../ui/parts';
import { toast } from '../ui/toast';

const NEXT: Record<ThemeChoice, ThemeChoice> = { auto: 'light', light: 'dark', dark: 'auto' };
const ICONS: Record<ThemeChoice, IconName> = { auto: 'auto', light: 'sun', dark: 'moon' };

/** Colours and language. */
export function Switches({ column }: { column?: boolean }) {
  const { t, i18n } = useTranslation();
  const choice = useThemeChoice();
  const other = i18n.language === 'en' ? 'zh-CN' : 'en';
  const label = `${t('theme.label')}${t('colon')}${t(`theme.${choice}`)}`;
  return (
    <span className={`switches ${column ? 'column' : ''}`}>
      <button
        type="button"
        className="icon-button"
        aria-label={label}
        title={label}
        onClick={() => chooseTheme(NEXT[choice])}
      >
        <Icon name={ICONS[choice]} />
      </button>
      <button
        type="button"
        className="icon-button word"
        lang={other}
        title={other === 'en' ? 'English' : '中文'}
        onClick={() => changeLanguage(other).catch((error: unknown) => toast.bad(errorText(t, error)))}
      >
        <span aria-hidden="true">{other === 'en' ? 'EN' : '中'}</span>
        <span className="sr">{other === 'en' ? 'English' : '中文'}</span>
      </button>
    </span>
  );
}
