import type { ReactNode } from 'react';

type Head = ReactNode | { text: ReactNode; className: string };

/** Rows under heads, scrolled sideways where the screen is narrow. A head that is false is left out. */
export function Table({ heads, children, tall = true }: { heads: Head[]; children: ReactNode; tall?: boolean }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls it by keys
    <div className="scroll-x" tabIndex={0}>
      <table className={tall ? 'table middle' : 'table'}>
        <thead>
          <tr>
            {heads.map((head, place) => {
              if (head === false) return null;
              const { text, className } = isStyled(head) ? head : { text: head, className: undefined };
              return text ? (
                <th key={place} className={className}>
                  {text}
                </th>
              ) : (
                <td key={place} />
              );
            })}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

function isStyled(head: Head): head is { text: ReactNode; className: string } {
  return typeof head === 'object' && head !== null && 'text' in head;
}
