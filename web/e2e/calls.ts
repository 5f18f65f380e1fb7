// The calls that the tests bring along.

export const SOURCE = 'e2e';
/** With sound, words and findings. */
export const SOUNDING = 'sounding';
const RUNS = 'window.ran=1';
/** Every text that comes from outside is markup. Its id names its recording, too. */
export const HOSTILE = {
  id: `"><img src=x onerror=${RUNS}>`,
  agent: `<script>${RUNS}</script>`,
  number: `<svg onload=${RUNS}>`,
  queue: `<iframe srcdoc='<script>parent.${RUNS}</script>'>`,
  said: `您好 <img src=x onerror="${RUNS}"> <svg><script>${RUNS}</script></svg> <a href="javascript:${RUNS}">x</a>`,
};
