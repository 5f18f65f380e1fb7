import { describe, expect, it } from 'vitest';
import { ApiError } from '../../api/client';
import { wrongOf } from './wrong-plan';

const refused = (field: string, why: string) => wrongOf(new ApiError(400, 'bad_request', `${field}: ${why}`, field));

describe('a plan that cannot be laid', () => {
  it('says why', () => {
    expect(refused('plan', 'the population is empty: nothing can be drawn')).toEqual({ why: 'empty' });
    expect(refused('plan', '40 calls are wanted of a population of 27; want at most that many')).toEqual({
      why: 'too_many',
      wanted: '40',
      population: '27',
    });
    expect(refused('to', 'the time ends before it begins')).toEqual({ why: 'ends_before' });
    expect(refused('from', 'these are more than 200000 calls; draw of a shorter time')).toEqual({ why: 'too_long' });
    expect(refused('listeners', 'write 1 to 20')).toEqual({ why: 'listeners' });
  });

  it('is told as any other where it is none of these', () => {
    expect(refused('plan', 'the id "a" stands in the population twice')).toBeUndefined();
    expect(refused('card', 'there is none')).toBeUndefined();
    expect(wrongOf(new ApiError(403, 'forbidden', '', 'plan'))).toBeUndefined();
    expect(wrongOf(new Error('to'))).toBeUndefined();
  });
});
