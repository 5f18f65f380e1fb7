import type { Vocabulary } from '../rules/pack/codemirror';

/** What can be said in a scorecard, as docs/scorecards.md has it. */
export const CARD_WORDS: Vocabulary = {
  keys: [
    ['keyword', ['sections', 'items', 'options', 'prefill', 'asked_when']],
    ['property', ['id', 'title', 'about', 'help', 'weight', 'points', 'counts', 'share', 'comment', 'evidence']],
    ['property', ['fatal', 'critical', 'not_applicable', 'item', 'is', 'option', 'rules', 'measure', 'over', 'under']],
  ],
  values: {
    counts: ['weighed', 'deducts', 'adds'],
    critical: ['true'],
    not_applicable: ['true'],
    comment: ['true'],
    evidence: ['true'],
    fatal: ['true'],
    measure: [
      'duration_ms',
      'silence_ms',
      'silence_share',
      'longest_silence_ms',
      'overlap_ms',
      'overlap_share',
      'agent_talk_ms',
      'customer_talk_ms',
      'agent_rate',
      'customer_rate',
      'interruptions_by_agent',
      'interruptions_by_customer',
    ],
  },
  sections: {},
};
