import { describe, expect, it } from 'vitest';
import type { Turn } from '../../api/types';
import { differences, paired } from './compare';

const turn = (role: string, start_ms: number, end_ms: number): Turn => ({ role, start_ms, end_ms, text: '' });

describe('paired', () => {
  it('sets the same voice at the same time side by side', () => {
    const left = [turn('agent', 0, 1000), turn('customer', 1000, 2000), turn('agent', 3000, 4000)];
    const right = [turn('agent', 50, 990), turn('agent', 3100, 4000), turn('customer', 5000, 6000)];
    expect(paired(left, right)).toEqual([
      { left: 0, right: 0 },
      { left: 1, right: null },
      { left: 2, right: 1 },
      { left: null, right: 2 },
    ]);
  });
});

describe('differences', () => {
  it('shows what was heard differently', () => {
    expect(differences('到你查理。', '到你卡里。')).toEqual({
      left: [
        { text: '到你', same: true },
        { text: '查理', same: false },
        { text: '。', same: true },
      ],
      right: [
        { text: '到你', same: true },
        { text: '卡里', same: false },
        { text: '。', same: true },
      ],
    });
  });

  it('loses nothing', () => {
    const { left, right } = differences('感谢您的耐心等待', '谢谢您耐心地等');
    expect(left.map((part) => part.text).join('')).toBe('感谢您的耐心等待');
    expect(right.map((part) => part.text).join('')).toBe('谢谢您耐心地等');
  });

  it('does not work itself to death', () => {
    const long = '好'.repeat(5000);
    expect(differences(long, `${long}的`).left).toEqual([{ text: long, same: false }]);
  });
});
