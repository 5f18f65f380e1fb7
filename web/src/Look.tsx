import { ConfigProvider } from 'antd';
import type { Locale } from 'antd/es/locale';
import ownWords from 'antd/es/locale/en_US';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { antTheme, useDark } from './theme';
import { Toasts } from './ui/toast';

const LOCALES = {
  'zh-CN': () => Promise.all([import('antd/locale/zh_CN'), import('dayjs/locale/zh-cn')]),
  en: () => Promise.all([import('antd/locale/en_GB'), import('dayjs/locale/en-gb')]),
};

/** Colours and words of the controls, as chosen. */
export function Look({ children }: { children: ReactNode }) {
  const dark = useDark();
  const { i18n } = useTranslation();
  // Never without: where words come in only later, what is below would be made anew, and what was typed by then is gone.
  const [locale, setLocale] = useState<Locale>(ownWords);
  useEffect(() => {
    let gone = false;
    const language = i18n.language === 'en' ? 'en' : 'zh-CN';
    Promise.all([LOCALES[language](), import('dayjs')]).then(
      ([[words], dayjs]) => {
        if (gone) return;
        dayjs.default.locale(language === 'en' ? 'en-gb' : 'zh-cn');
        setLocale(words.default);
      },
      // Controls keep the words they have; what else is gone says so where it is missed.
      () => {},
    );
    return () => {
      gone = true;
    };
  }, [i18n.language]);
  const theme = useMemo(() => antTheme(dark), [dark]);
  const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content;
  return (
    <ConfigProvider
      theme={theme}
      locale={locale}
      csp={nonce ? { nonce } : undefined}
      button={{ autoInsertSpace: false }}
    >
      {children}
      <Toasts />
    </ConfigProvider>
  );
}
