import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import WaveSurfer from 'wavesurfer.js';
import Regions from 'wavesurfer.js/plugins/regions';
import { peaksQuery } from '../../api/queries';
import type { Finding, Peaks, Turn } from '../../api/types';
import { colour, useDark } from '../../theme';
import { betters, clock, useFormat } from '../../ui/format';
import { IconButton } from '../../ui/parts';
import { turnAt } from './marks';
import { type Playback, RATES, usePlayback } from './playback';

const LANE = 34;
const PER_SECOND = 10;

/** Where peaks are not made yet: as if every turn were evenly loud. */
function peaksOf(turns: Turn[], duration: number): Peaks {
  const roles = ['agent', 'customer'];
  const length = Math.max(1, Math.ceil((duration / 1000) * PER_SECOND));
  return {
    duration_ms: duration,
    per_second: PER_SECOND,
    channels: roles.map((role) => {
      const peaks = new Array<number>(length).fill(0.02);
      for (const turn of turns) {
        if (turn.role === role) {
          peaks.fill(
            0.4,
            Math.floor((turn.start_ms / 1000) * PER_SECOND),
            Math.ceil((turn.end_ms / 1000) * PER_SECOND),
          );
        }
      }
      return { role, peaks };
    }),
  };
}

type Props = {
  id: string;
  playback: Playback;
  turns: Turn[];
  duration: number;
  findings: Finding[];
  selected: number | null;
  onFinding: (place: number) => void;
  onStep: (by: 1 | -1) => void;
};

