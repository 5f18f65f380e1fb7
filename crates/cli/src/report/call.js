// One call: scores with their derivation, the timeline, the words with findings marked, and the findings with their why.

function callPage(index) {
  const call = CALLS[index], detail = detailOf(index), order = listed().map((one) => one.index);
  const at = order.indexOf(index), player = playerOf(detail);
  const step = (to, key) => h('button', { class: 'quiet-button', disabled: to === undefined, onclick: () => openCall(to) }, word(key));
  const page = h('div', { class: 'call-page' },
    h('div', { class: 'call-head' },
      h('div', { class: 'steps-bar' },
        h('button', { class: 'quiet-button', onclick: closeCall }, `← ${word('back')}`),
        h('span', { class: 'quiet' }, at >= 0 ? `${count(at + 1)} / ${count(order.length)}` : ''),
        h('span', { class: 'pair' }, step(at > 0 ? order[at - 1] : undefined, 'previous'), step(at >= 0 ? order[at + 1] : undefined, 'next'))),
      h('h1', {}, call.id), facts(call, detail)),
    h('div', { class: 'three' }, DIMENSIONS.map((name, dimension) => derivation(call, detail, name, dimension))),
    timelineCard(call, detail, player),
    h('div', { class: 'columns' },
      h('div', { class: 'card talk-card' }, h('h2', {}, word('transcript')), transcript(detail, player)),
      h('aside', {}, findingCards(detail, player), measureCard(call, detail), sideLists(call, detail))));
  return page;
}
function openCall(index) { history.pushState(null, '', address({ ...chosen(), call: index })); show(); }
function closeCall() { history.pushState(null, '', address({ ...chosen(), call: null })); show('back'); }

function facts(call, detail) {
  const named = GROUPS.map((attribute, place) => [word(attribute), call.names[place] === null ? null : DATA.names[attribute][call.names[place]]]);
  const all = [...named, [word('started'), moment(call.started)], [word('length'), clock(call.length)], [word('language'), detail.lang],
    [word('engine'), detail.by], [word('file'), detail.line ? `${detail.file}:${detail.line}` : detail.file]];
  return h('dl', { class: 'facts' }, all.filter(([, value]) => value).map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))));
}

function derivation(call, detail, name, dimension) {
  const start = dimension === 2 ? 0 : 100, value = call.scores[dimension];
  const steps = detail.steps.filter((step) => step[0] === dimension);
  const line = ([, rule, hits, points, after]) => h('li', {}, h('span', {}, titleOfId(rule), hits > 1 ? h('em', {}, ` ×${hits}`) : null),
    h('b', { class: points === 0 ? 'none' : points < 0 === (dimension !== 2) ? 'worse' : 'better' }, signed(points)), h('span', { class: 'after' }, score(after)));
  return h('article', { class: `card score ${name} standing-${standing(dimension, value)}` },
    h('header', {}, h('h3', {}, word(name)), h('span', { class: 'quiet' }, dimension === 2 ? word('risk_hint') : null)),
    h('p', { class: 'figure' }, h('b', {}, score(value))),
    h('div', { class: 'gauge' }, h('i', { style: { width: `${value}%` } })),
    h('ol', { class: 'derivation' }, h('li', { class: 'first' }, h('span', {}, steps.length ? fill('start_at', start) : word('no_steps')), h('span', { class: 'after' }, String(start))), steps.map(line)));
}

/** Where the report was made with sound beside it. */
function playerOf(detail) {
  if (!detail.audio) return null;
  const audio = h('audio', { controls: true, preload: 'metadata', src: detail.audio });
  return { audio, from: (ms) => { audio.currentTime = ms / 1000; audio.play().catch(() => {}); } };
}

function transcript(detail, player) {
  if (!detail.turns) return h('p', { class: 'quiet' }, word('words_left_out'));
  if (!detail.turns.length) return h('p', { class: 'quiet' }, word('no_words'));
  const byTurn = new Map();
  detail.findings.forEach((finding, index) => {
    if (finding[3] === null) return;
    if (!byTurn.has(finding[3])) byTurn.set(finding[3], []);
    byTurn.get(finding[3]).push(index);
  });
  let before = 0, last = null;
  return h('ol', { class: 'turns', 'data-turns': '' }, detail.turns.map(([role, start, length, text, sure], place) => {
    const found = byTurn.get(place) || [], gap = start - before;
    before = Math.max(before, start + length);
    const silent = place > 0 && gap >= 5000 ? h('li', { class: 'gap' }, `${word('silence')} ${span(gap)}`) : null;
    const same = last === role && !silent;
    last = role;
    const turn = h('li', { class: `turn role-${role}${same ? ' same' : ''}`, id: `turn-${place}` },
      h('button', { class: 'time', title: player ? word('listen') : null, onclick: () => { player?.from(start); pointAt(place, found); } }, clock(start)),
      h('div', { class: 'said' }, same ? null : h('span', { class: 'speaker' }, word('role')[role] ?? '', sure !== undefined && sure < 0.6 ? tag('plain', word('unsure')) : null),
        h('p', {}, marked(text, found, detail.findings))));
    return [silent, turn];
  }));
}
/** The text of a turn with what was found in it marked. Places count characters, not UTF-16 units. */
function marked(text, found, findings) {
  const letters = Array.from(text), cuts = new Set([0, letters.length]);
  const ranges = found.map((index) => [index, findings[index][4] || [0, letters.length]]);
  ranges.forEach(([, [from, to]]) => { cuts.add(Math.min(from, letters.length)); cuts.add(Math.min(to, letters.length)); });
  const places = [...cuts].sort((one, other) => one - other);
  return places.slice(0, -1).map((from, place) => {
    const piece = letters.slice(from, places[place + 1]).join('');
    const inside = ranges.filter(([, [start, end]]) => start <= from && end >= places[place + 1]).map(([index]) => index);
    if (!inside.length) return piece;
    const worst = inside.map((index) => DATA.run.rules[findings[index][0]]).sort((one, other) => concern(other) - concern(one))[0];
    const names = inside.map((index) => ruleTitle(DATA.run.rules[findings[index][0]])).join(' · ');
    return h('mark', { class: tone(worst), title: names, onclick: () => pointAtFinding(inside[0]) }, piece);
  });
}
function concern(rule) { return rule.praise ? -1 : SEVERITIES.indexOf(rule.severity); }

