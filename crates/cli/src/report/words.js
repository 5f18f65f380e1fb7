// The page's words in both languages, and numbers, times and measures as people write them.

const WORDS = {
  zh: {
    brand: '聆鉴', title: '质检报告', other: 'EN', theme_auto: '跟随系统', theme_light: '浅色', theme_dark: '深色',
    nav_overview: '概览', nav_findings: '问题', nav_people: '人员与项目', nav_calls: '通话',
    lead: (n, length, packs) => `${n} 通通话，共 ${length}，全部按${/^\d/.test(packs) ? ` ${packs}` : packs}评判。`,
    lead_none: '没有可评判的通话。', packs: '{0} 个规则包',
    coverage: '覆盖范围', coverage_about: '读入的每一通都有下落：评判了，或列出了未评判的原因。',
    judged: '已评判', judged_about: '其中文本 {0}，语音转写 {1}',
    transcripts: '文本', transcribed: '语音转写', refused: '未采纳', without_rules: '无适用规则', repeated: '重复', records_alone: '只有话单',
    refused_about: '未采纳的输入', stage: { read: '读取', transcribe: '转写', judge: '评判' },
    unjudged: '未能评判的规则', unjudged_none: '没有规则因缺少材料而未评判。',
    reason: { 'no audio': '没有录音', 'no words': '没有文字', 'one party only': '只有一方说话', 'one channel': '双方同在一个声道', 'speaker uncertain': '说话人不确定' },
    scores: '三项得分', compliance: '合规', experience: '体验', risk: '风险', risk_hint: '越低越好',
    mean: '均值', interval: '95% 置信区间 {0} – {1}', histogram_about: '每 5 分一档的通话数，点击可筛选',
    bin: '{0}–{1} 分：{2} 通', calls: '通', no_calls: '没有通话',
    findings: '问题排行', findings_about: '按涉及的通话占比排列，点击查看这些通话', findings_none: '没有发现任何问题。', praise: '做得好的',
    share: '通话占比', hits: '次', more: '全部 {0} 项', less: '收起',
    severity: { info: '提示', minor: '轻微', major: '严重', fatal: '致命' },
    people: '人员与项目', agent: '坐席', team: '班组', project: '项目', queue: '队列', hour: '时段',
    group_calls: '通数', per_call: '每通问题', top_rule: '最常见问题', few: '样本少', few_about: '不足 10 通，均值仅供参考',
    group_about: '均值与 95% 置信区间，细线为全部通话的均值；点击一行查看通话', without_group: '另有 {0} 通未注明{1}',
    hour_about: '每个钟点的通话数与每通问题数（{0}）',
    list: '通话', list_about: '最需要听的排在前面', search: '搜索编号、坐席、项目或规则', clear: '清除筛选', shown: '{0} / {1} 通',
    sort: { concern: '最需要听', order: '输入顺序', compliance: '合规从低到高', experience: '体验从低到高', risk: '风险从高到低', length: '时长从长到短', start: '时间从早到晚' },
    no_match: '没有符合条件的通话。', no_finding: '未发现问题',
    back: '返回列表', previous: '上一通', next: '下一通', call: '通话', started: '开始', length: '时长', file: '来源', language: '语言', engine: '转写引擎',
    start_at: '起始 {0}', no_steps: '没有加减分', fatal_step: '一票否决',
    timeline: '时间轴', silence: '静音', overlap: '重叠', speech_from: { 0: '静音与重叠按话轮时间计算', 1: '静音与重叠来自声音' },
    transcript: '对话', role: ['坐席', '客户', '主管', '系统'], no_words: '没有文字', words_left_out: '为控制文件大小，这一通的文字未收入页面。', unsure: '说话人存疑',
    call_findings: '发现', whole_call: '整通', measured: '实测', bound: '界限', evidence: '依据',
    metrics: '指标', silence_share: '静音', longest_silence: '最长静音', overlap_share: '重叠', talk: '说话占比', rate: '语速', interruptions: '打断',
    notes: '读入说明', breaches: '违反录音标准', attributes: '随路信息', times: (n) => `${n} 次`,
    units: { ms: null, share: null, 'chars/min': '字/分', 'words/min': '词/分', hits: '次', steps: '步', similarity: '相似度' },
    top: '回到顶部', built: '由 {0} 生成', zone: '时间以 {0} 为准', listen: '播放', flag_transcribed: '转写', flag_breaches: '录音不合标准',
    minutes: (m) => `${m} 分钟`, hours: (h, m) => (m ? `${h} 小时 ${m} 分` : `${h} 小时`), seconds: (s) => `${s} 秒`,
  },
  en: {
    brand: 'Lingjian', title: 'Inspection report', other: '中', theme_auto: 'System', theme_light: 'Light', theme_dark: 'Dark',
    nav_overview: 'Overview', nav_findings: 'Findings', nav_people: 'People', nav_calls: 'Calls',
    lead: (n, length, packs) => `${n} calls, ${length} in all, every one judged by ${packs}.`,
    lead_none: 'There was no call to judge.', packs: '{0} rule packs',
    coverage: 'Coverage', coverage_about: 'Every call that came in is accounted for: judged, or listed with the reason why not.',
    judged: 'Judged', judged_about: '{0} from text, {1} from speech',
    transcripts: 'From text', transcribed: 'From speech', refused: 'Refused', without_rules: 'No rules apply', repeated: 'Repeated', records_alone: 'Record only',
    refused_about: 'What was refused', stage: { read: 'read', transcribe: 'transcribe', judge: 'judge' },
    unjudged: 'Rules that could not be judged', unjudged_none: 'No rule lacked what it needs.',
    reason: { 'no audio': 'no audio', 'no words': 'no words', 'one party only': 'one party only', 'one channel': 'both on one channel', 'speaker uncertain': 'speaker uncertain' },
    scores: 'Three scores', compliance: 'Compliance', experience: 'Experience', risk: 'Risk', risk_hint: 'lower is better',
    mean: 'mean', interval: '95 % interval {0} – {1}', histogram_about: 'Calls per five points; click to filter',
    bin: '{0}–{1}: {2} calls', calls: 'calls', no_calls: 'No calls',
    findings: 'Findings', findings_about: 'By share of calls; click to see those calls', findings_none: 'Nothing was found.', praise: 'Done well',
    share: 'of calls', hits: 'hits', more: 'All {0}', less: 'Fewer',
    severity: { info: 'Info', minor: 'Minor', major: 'Major', fatal: 'Fatal' },
    people: 'People and projects', agent: 'Agent', team: 'Team', project: 'Project', queue: 'Queue', hour: 'Hour',
    group_calls: 'Calls', per_call: 'Findings per call', top_rule: 'Most often', few: 'few calls', few_about: 'Fewer than 10 calls: the mean says little',
    group_about: 'Means with 95 % intervals beside the mean of all calls; click a row to see its calls', without_group: '{0} more calls name no {1}',
    hour_about: 'Calls and findings per call by hour of day ({0})',
    list: 'Calls', list_about: 'Those that most need ears come first', search: 'Search id, agent, project or rule', clear: 'Clear filters', shown: '{0} of {1} calls',
    sort: { concern: 'Needs ears first', order: 'Order of input', compliance: 'Compliance, low first', experience: 'Experience, low first', risk: 'Risk, high first', length: 'Longest first', start: 'Earliest first' },
    no_match: 'No call fits these filters.', no_finding: 'No findings',
    back: 'All calls', previous: 'Previous', next: 'Next', call: 'Call', started: 'Started', length: 'Length', file: 'From', language: 'Language', engine: 'Written down by',
    start_at: 'starts at {0}', no_steps: 'nothing added or taken', fatal_step: 'fatal',
    timeline: 'Timeline', silence: 'Silence', overlap: 'Overlap', speech_from: { 0: 'Silence and overlap from the times of turns', 1: 'Silence and overlap heard in the sound' },
    transcript: 'Conversation', role: ['Agent', 'Customer', 'Supervisor', 'System'], no_words: 'No words', words_left_out: 'To keep this file small, the words of this call were left out.', unsure: 'speaker uncertain',
    call_findings: 'Findings', whole_call: 'whole call', measured: 'Measured', bound: 'bound', evidence: 'Evidence',
    metrics: 'Measures', silence_share: 'Silence', longest_silence: 'Longest silence', overlap_share: 'Overlap', talk: 'Share of talk', rate: 'Speech rate', interruptions: 'Interruptions',
    notes: 'Notes of reading', breaches: 'Breaks the recording standard', attributes: 'Attributes', times: (n) => `${n} ×`,
    units: { ms: null, share: null, 'chars/min': 'chars/min', 'words/min': 'words/min', hits: 'hits', steps: 'steps', similarity: 'similarity' },
    top: 'Top', built: 'Made by {0}', zone: 'Times in {0}', listen: 'Play', flag_transcribed: 'from speech', flag_breaches: 'breaks standard',
    minutes: (m) => `${m} min`, hours: (h, m) => (m ? `${h} h ${m} min` : `${h} h`), seconds: (s) => `${s} s`,
  },
};

