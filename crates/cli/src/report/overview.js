// The first screens: what was inspected, how far it reached, the three scores, what was found most.

function overview() {
  const { coverage, summary, run } = DATA;
  const names = run.packs.map((pack) => titled(pack.title) || pack.id);
  const packs = names.length > 2 ? fill('packs', names.length) : names.map((name) => (lang === 'zh' ? `「${name}」` : name)).join(lang === 'zh' ? '' : ', ');
  const lead = coverage.judged ? word('lead')(count(coverage.judged), span(summary.judged_ms), packs) : word('lead_none');
  return [
    h('div', { class: 'hero', id: 'overview' },
      h('p', { class: 'eyebrow' }, run.inputs.join(' · ')),
      h('h1', {}, lead),
      names.length > 2 ? h('p', { class: 'eyebrow' }, names.join(' · ')) : null),
    scoreSection(), coverageSection(), findingSection(),
  ];
}

function coverageSection() {
  const { coverage, summary, refused } = DATA;
  const parts = [
    ['transcripts', coverage.transcripts, 'good'], ['transcribed', coverage.transcribed, 'heard'],
    ['without_rules', coverage.without_rules, 'plain'], ['repeated', coverage.repeated, 'plain'],
    ['records_alone', coverage.records_alone, 'plain'], ['refused', coverage.refused, 'bad'],
  ].filter(([key, number]) => number > 0 || key === 'refused');
  const all = parts.reduce((sum, [, number]) => sum + number, 0) || 1;
  const bar = h('div', { class: 'reach' }, parts.filter(([, number]) => number).map(([key, number, kind]) =>
    h('i', { class: kind, style: { 'flex-grow': String(Math.max(number / all, 0.004)) }, title: `${word(key)} ${count(number)}` })));
  const legend = h('dl', { class: 'reach-parts' }, parts.map(([key, number, kind]) =>
    h('div', {}, h('dt', {}, h('i', { class: kind }), word(key)), h('dd', {}, count(number)))));
  const unjudged = summary.unjudged.length
    ? h('details', { class: 'fold' }, h('summary', {}, word('unjudged'), ' ', h('b', {}, count(summary.unjudged.length))),
        h('ul', { class: 'plain-list' }, summary.unjudged.map((one) =>
          h('li', {}, h('span', {}, titleOfId(one.rule)), h('em', {}, word('reason')[one.reason] || one.reason), h('b', {}, `${count(one.calls)} ${word('calls')}`)))))
    : h('p', { class: 'quiet' }, word('unjudged_none'));
  return section('coverage', word('coverage'), word('coverage_about'), h('div', { class: 'card' }, bar, legend,
    refused.length ? h('details', { class: 'fold' }, h('summary', {}, word('refused_about'), ' ', h('b', {}, count(refused.length))),
      h('ul', { class: 'plain-list refusals' }, refused.slice(0, 500).map(refusal))) : null,
    unjudged));
}
function refusal(one) {
  const place = [one.file, one.line, one.column].filter((part) => part !== undefined).join(':');
  return h('li', {}, tag('plain', word('stage')[one.stage]), h('code', {}, place),
    h('span', {}, [one.field, one.reason].filter(Boolean).join(': '), one.advice ? h('em', {}, ` — ${one.advice}`) : null));
}