function findingCards(detail, player) {
  const order = detail.findings.map((finding, index) => [finding, index]);
  return h('div', { class: 'card' }, h('h2', {}, word('call_findings'), h('span', { class: 'count' }, String(order.length))),
    order.length ? h('ol', { class: 'finding-list' }, order.map(([finding, index]) => findingCard(finding, index, detail, player))) : h('p', { class: 'quiet' }, word('no_finding')));
}
function findingCard([ruleIndex, points, role, turn, chars, time, value, bound], index, detail, player) {
  const rule = DATA.run.rules[ruleIndex], text = turn === null || !detail.turns ? null : detail.turns[turn]?.[3];
  const where = [role === null ? null : word('role')[role], time ? clock(time[0]) : word('whole_call')].filter(Boolean).join(' · ');
  const go = () => { if (time) player?.from(time[0]); if (turn !== null) pointAt(turn, [index]); else pointAtFinding(index); };
  return h('li', pressable({ class: `finding ${tone(rule)}`, id: `finding-${index}` }, go),
    h('header', {}, h('b', {}, ruleTitle(rule)), points ? h('span', { class: 'points' }, `${word(rule.dimension)} ${signed(points)}`) : null),
    h('p', { class: 'where' }, rule.praise ? tag('praise', word('praise')) : severityTag(rule.severity), h('span', {}, where)),
    text ? h('blockquote', {}, chars ? inContext(Array.from(text), chars) : text) : null,
    value ? h('p', { class: 'compare' }, `${word('measured')} `, h('b', {}, measured(value)), bound ? ` · ${word('bound')} ${measured(bound)}` : null) : null,
    titled(rule.about) ? h('p', { class: 'why' }, titled(rule.about)) : null,
    h('code', {}, rule.id));
}
/** What was found among the words around it. */
function inContext(letters, [from, to]) {
  const around = 16, start = Math.max(0, from - around), end = Math.min(letters.length, to + around);
  return [start > 0 ? '…' : '', letters.slice(start, from).join(''), h('b', {}, letters.slice(from, to).join('')), letters.slice(to, end).join(''), end < letters.length ? '…' : ''];
}
function flash(element) {
  element.classList.remove('flash');
  requestAnimationFrame(() => element.classList.add('flash'));
}
function pointAt(turn, found) {
  const element = document.getElementById(`turn-${turn}`);
  if (element) { element.scrollIntoView({ behavior: 'smooth', block: 'center' }); flash(element); }
  for (const index of found) { const card = document.getElementById(`finding-${index}`); if (card) flash(card); }
}
function pointAtFinding(index) {
  const card = document.getElementById(`finding-${index}`);
  if (card) { card.scrollIntoView({ behavior: 'smooth', block: 'nearest' }); flash(card); }
}

function measureCard(call, detail) {
  const [silence, longest, overlap, agent, customer, agentRate, customerRate, byAgent, byCustomer] = detail.metrics;
  const whole = call.length || 1, talk = agent + customer || 1;
  const pair = (one, other) => `${one} / ${other}`, roles = `${word('role')[0]} / ${word('role')[1]}`;
  const rows = [
    [word('silence_share'), `${span(silence)} · ${percent(silence / whole)}`], [word('longest_silence'), span(longest)],
    [word('overlap_share'), `${span(overlap)} · ${percent(overlap / whole)}`], [`${word('talk')} (${roles})`, pair(percent(agent / talk, 0), percent(customer / talk, 0))],
    [`${word('rate')} (${roles})`, pair(Math.round(agentRate), Math.round(customerRate))], [`${word('interruptions')} (${roles})`, pair(byAgent, byCustomer)],
  ];
  return h('div', { class: 'card' }, h('h2', {}, word('metrics')), h('dl', { class: 'measures' }, rows.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value)))),
    h('p', { class: 'quiet' }, word('speech_from')[detail.heard]));
}
function sideLists(call, detail) {
  const list = (key, items) => (items.length ? h('div', { class: 'card' }, h('h2', {}, word(key)), h('ul', { class: 'side-list' }, items)) : null);
  const shownAbove = new Set(GROUPS);
  const attributes = Object.entries(detail.attributes || {}).filter(([name]) => !shownAbove.has(name));
  return [
    list('breaches', (detail.breaches || []).map((breach) => h('li', {}, tag('plain', breach.item), breach.message))),
    list('unjudged', detail.unjudged.map(([rule, reason]) => h('li', {}, titleOfId(rule), h('em', {}, word('reason')[reason] || reason)))),
    list('attributes', attributes.map(([name, value]) => h('li', {}, h('em', {}, name), String(value)))),
    list('notes', (detail.notes || []).map((note) => h('li', {}, note))),
  ];
}