const DIMENSIONS = ['compliance', 'experience', 'risk'];
const SEVERITIES = ['info', 'minor', 'major', 'fatal'];
const DATA = JSON.parse(document.getElementById('data').textContent);
const CALLS = JSON.parse(document.getElementById('calls').textContent).map((row, index) => ({
  index, id: row[0], names: row[1], started: row[2], length: row[3], scores: row[4], hits: row[5], flags: row[6],
  worst: row[5].filter((rule, place) => place % 2 === 0 && !DATA.run.rules[rule].praise).reduce((most, rule) => Math.max(most, SEVERITIES.indexOf(DATA.run.rules[rule].severity)), -1),
}));
const GROUPS = ['agent', 'team', 'project', 'queue'];
let details = null;
/** A call's details are parsed when it is opened. */
function detailOf(index) {
  details ??= document.getElementById('details').textContent.split('\n');
  return JSON.parse(details[index]);
}

let lang = DATA.lang;
function word(key) { return WORDS[lang][key]; }
function fill(key, ...values) { return word(key).replace(/\{(\d)\}/g, (_, place) => values[place]); }
function titled(words) { return words[lang] || words.zh || words.en || ''; }
function ruleTitle(rule) { return titled(rule.title) || rule.id; }
/** Where two rules with findings are titled alike: the pack. */
function packHint(rule) {
  const alike = DATA.top.some((index) => DATA.run.rules[index] !== rule && ruleTitle(DATA.run.rules[index]) === ruleTitle(rule));
  const pack = alike && DATA.run.packs.find((one) => one.id === rule.pack);
  return pack ? ` · ${titled(pack.title) || pack.id}` : null;
}
/** The title of a rule of which only the id is known. */
function titleOfId(id) { const rule = DATA.run.rules.find((one) => one.id === id); return rule ? ruleTitle(rule) : id; }