export default function Player({ id, playback, turns, duration, findings, selected, onFinding, onStep }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const dark = useDark();
  const holder = useRef<HTMLDivElement>(null);
  const regions = useRef<ReturnType<typeof Regions.create>>(null);
  const query = useQuery(peaksQuery(id));
  const peaks = useMemo(
    () => query.data ?? (query.isError ? peaksOf(turns, duration) : null),
    [query.data, query.isError, turns, duration],
  );
  const whole = peaks?.duration_ms || duration || 1;
  const playing = usePlayback(playback, (state) => state.playing, false);
  const seconds = usePlayback(playback, (state) => Math.floor(state.ms / 1000), 0);
  const rate = usePlayback(playback, (state) => state.rate, 1);
  const loop = usePlayback(playback, (state) => state.loop, null);
  const broken = usePlayback(playback, (state) => state.broken, false);

  // biome-ignore lint/correctness/useExhaustiveDependencies: colours come with the theme
  useEffect(() => {
    if (!peaks || !holder.current) return;
    const marks = Regions.create();
    const wave = WaveSurfer.create({
      container: holder.current,
      media: playback.media,
      peaks: peaks.channels.map((channel) => channel.peaks),
      duration: peaks.duration_ms / 1000,
      height: LANE,
      barWidth: 2,
      barGap: 1,
      barRadius: 1,
      cursorColor: colour('ink'),
      cursorWidth: 1,
      normalize: true,
      hideScrollbar: true,
      dragToSeek: false,
      splitChannels: peaks.channels.map(({ role }) => {
        const own = colour(role === 'agent' || role === 'customer' ? role : 'machine');
        return { waveColor: `color-mix(in srgb, ${own} 45%, ${colour('card')})`, progressColor: own, height: LANE };
      }),
      plugins: [marks],
      cspNonce: document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content,
    });
    regions.current = marks;
    wave.on('interaction', (time) => playback.seek(time * 1000));
    const stop = marks.enableDragSelection({ color: `color-mix(in srgb, ${colour('accent')} 18%, transparent)` }, 6);
    marks.on('region-created', (region) => {
      for (const other of marks.getRegions()) if (other !== region) other.remove();
    });
    marks.on('region-updated', (region) => playback.setLoop({ from: region.start * 1000, to: region.end * 1000 }));
    marks.on('region-created', (region) => {
      const kept = playback.get().loop;
      const next = { from: region.start * 1000, to: region.end * 1000 };
      if (!kept || Math.abs(kept.from - next.from) > 1 || Math.abs(kept.to - next.to) > 1) playback.setLoop(next);
    });
    return () => {
      stop();
      regions.current = null;
      wave.destroy();
    };
  }, [peaks, playback, dark]);

  // The loop is kept by the playback; the wave only shows it.
  useEffect(() => {
    const marks = regions.current;
    if (!marks) return;
    const [shown] = marks.getRegions();
    if (!loop) {
      shown?.remove();
    } else if (!shown || Math.abs(shown.start * 1000 - loop.from) > 1 || Math.abs(shown.end * 1000 - loop.to) > 1) {
      marks.addRegion({
        start: loop.from / 1000,
        end: loop.to / 1000,
        color: `color-mix(in srgb, ${colour('accent')} 18%, transparent)`,
      });
    }
  }, [loop]);

  const flags = findings.filter((finding) => finding.start_ms !== null && finding.start_ms !== undefined);
  const toggleLoop = () => {
    if (loop) {
      playback.setLoop(null);
      return;
    }
    const finding = findings.find((one) => one.place === selected);
    const turn = turns[turnAt(turns, playback.get().ms)];
    const span =
      finding?.start_ms != null && finding.end_ms != null && finding.end_ms - finding.start_ms > 1500 ? finding : turn;
    if (span) playback.setLoop({ from: span.start_ms!, to: span.end_ms! });
  };

  return (
    <section className="player" aria-label={t('player.label')}>
      <div className="wave">
        <ul className="lanes" aria-hidden="true">
          {(peaks?.channels ?? []).map((channel) => (
            <li key={channel.role} className={`role-${channel.role}`} style={{ height: LANE }}>
              {t(`role.${channel.role}`, { defaultValue: channel.role })}
            </li>
          ))}
        </ul>
        <div className="wave-holder">
          <div className="flags">
            {flags.map((finding) => (
              <button
                key={finding.place}
                type="button"
                tabIndex={-1}
                className={`flag ${betters(finding.dimension, finding.points) ? 'praise' : `severity-${finding.severity}`} ${finding.place === selected ? 'chosen' : ''}`}
                style={{ left: `${(finding.start_ms! / whole) * 100}%` }}
                title={`${format.title(finding.title, finding.rule)} · ${clock(finding.start_ms!)}`}
                aria-label={`${format.title(finding.title, finding.rule)} ${clock(finding.start_ms!)}`}
                onClick={() => onFinding(finding.place)}
              />
            ))}
          </div>
          <div ref={holder} className="wave-canvas" style={{ minHeight: LANE * (peaks?.channels.length ?? 2) }} />
        </div>
      </div>
      <div className="controls">
        <IconButton icon="back5" label={t('player.back')} onClick={() => playback.seek(playback.get().ms - 5000)} />
        <button
          type="button"
          className="play"
          aria-label={t(playing ? 'player.pause' : 'player.play')}
          onClick={() => playback.toggle()}
          disabled={broken}
        >
          <svg width="17" height="17" viewBox="0 0 24 24" fill="currentColor" aria-hidden="true">
            <path d={playing ? 'M6 4.5h4.2v15H6zM13.8 4.5h4.2v15h-4.2z' : 'M7.5 4v16l13-8z'} />
          </svg>
        </button>
        <IconButton
          icon="forward5"
          label={t('player.forward')}
          onClick={() => playback.seek(playback.get().ms + 5000)}
        />
        <span className="clock">
          {clock(seconds * 1000)} <span className="quiet">/ {clock(whole)}</span>
        </span>
        <Select
          variant="borderless"
          aria-label={t('player.rate')}
          value={rate}
          popupMatchSelectWidth={false}
          options={RATES.map((value) => ({ value, label: `${value}×` }))}
          onChange={(value) => playback.setRate(value)}
        />
        <IconButton icon="loop" label={t('player.loop')} pressed={loop !== null} onClick={toggleLoop} />
        {loop && (
          <span className="quiet nowrap">
            {clock(loop.from)}–{clock(loop.to)}
          </span>
        )}
        {broken && (
          <span className="player-broken" role="alert">
            {t('player.broken')}
          </span>
        )}
        <span className="controls-right">
          {findings.length > 0 && (
            <>
              <IconButton icon="up" label={t('player.previous')} onClick={() => onStep(-1)} />
              <span className="quiet nowrap">{t('conversation.findings_n', { n: findings.length })}</span>
              <IconButton icon="down" label={t('player.next')} onClick={() => onStep(1)} />
            </>
          )}
          <span className="keys quiet">
            <kbd>{t('player.space')}</kbd> <kbd>←</kbd> <kbd>→</kbd> <kbd>[</kbd> <kbd>]</kbd>
          </span>
        </span>
      </div>
    </section>
  );
}
