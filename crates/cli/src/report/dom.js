// Building the page: elements are made by hand and text only ever becomes text. What is chosen lives in the address.

/** An element. Properties: `class`, `on…` handlers, `style` (an object), and attributes. */
function h(tag, properties, ...children) {
  return dress(document.createElement(tag), properties, children);
}
/** The same in SVG. */
function s(tag, properties, ...children) {
  return dress(document.createElementNS('http://www.w3.org/2000/svg', tag), properties, children);
}
function dress(element, properties, children) {
  for (const [name, value] of Object.entries(properties || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'style') for (const [key, one] of Object.entries(value)) element.style.setProperty(key, one);
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}
/** Something that can be clicked by mouse and keyboard. */
function pressable(properties, act) {
  return { ...properties, tabindex: 0, role: 'button', onclick: act, onkeydown: (event) => {
    if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); act(event); }
  } };
}

/** What is chosen. Every key is a filter but `sort` and `call`. */
function chosen() {
  return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
}
function address(choices) {
  const query = new URLSearchParams(Object.entries(choices).filter(([, value]) => value !== null && value !== undefined && value !== ''));
  return `#${query}`;
}
/** Changes what is chosen and goes to the list. */
function choose(changes, toList = true) {
  const choices = { ...chosen(), call: null, ...changes };
  history.pushState(null, '', address(choices));
  show(toList ? 'calls' : null);
}
/** Changes what is chosen without a step in the browser's history. */
function adjust(changes) {
  history.replaceState(null, '', address({ ...chosen(), ...changes }));
}

function stored(key) { try { return localStorage.getItem(`lingjian-${key}`); } catch { return null; } }
function store(key, value) { try { localStorage.setItem(`lingjian-${key}`, value); } catch { /* not kept, not needed */ } }

const THEMES = ['auto', 'light', 'dark'];
let theme = THEMES.includes(stored('theme')) ? stored('theme') : 'auto';
function applyTheme() {
  if (theme === 'auto') document.documentElement.removeAttribute('data-theme');
  else document.documentElement.setAttribute('data-theme', theme);
}
function nextTheme() {
  theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
  store('theme', theme);
  applyTheme();
  show();
}
function otherLanguage() {
  lang = lang === 'zh' ? 'en' : 'zh';
  store('lang', lang);
  show();
}

const THEME_SIGNS = { auto: '◐', light: '○', dark: '●' };
function topBar(inCall) {
  const links = [['overview', 'nav_overview'], ['findings', 'nav_findings'], ['people', 'nav_people'], ['calls', 'nav_calls']];
  const link = ([place, key]) => h('button', { class: 'nav', onclick: () => goTo(place) }, word(key));
  return h('header', { class: 'top' }, h('div', { class: 'wide' },
    h('button', { class: 'brand', onclick: () => goTo('overview') }, mark(), h('b', {}, word('brand')), h('span', {}, word('title'))),
    h('nav', {}, links.filter(([place]) => !inCall || place !== 'none').map(link)),
    h('div', { class: 'switches' },
      h('button', { class: 'switch', title: word(`theme_${theme}`), 'aria-label': word(`theme_${theme}`), onclick: nextTheme }, THEME_SIGNS[theme]),
      h('button', { class: 'switch', lang: lang === 'zh' ? 'en' : 'zh', onclick: otherLanguage }, word('other')))));
}
/** Two voices and an ear between them. */
function mark() {
  return s('svg', { class: 'mark', viewBox: '0 0 24 24', 'aria-hidden': 'true' },
    [[3, 9, 6], [8, 4, 16], [13, 7, 10], [18, 10, 4]].map(([x, y, height], place) =>
      s('rect', { x, y, width: 3, height, rx: 1.5, class: `bar-${place}` })));
}
/** Goes to a section of the overview, leaving a call if one is open. */
function goTo(place) {
  if (chosen().call !== undefined) { history.pushState(null, '', address({ ...chosen(), call: null })); show(place); return; }
  document.getElementById(place)?.scrollIntoView({ behavior: 'smooth', block: 'start' });
}
function section(id, title, about, ...children) {
  return h('section', { id }, h('div', { class: 'head' }, h('h2', {}, title), about ? h('p', {}, about) : null), children);
}
function tag(kind, text, title) { return h('span', { class: `tag ${kind}`, title }, text); }
function severityTag(severity) { return tag(`severity-${severity}`, word('severity')[severity]); }