function scoreSection() {
  return section('scores', word('scores'), word('histogram_about'),
    h('div', { class: 'three' }, DIMENSIONS.map((name, dimension) => scoreCard(name, dimension, DATA.summary[name]))));
}
function scoreCard(name, dimension, score_) {
  const low = score_.margin === undefined ? null : Math.max(0, score_.mean - score_.margin);
  const high = score_.margin === undefined ? null : Math.min(100, score_.mean + score_.margin);
  return h('article', { class: `card score ${name}` },
    h('header', {}, h('h3', {}, word(name)), dimension === 2 ? h('span', { class: 'quiet' }, word('risk_hint')) : null),
    h('p', { class: 'figure' }, h('b', {}, score_.calls ? score_.mean.toFixed(1) : '–'), h('span', {}, word('mean'))),
    h('p', { class: 'quiet' }, low === null ? '\u00a0' : fill('interval', low.toFixed(1), high.toFixed(1))),
    histogram(dimension, score_));
}
/** Bars of the count; the smallest stay tall enough to be seen and clicked. */
function histogram(dimension, score_) {
  const bins = score_.histogram || [], most = Math.max(1, ...bins), width = 100 / Math.max(1, bins.length);
  const choices = chosen();
  const bars = bins.map((number, place) => {
    const height = number ? Math.max(2.4, 56 * (number / most)) : 0.8;
    const low = place * 5, label = fill('bin', low, low + 5, count(number));
    const bar = s('g', number ? pressable({ class: 'bin', 'aria-label': label }, () => choose({ score: `${dimension}-${place}` })) : { class: 'bin empty' },
      s('title', {}, label),
      s('rect', { class: 'catch', x: place * width, y: 0, width, height: 60 }),
      s('rect', { class: `bar standing-${standing(dimension, low + 2.5)}`, x: place * width + 0.45, y: 60 - height, width: width - 0.9, height, rx: 0.7 }));
    if (choices.score === `${dimension}-${place}`) bar.classList.add('chosen');
    return bar;
  });
  const mean = score_.calls ? s('line', { class: 'mean', x1: score_.mean, x2: score_.mean, y1: 0, y2: 60 }) : null;
  return h('div', { class: 'histogram' },
    s('svg', { viewBox: '0 0 100 60', preserveAspectRatio: 'none' }, bars, mean),
    h('div', { class: 'axis' }, [0, 25, 50, 75, 100].map((at) => h('span', {}, String(at)))));
}

let allFindings = false;
function findingSection() {
  const all = DATA.summary.rules.map((counted, place) => ({ ...counted, index: DATA.top[place] }));
  const rules = all.filter((one) => !one.praise), praise = all.filter((one) => one.praise);
  const shown = allFindings ? rules : rules.slice(0, 12);
  const most = Math.max(0.0001, ...all.map((rule) => rule.share));
  const line = (counted) => {
    const index = counted.index, rule = DATA.run.rules[index];
    return h('li', pressable({ class: chosen().rule === String(index) ? 'chosen' : null, title: titled(rule.about) }, () => choose({ rule: index })),
      h('span', { class: 'name' }, h('i', { class: `dot ${tone(rule)}` }), h('span', {}, ruleTitle(rule), packHint(rule))),
      tag(rule.dimension, word(rule.dimension)),
      h('span', { class: 'bar' }, h('i', { class: `fill ${tone(rule)}`, style: { width: `${(counted.share / most) * 100}%` } })),
      h('b', {}, percent(counted.share)),
      h('span', { class: 'quiet calls' }, `${count(counted.calls)} ${word('calls')} · ${count(counted.hits)} ${word('hits')}`));
  };
  return section('findings', word('findings'), word('findings_about'), h('div', { class: 'card' },
    rules.length ? h('ol', { class: 'pareto' }, shown.map(line)) : h('p', { class: 'quiet' }, word('findings_none')),
    h('div', { class: 'under' }, h('p', { class: 'legend' }, SEVERITIES.slice().reverse().map((one) => h('span', {}, h('i', { class: `dot severity-${one}` }), word('severity')[one]))),
      rules.length > 12 ? h('button', { class: 'quiet-button', onclick: () => { allFindings = !allFindings; replace('findings', findingSection()); } },
        allFindings ? word('less') : fill('more', rules.length)) : null),
    praise.length ? [h('h3', { class: 'praise-head' }, word('praise')), h('ol', { class: 'pareto' }, praise.map(line))] : null));
}
function replace(id, fresh) { document.getElementById(id).replaceWith(fresh); }
