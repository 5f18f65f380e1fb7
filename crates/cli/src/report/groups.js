// Agents, teams, projects, queues and hours: who and when.

let groupShown = null, groupSort = ['compliance', 1], allGroups = false;
function groupSection() {
  const groupings = DATA.summary.groups, hours = hourly();
  const kinds = [...groupings.map((one) => one.attribute), ...(hours ? ['hour'] : [])];
  if (!kinds.length) return null;
  if (!kinds.includes(groupShown)) groupShown = kinds[0];
  const tabs = h('div', { class: 'tabs', role: 'tablist' }, kinds.map((kind) =>
    h('button', { role: 'tab', 'aria-selected': String(kind === groupShown), onclick: () => { groupShown = kind; allGroups = false; replace('people', groupSection()); } }, word(kind))));
  const grouping = groupings.find((one) => one.attribute === groupShown);
  return section('people', word('people'), grouping ? word('group_about') : fill('hour_about', DATA.zone),
    h('div', { class: 'card' }, tabs, grouping ? groupTable(grouping) : hourChart(hours)));
}
function groupTable(grouping) {
  const value = (group, key) => (DIMENSIONS.includes(key) ? group[key].mean : group[key] ?? '');
  const [key, direction] = groupSort;
  const sorted = grouping.groups.slice().sort((one, other) => {
    const a = value(one, key), b = value(other, key);
    return direction * (typeof a === 'number' ? a - b : String(a).localeCompare(String(b), lang)) || one.name.localeCompare(other.name);
  });
  const shown = allGroups ? sorted : sorted.slice(0, 12);
  const columns = [['name', word(grouping.attribute)], ['calls', word('group_calls')], ...DIMENSIONS.map((name) => [name, word(name)]),
    ['findings_per_call', word('per_call')], ['top_rule', word('top_rule')]];
  const head = columns.map(([column, title]) => h('th', { scope: 'col', class: column, 'aria-sort': column === key ? (direction > 0 ? 'ascending' : 'descending') : null },
    h('button', { onclick: () => {
      groupSort = [column, column === key ? -direction : ['name', 'compliance', 'experience', 'top_rule'].includes(column) ? 1 : -1];
      replace('people', groupSection());
    } }, title)));
  const place = GROUPS.indexOf(grouping.attribute);
  const scales = DIMENSIONS.map((name) => scaleOf(grouping.groups.map((group) => group[name]), DATA.summary[name].mean));
  const row = (group) => {
    const index = DATA.names[grouping.attribute].indexOf(group.name);
    return h('tr', pressable({ class: chosen()[grouping.attribute] === String(index) ? 'chosen' : null }, () => choose({ [GROUPS[place]]: index })),
      h('th', { scope: 'row', class: 'name' }, group.name, group.few ? tag('plain', word('few'), word('few_about')) : null),
      h('td', { class: 'calls' }, count(group.calls)),
      DIMENSIONS.map((name, dimension) => h('td', { class: name }, whisker(dimension, group[name], scales[dimension]))),
      h('td', { class: 'findings_per_call' }, group.findings_per_call.toFixed(2)),
      h('td', { class: 'top_rule' }, group.top_rule ? titleOfId(group.top_rule) : '–'));
  };
  return [
    h('div', { class: 'scroll' }, h('table', { class: 'groups' }, h('thead', {}, h('tr', {}, head)), h('tbody', {}, shown.map(row)))),
    h('div', { class: 'under' }, h('p', { class: 'quiet' }, grouping.without ? fill('without_group', count(grouping.without), word(grouping.attribute)) : ''),
      sorted.length > 12 ? h('button', { class: 'quiet-button', onclick: () => { allGroups = !allGroups; replace('people', groupSection()); } },
        allGroups ? word('less') : fill('more', sorted.length)) : null),
  ];
}
/** The part of the scale in which all intervals of a column lie, and the mean of all calls on it. */
function scaleOf(scores, mean) {
  const low = Math.max(0, Math.min(mean, ...scores.map((one) => one.mean - (one.margin ?? 0))));
  const high = Math.min(100, Math.max(mean, ...scores.map((one) => one.mean + (one.margin ?? 0))));
  const width = Math.max(4, high - low);
  return { x: (value) => ((value - low) / width) * 96 + 2, mean };
}
/** A mean with its interval, beside the mean of all calls. */
function whisker(dimension, score_, { x, mean }) {
  const margin = score_.margin ?? 0, low = Math.max(0, score_.mean - margin), high = Math.min(100, score_.mean + margin);
  return h('div', { class: `whisker standing-${standing(dimension, score_.mean)}`, title: fill('interval', low.toFixed(1), high.toFixed(1)) },
    h('b', {}, score_.mean.toFixed(1)),
    s('svg', { viewBox: '0 0 100 10', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
      s('rect', { class: 'ground', x: 0, y: 4.5, width: 100, height: 1 }),
      s('rect', { class: 'all', x: x(mean) - 0.4, y: 0, width: 0.8, height: 10 }),
      s('rect', { class: 'range', x: x(low), y: 3, width: Math.max(x(high) - x(low), 0.5), height: 4 }),
      s('rect', { class: 'at', x: x(score_.mean) - 1.2, y: 1, width: 2.4, height: 8 })));
}
function hourly() {
  const hours = Array.from({ length: 24 }, () => ({ calls: 0, findings: 0 }));
  for (const call of CALLS) {
    if (call.started === null) continue;
    const hour = hours[hourOf(call.started)];
    hour.calls += 1;
    for (let place = 1; place < call.hits.length; place += 2) if (!DATA.run.rules[call.hits[place - 1]].praise) hour.findings += call.hits[place];
  }
  return hours.filter((hour) => hour.calls).length > 1 ? hours : null;
}
function hourChart(hours) {
  const most = Math.max(...hours.map((hour) => hour.calls)), worst = Math.max(0.01, ...hours.map((hour) => (hour.calls ? hour.findings / hour.calls : 0)));
  const column = (hour, at) => {
    const each = hour.calls ? hour.findings / hour.calls : 0;
    const label = `${at}:00 · ${count(hour.calls)} ${word('calls')} · ${word('per_call')} ${each.toFixed(2)}`;
    return h('div', hour.calls ? pressable({ class: 'hour', title: label, 'aria-label': label }, () => choose({ hour: at })) : { class: 'hour none', title: label },
      h('span', { class: 'each' }, hour.calls ? each.toFixed(1) : ''),
      h('i', { class: 'many', style: { height: `${(hour.calls / most) * 84}px` } }, h('i', { class: 'found', style: { height: `${(each / worst) * 100}%` } })),
      h('span', { class: 'at' }, String(at)));
  };
  return h('div', { class: 'hours' }, hours.map(column));
}
