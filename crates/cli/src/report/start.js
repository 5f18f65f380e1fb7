// Shows the overview or a call, as the address says.

let scrolled = 0, inCall = false;
/** Makes the page anew. `place`: where to go on it; nothing: stay. */
function show(place) {
  const page = document.getElementById('page'), wanted = Number(chosen().call ?? NaN), call = CALLS[wanted] ? wanted : null;
  if (call !== null && !inCall) scrolled = window.scrollY;
  document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en';
  document.title = `${word('brand')} · ${call === null ? word('title') : CALLS[call].id}`;
  const left = inCall && call === null;
  const foot = h('footer', { class: 'wide' }, h('span', {}, fill('built', DATA.run.build)), h('span', {}, fill('zone', DATA.zone)));
  const main = h('main', { class: 'wide' }, call === null ? [overview(), groupSection(), callSection()] : callPage(call));
  const before = window.scrollY;
  page.replaceChildren(topBar(call !== null), main, foot);
  if (call !== null) window.scrollTo(0, inCall && place === undefined && sameCall === call ? before : 0);
  else if (place === 'back' || (left && place === undefined)) window.scrollTo(0, scrolled);
  else if (place) document.getElementById(place)?.scrollIntoView({ block: 'start' });
  else window.scrollTo(0, before);
  inCall = call !== null;
  sameCall = call;
}
let sameCall = null;

document.addEventListener('keydown', (event) => {
  if (!inCall || event.target.closest('input, select, audio') || event.metaKey || event.ctrlKey || event.altKey) return;
  const order = listed().map((one) => one.index), at = order.indexOf(sameCall);
  if (event.key === 'Escape') closeCall();
  if ((event.key === 'j' || event.key === 'ArrowRight') && order[at + 1] !== undefined) openCall(order[at + 1]);
  if ((event.key === 'k' || event.key === 'ArrowLeft') && at > 0) openCall(order[at - 1]);
});
window.addEventListener('hashchange', () => show());
window.addEventListener('popstate', () => show());
if (WORDS[stored('lang')]) lang = stored('lang');
history.scrollRestoration = 'manual';
applyTheme();
show(filters().length || chosen().q ? 'calls' : undefined);
