import { useEffect, useRef } from 'react';
import { beside } from './codemirror';
import type { File } from './types';

/** What stands in one set of files and not in the other: each file that differs, both texts beside each other. */
export function Beside({ left, right, labels }: { left: File[]; right: File[]; labels: [string, string] }) {
  const text = (files: File[], name: string) => files.find((file) => file.name === name)?.text ?? '';
  const names = [...new Set([...left, ...right].map((file) => file.name))].sort();
  const differ = names.filter((name) => text(left, name) !== text(right, name));
  return differ.map((name) => (
    <section key={name} className="beside">
      <h3>
        <code>{name}</code>
        <span className="quiet">{labels.join(' → ')}</span>
      </h3>
      <Two left={text(left, name)} right={text(right, name)} labels={labels} />
    </section>
  ));
}

function Two({ left, right, labels }: { left: string; right: string; labels: [string, string] }) {
  const place = useRef<HTMLDivElement>(null);
  const [one, other] = labels;
  useEffect(() => beside(place.current!, left, right, [one, other]), [left, right, one, other]);
  return <div ref={place} className="beside-two" />;
}
