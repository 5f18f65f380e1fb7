// The list of calls: searched, filtered, sorted; rows are made as one scrolls.

const CHUNK = 60;
const SORTS = {
  concern: (one, other) => other.worst - one.worst || other.scores[2] - one.scores[2] || one.scores[0] - other.scores[0] || one.index - other.index,
  order: (one, other) => one.index - other.index,
  compliance: (one, other) => one.scores[0] - other.scores[0] || one.index - other.index,
  experience: (one, other) => one.scores[1] - other.scores[1] || one.index - other.index,
  risk: (one, other) => other.scores[2] - one.scores[2] || one.index - other.index,
  length: (one, other) => other.length - one.length || one.index - other.index,
  start: (one, other) => (one.started ?? Infinity) - (other.started ?? Infinity) || one.index - other.index,
};
/** The calls that fit what is chosen, in the chosen order. */
function listed() {
  const choices = chosen(), wanted = (choices.q || '').trim().toLowerCase();
  const rules = new Set(wanted ? DATA.run.rules.flatMap((rule, index) =>
    [rule.id, rule.title.zh, rule.title.en].some((name) => name.toLowerCase().includes(wanted)) ? [index] : []) : []);
  const [dimension, bin] = (choices.score || '').split('-').map(Number);
  const fits = (call) => {
    for (const [place, attribute] of GROUPS.entries()) {
      if (choices[attribute] !== undefined && call.names[place] !== Number(choices[attribute])) return false;
    }
    if (choices.rule !== undefined && !call.hits.some((rule, place) => place % 2 === 0 && rule === Number(choices.rule))) return false;
    if (choices.severity !== undefined && call.worst !== SEVERITIES.indexOf(choices.severity)) return false;
    if (choices.hour !== undefined && (call.started === null || hourOf(call.started) !== Number(choices.hour))) return false;
    if (choices.score && Math.min(19, Math.floor(call.scores[dimension] / 5)) !== bin) return false;
    if (!wanted) return true;
    return call.id.toLowerCase().includes(wanted) || call.hits.some((rule, place) => place % 2 === 0 && rules.has(rule))
      || call.names.some((name, place) => name !== null && DATA.names[GROUPS[place]][name].toLowerCase().includes(wanted));
  };
  return CALLS.filter(fits).sort(SORTS[choices.sort] || SORTS.concern);
}
/** What is chosen, each to be taken off by a click. */
function filters() {
  const choices = chosen(), list = [];
  const add = (key, text) => list.push(h('button', { class: 'filter', onclick: () => choose({ [key]: null }) }, text, h('span', { 'aria-hidden': 'true' }, '×')));
  if (choices.rule !== undefined && DATA.run.rules[choices.rule]) add('rule', ruleTitle(DATA.run.rules[choices.rule]));
  for (const attribute of GROUPS) {
    if (choices[attribute] !== undefined) add(attribute, `${word(attribute)} ${DATA.names[attribute][choices[attribute]] ?? ''}`);
  }
  if (choices.severity !== undefined) add('severity', word('severity')[choices.severity] || choices.severity);
  if (choices.hour !== undefined) add('hour', `${choices.hour}:00`);
  if (choices.score) {
    const [dimension, bin] = choices.score.split('-').map(Number);
    add('score', `${word(DIMENSIONS[dimension] || 'compliance')} ${bin * 5}–${bin * 5 + 5}`);
  }
  return list;
}

function callSection() {
  const choices = chosen(), body = h('div', { class: 'rows' }), shown = h('span', { class: 'quiet' });
  const chips = h('div', { class: 'filters' });
  let pending = 0;
  const update = () => {
    const calls = listed();
    shown.textContent = fill('shown', count(calls.length), count(CALLS.length));
    const active = filters();
    chips.replaceChildren(...active);
    chips.hidden = !active.length;
    fillRows(body, calls);
  };
  const search = h('input', { type: 'search', placeholder: word('search'), 'aria-label': word('search'), value: choices.q || '', oninput: (event) => {
    adjust({ q: event.target.value });
    clearTimeout(pending);
    pending = setTimeout(update, 120);
  } });
  const sort = h('select', { 'aria-label': word('list_about'), onchange: (event) => { adjust({ sort: event.target.value === 'concern' ? null : event.target.value }); update(); } },
    Object.keys(SORTS).map((key) => h('option', { value: key, selected: key === (choices.sort || 'concern') }, word('sort')[key])));
  const severities = h('div', { class: 'severities' }, SEVERITIES.slice().reverse().filter((one) => choices.severity === one || CALLS.some((call) => call.worst === SEVERITIES.indexOf(one))).map((one) =>
    h('button', { class: `severity-choice severity-${one}`, 'aria-pressed': String(choices.severity === one),
      onclick: () => choose({ severity: chosen().severity === one ? null : one }) }, h('i', { class: `dot severity-${one}` }), word('severity')[one],
    h('b', {}, count(CALLS.filter((call) => call.worst === SEVERITIES.indexOf(one)).length)))));
  const made = section('calls', word('list'), null, h('div', { class: 'card list' },
    h('div', { class: 'tools' }, search, sort, severities, shown), chips, body));
  update();
  return made;
}
let watcher = null;
function fillRows(body, calls) {
  watcher?.disconnect();
  body.replaceChildren();
  if (!calls.length) { body.append(h('p', { class: 'quiet none' }, word('no_match'))); return; }
  let made = 0;
  const end = h('div', { class: 'end' });
  const more = () => {
    for (const call of calls.slice(made, made + CHUNK)) end.before(callRow(call));
    made += CHUNK;
    if (made >= calls.length) { watcher?.disconnect(); end.remove(); }
  };
  body.append(end);
  watcher = new IntersectionObserver((entries) => { if (entries.some((entry) => entry.isIntersecting)) more(); }, { rootMargin: '900px' });
  more();
  if (end.isConnected || made < calls.length) watcher.observe(end);
}
function callRow(call) {
  const name = (place) => (call.names[place] === null ? null : DATA.names[GROUPS[place]][call.names[place]]);
  const rules = [];
  for (let place = 0; place < call.hits.length; place += 2) rules.push([DATA.run.rules[call.hits[place]], call.hits[place + 1]]);
  rules.sort((one, other) => concern(other[0]) - concern(one[0]));
  return h('a', { class: `row severity-${SEVERITIES[call.worst] || 'none'}`, href: address({ ...chosen(), call: call.index }) },
    h('span', { class: 'who' }, h('b', {}, call.id), h('small', {}, [name(0), name(1), name(2), moment(call.started)].filter(Boolean).join(' · '))),
    h('span', { class: 'length' }, clock(call.length)),
    h('span', { class: 'scores' }, call.scores.map((value, dimension) =>
      h('span', { class: `pill standing-${standing(dimension, value)}`, title: word(DIMENSIONS[dimension]) }, h('small', {}, word(DIMENSIONS[dimension])), score(value)))),
    h('span', { class: 'found' }, rules.length
      ? [rules.slice(0, 3).map(([rule, hits]) => h('span', { class: `chip ${tone(rule)}` }, ruleTitle(rule), hits > 1 ? ` ×${hits}` : '')),
          rules.length > 3 ? h('span', { class: 'chip more' }, `+${rules.length - 3}`) : null]
      : h('span', { class: 'quiet' }, word('no_finding')),
    call.flags & 2 ? tag('plain', word('flag_breaches')) : null));
}
