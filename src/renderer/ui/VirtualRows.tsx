import { useVirtualizer } from '@tanstack/react-virtual';
import { type HTMLAttributes, type ReactNode, useEffect, useRef } from 'react';

type VirtualRowsProps = {
  count: number;
  /** Height of each row in px. */
  height: number;
  keyOf: (index: number) => string;
  row: (index: number) => ReactNode;
  /** Kept in sight; -1: none. */
  at?: number;
  className: string;
} & Omit<HTMLAttributes<HTMLDivElement>, 'children'>;

/** A long list of which only the rows in sight are there; its role and its rows' are given. */
export function VirtualRows({ count, height, keyOf, row, at = -1, className, ...rest }: VirtualRowsProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    getItemKey: keyOf,
    overscan: 6,
    initialRect: { width: 700, height: 600 },
  });
  useEffect(() => {
    if (at >= 0) rows.scrollToIndex(at);
  }, [at, rows]);
  return (
    <div ref={scroller} className={`rows ${className}`} {...rest}>
      <div role="presentation" className="rows-whole" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ key, index, start }) => (
          <div
            key={key}
            role="presentation"
            className="rows-place"
            style={{ height, transform: `translateY(${start}px)` }}
          >
            {row(index)}
          </div>
        ))}
      </div>
    </div>
  );
}
