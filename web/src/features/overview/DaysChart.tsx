import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { type EChartsType, init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Overview } from '../../api/types';
import { colour, useDark } from '../../theme';
import { DIMENSIONS, useFormat } from '../../ui/format';

use([BarChart, LineChart, GridComponent, TooltipComponent, CanvasRenderer]);

type Days = Overview['days'];

/** What the chart says of a day, as nodes: nothing is read as markup. */
function card(day: Days[number], names: string[], count: string): HTMLElement {
  const box = document.createElement('div');
  box.className = 'day-card';
  const line = (text: string, value: string, tone: string) => {
    const row = box.appendChild(document.createElement('p'));
    row.className = tone;
    row.append(text);
    row.appendChild(document.createElement('b')).textContent = value;
  };
  line(day.day, '', '');
  DIMENSIONS.forEach((dimension, place) => {
    line(names[place]!, day.scores ? day.scores[dimension].toFixed(1) : '–', dimension);
  });
  line(count, '', 'quiet');
  return box;
}

/** Three scores over the days, and beneath them how many conversations they stand on. */
export default function DaysChart({ days, onDay }: { days: Days; onDay: (day: string) => void }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const dark = useDark();
  const holder = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(null);
  const open = useRef(onDay);
  open.current = onDay;
  const shown = useRef(days);
  shown.current = days;

  useEffect(() => {
    const element = holder.current!;
    const made = init(element, undefined, { renderer: 'canvas' });
    chart.current = made;
    const resize = new ResizeObserver(() => made.resize());
    resize.observe(element);
    made.getZr().on('click', (event) => {
      const place = made.convertFromPixel({ xAxisIndex: 0 }, event.offsetX);
      const day = shown.current[Math.round(Number(place))];
      if (day) open.current(day.day);
    });
    return () => {
      resize.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: colours come with the theme
  useEffect(() => {
    const ink = colour('ink');
    const quiet = colour('quiet');
    const line = colour('line');
    const font = getComputedStyle(document.body).fontFamily;
    const scores = days.flatMap((day) => (day.scores ? [day.scores.compliance, day.scores.experience] : []));
    const risks = days.flatMap((day) => (day.scores ? [day.scores.risk] : []));
    const low = Math.max(0, Math.floor((Math.min(100, ...scores) - 2) / 5) * 5);
    const high = Math.min(100, Math.ceil((Math.max(5, ...risks) + 2) / 5) * 5);
    const names = DIMENSIONS.map((dimension) => t(`dimension.${dimension}`));
    chart.current?.setOption(
      {
        animation: false,
        textStyle: { fontFamily: font },
        grid: [
          { left: 38, right: 40, top: 12, height: '62%' },
          { left: 38, right: 40, bottom: 22, height: '16%' },
        ],
        tooltip: {
          trigger: 'axis',
          backgroundColor: colour('card'),
          borderColor: line,
          padding: [6, 10],
          textStyle: { color: ink, fontSize: 12 },
          axisPointer: { type: 'line', link: [{ xAxisIndex: 'all' }], lineStyle: { color: quiet, type: 'dashed' } },
          formatter: (shown: { dataIndex: number } | { dataIndex: number }[]) => {
            const day = days[(Array.isArray(shown) ? shown[0] : shown)?.dataIndex ?? -1];
            return day ? card(day, names, `${t('overview.count')} ${format.count(day.conversations)}`) : '';
          },
        },
        axisPointer: { link: [{ xAxisIndex: 'all' }] },
        xAxis: [0, 1].map((grid) => ({
          type: 'category',
          gridIndex: grid,
          data: days.map((day) => day.day),
          axisLine: { lineStyle: { color: line } },
          axisTick: { show: false },
          axisLabel: {
            show: grid === 1,
            color: quiet,
            fontSize: 11,
            formatter: (day: string) => day.slice(5),
            hideOverlap: true,
          },
        })),
        yAxis: [
          {
            gridIndex: 0,
            min: low,
            max: 100,
            interval: (100 - low) / 5,
            axisLabel: { color: quiet, fontSize: 11 },
            splitLine: { lineStyle: { color: line } },
          },
          {
            gridIndex: 0,
            position: 'right',
            min: 0,
            max: high,
            interval: high / 5,
            axisLabel: { color: colour('risk'), fontSize: 11 },
            splitLine: { show: false },
          },
          { gridIndex: 1, axisLabel: { show: false }, splitLine: { show: false } },
        ],
        series: [
          ...DIMENSIONS.map((dimension, place) => ({
            type: 'line',
            name: names[place],
            xAxisIndex: 0,
            yAxisIndex: dimension === 'risk' ? 1 : 0,
            data: days.map((day) => day.scores?.[dimension] ?? null),
            symbol: 'circle',
            symbolSize: days.length > 45 ? 0 : 5,
            lineStyle: { width: 2, type: dimension === 'risk' ? 'dashed' : 'solid' },
            itemStyle: { color: colour(dimension) },
            connectNulls: false,
            cursor: 'pointer',
          })),
          {
            type: 'bar',
            itemStyle: { color: line, borderRadius: [2, 2, 0, 0] },
            barMaxWidth: 22,
            cursor: 'pointer',
          },
        ],
      },
      { notMerge: true },
    );
  }, [days, dark, t, i18n.language]);

  return (
    <>
      <ul className="legend" aria-hidden="true">
        {DIMENSIONS.map((dimension) => (
          <li key={dimension} className={dimension}>
            {t(`dimension.${dimension}`)}
            {dimension === 'risk' && ` (${t('overview.right_axis')})`}
          </li>
        ))}
      </ul>
      <div ref={holder} className="chart" role="img" aria-label={t('overview.days')} />
    </>
  );
}
