// The strip of a call: who spoke when, silence, overlap, and where something was found.

const LANE = 22, GAP = 5, FLAGS = 20, AXIS = 18, SILENCE_SHOWN = 3000;

function timelineCard(call, detail, player) {
  const roles = [0, 1, 2, 3].filter((role) => role < 2 || stretches(detail).some(([one]) => one === role));
  const holder = h('div', { class: 'strip' });
  const draw = () => {
    const width = Math.max(280, holder.clientWidth || 900);
    holder.replaceChildren(strip(call, detail, player, roles, width));
  };
  let drawn = 0;
  new ResizeObserver(() => { if (holder.clientWidth !== drawn) { drawn = holder.clientWidth; requestAnimationFrame(draw); } }).observe(holder);
  return h('div', { class: 'card timeline' },
    h('div', { class: 'timeline-head' }, h('h2', {}, word('timeline')),
      h('p', { class: 'legend' }, roles.map((role) => h('span', {}, h('i', { class: `swatch role-${role}` }), word('role')[role])),
        h('span', {}, h('i', { class: 'swatch overlap' }), word('overlap')), h('span', {}, h('i', { class: 'swatch silence' }), word('silence')))),
    holder, player ? h('div', { class: 'player' }, player.audio) : null);
}
/** Voice activity where there was sound, the turns where not: role, start, length. */
function stretches(detail) {
  return detail.speech?.length ? detail.speech : (detail.turns || []).map(([role, start, length]) => [role, start, length]);
}
/** Silences and overlaps of all parties: [start, end]. */
function gapsAndOverlaps(parts) {
  const edges = parts.flatMap(([, start, length]) => [[start, 1], [start + length, -1]]).sort((one, other) => one[0] - other[0] || one[1] - other[1]);
  const silences = [], overlaps = [];
  let speaking = 0, since = edges[0]?.[0] ?? 0;
  for (const [at, change] of edges) {
    if (speaking === 0 && at - since >= SILENCE_SHOWN) silences.push([since, at]);
    if (speaking > 1 && at > since) overlaps.push([since, at]);
    speaking += change;
    since = at;
  }
  return { silences, overlaps };
}
function strip(call, detail, player, roles, width) {
  const parts = stretches(detail), whole = Math.max(1, call.length, ...parts.map(([, start, length]) => start + length));
  const x = (ms) => (ms / whole) * width, lanes = roles.length * (LANE + GAP), height = FLAGS + lanes + AXIS;
  const laneY = (role) => FLAGS + roles.indexOf(role) * (LANE + GAP);
  const { silences, overlaps } = gapsAndOverlaps(parts);
  const nearest = (ms) => {
    const turns = detail.turns || [];
    let best = 0;
    turns.forEach(([, start], place) => { if (start <= ms) best = place; });
    return turns.length ? best : null;
  };
  const click = (event) => {
    const box = event.currentTarget.getBoundingClientRect(), ms = ((event.clientX - box.left) / box.width) * whole;
    player?.from(ms);
    const turn = nearest(ms);
    if (turn !== null) pointAt(turn, []);
  };
  const flags = detail.findings.flatMap((finding, index) => (finding[5] ? [flag(finding, index, x, height - AXIS)] : []));
  const head = player ? s('line', { class: 'playhead', x1: 0, x2: 0, y1: 0, y2: height - AXIS }) : null;
  if (player) player.audio.ontimeupdate = () => { const at = String(x(player.audio.currentTime * 1000)); head.setAttribute('x1', at); head.setAttribute('x2', at); };
  return s('svg', { viewBox: `0 0 ${width} ${height}`, width, height, onclick: click, role: 'img', 'aria-label': word('timeline') },
    roles.map((role) => s('rect', { class: 'lane', x: 0, y: laneY(role), width, height: LANE, rx: 4 })),
    silences.map(([from, to]) => s('g', {}, s('title', {}, `${word('silence')} ${span(to - from)}`),
      s('rect', { class: 'silence', x: x(from), y: FLAGS, width: x(to) - x(from), height: lanes - GAP }),
      x(to) - x(from) > 44 ? s('text', { class: 'silence-text', x: (x(from) + x(to)) / 2, y: FLAGS + lanes / 2 + 1 }, span(to - from)) : null)),
    parts.map(([role, start, length]) => s('rect', { class: `speech role-${role}`, x: x(start), y: laneY(role) + 3, width: Math.max(1, x(length)), height: LANE - 6, rx: 2 })),
    overlaps.map(([from, to]) => s('rect', { class: 'overlap', x: x(from), y: FLAGS, width: Math.max(1, x(to) - x(from)), height: lanes - GAP })),
    flags, ticks(whole, width, x, height), head);
}
function flag(finding, index, x, bottom) {
  const [from, to] = finding[5], rule = DATA.run.rules[finding[0]], at = x(from);
  return s('g', { class: `flag ${tone(rule)}`, onclick: (event) => { event.stopPropagation(); finding[3] === null ? pointAtFinding(index) : pointAt(finding[3], [index]); } },
    s('title', {}, `${ruleTitle(rule)} · ${clock(from)}`),
    s('rect', { class: 'reach-of', x: at, y: FLAGS - 4, width: Math.max(2, x(to) - at), height: 2 }),
    s('line', { x1: at, x2: at, y1: 10, y2: bottom }),
    s('path', { d: `M ${at - 5} 2 h 10 v 7 l -5 6 l -5 -6 z` }));
}
function ticks(whole, width, x, height) {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600].map((seconds) => seconds * 1000);
  const step = steps.find((one) => x(one) >= 64) || 3600000, marks = [];
  for (let at = 0; at <= whole; at += step) {
    if (at && x(at) > width - 22) break;
    marks.push(s('text', { class: 'tick', x: x(at), y: height - 4, 'text-anchor': at ? 'middle' : 'start' }, clock(at)));
  }
  return marks;
}