/** The colour of a rule: its severity, or praise. */
function tone(rule) { return rule.praise ? 'praise' : `severity-${rule.severity}`; }

function count(number) { return number.toLocaleString(lang === 'zh' ? 'zh-CN' : 'en-GB'); }
function score(number) { return Number.isInteger(number) ? String(number) : number.toFixed(1); }
function signed(number) { return (number > 0 ? '+' : number < 0 ? '−' : '±') + score(Math.abs(number)); }
function percent(share, places = 1) { return `${(share * 100).toFixed(places)}%`; }
function clock(ms) {
  const seconds = Math.floor(ms / 1000), two = (number) => String(number).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  return (hours ? `${hours}:${two(Math.floor(seconds / 60) % 60)}` : `${Math.floor(seconds / 60)}`) + `:${two(seconds % 60)}`;
}
function span(ms) {
  const minutes = Math.round(ms / 60000);
  if (ms < 60000) return word('seconds')(Math.round(ms / 100) / 10);
  return minutes < 60 ? word('minutes')(minutes) : word('hours')(Math.floor(minutes / 60), minutes % 60);
}
const dateFormat = new Intl.DateTimeFormat('sv-SE', { timeZone: DATA.zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' });
function moment(ms) { return ms === null ? '' : dateFormat.format(ms); }
const hourFormat = new Intl.DateTimeFormat('en-GB', { timeZone: DATA.zone, hour: '2-digit', hourCycle: 'h23' });
function hourOf(ms) { return Number(hourFormat.format(ms)); }
/** A measure with its unit. */
function measured([amount, unit]) {
  if (unit === 'ms') return word('seconds')(Math.round(amount / 100) / 10);
  if (unit === 'share') return percent(amount);
  const name = word('units')[unit] || unit;
  return unit === 'similarity' ? `${name} ${amount}` : `${Math.round(amount * 100) / 100} ${name}`;
}
/** How a score stands: 0 good to 3 bad. */
function standing(dimension, value) {
  const good = dimension === 2 ? 100 - value : value;
  return good >= 90 ? 0 : good >= 75 ? 1 : good >= 60 ? 2 : 3;
}
