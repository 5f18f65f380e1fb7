import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from 'react';
import './tabs.css';

export type Tab = { key: string; label: ReactNode; content: ReactNode };

/** Tabs without ado: arrows move between them. */
export function Tabs({
  tabs,
  active,
  label,
  onChange,
}: {
  tabs: Tab[];
  active: string;
  label: string;
  onChange: (key: string) => void;
}) {
  const id = useId();
  const row = useRef<HTMLDivElement>(null);
  const shown = tabs.find((tab) => tab.key === active) ?? tabs[0];
  // On a narrow screen the row scrolls, and a link may open its last tab.
  useEffect(() => {
    const tab = row.current?.querySelector(`[id="${id}-${shown?.key}"]`);
    if (!row.current || !tab) return;
    const [around, within] = [row.current.getBoundingClientRect(), tab.getBoundingClientRect()];
    row.current.scrollLeft += within.left + within.width / 2 - around.left - around.width / 2;
  }, [id, shown?.key]);
  const keys = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (!step || !shown) return;
    event.preventDefault();
    event.stopPropagation();
    const place = (tabs.indexOf(shown) + step + tabs.length) % tabs.length;
    onChange(tabs[place]!.key);
    (row.current?.children[place] as HTMLElement | undefined)?.focus();
  };
  return (
    <div className="tabs">
      <div className="tab-row" role="tablist" aria-label={label} ref={row} onKeyDown={keys}>
        {tabs.map((tab) => (
          <button
            key={tab.key}
            type="button"
            role="tab"
            id={`${id}-${tab.key}`}
            aria-selected={tab === shown}
            aria-controls={`${id}-panel`}
            tabIndex={tab === shown ? 0 : -1}
            onClick={() => onChange(tab.key)}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div className="tab-panel" role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${shown?.key}`}>
        {shown?.content}
      </div>
    </div>
  );
}
