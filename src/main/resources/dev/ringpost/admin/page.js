'use strict';
// The live page: draws the newest snapshot. All text goes in as text, never as markup.
(() => {
  const STALE_AFTER = 5000; // ms without a snapshot until the page says so
  const FULL_AGAIN = 10000; // ms until a window asks again when all streams are taken
  const NAMES = {
    verdict: 'append to verdict', written: 'append to push written', answer: 'push to APNs’ answer',
    ring: 'push to the phone ringing',
  };
  const SVG = 'http://www.w3.org/2000/svg';
  const byId = (id) => document.getElementById(id);
  const open = new Set();
  let newest = null;
  let shown = null;
  let heardAt = 0;
  let paused = null; // the snapshot that the page stands still at

  /** Puts rows into a table and leaves those alone that are the same, for who reads or has the focus there. */
  function fill(id, rows) {
    const body = byId(id);
    rows.forEach((row, i) => {
      const old = body.children[i];
      if (!old) body.append(row);
      else if (!old.isEqualNode(row)) old.replaceWith(row);
    });
    while (body.children.length > rows.length) body.lastElementChild.remove();
  }

  const make = (name, attributes, ...children) => {
    const node = document.createElement(name);
    Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
    node.append(...children);
    return node;
  };
  const cell = (text, kind) => make('td', kind ? { class: kind } : {}, text);
  const number = (value) => (value === null || value === undefined ? '–' : value.toLocaleString('en'));
  const figure = (value, name) => {
    const node = cell(number(value), 'number');
    if (name) node.dataset.figure = name;
    return node;
  };
  const sum = (counts, span) => Object.values(counts).reduce((total, count) => total + count[span], 0);
  const clock = (time) => time.slice(11, 23);
  const between = (from, to) => Math.max(0, Date.parse(to) - Date.parse(from));
  const setText = (id, text) => {
    if (byId(id).textContent !== text) byId(id).textContent = text;
  };

  function drawState() {
    const state = byId('state');
    let text = 'Connecting';
    let kind = '';
    if (paused) {
      text = 'Paused';
    } else if (newest && Date.now() - heardAt > STALE_AFTER) {
      [text, kind] = ['No word from the worker', 'bad'];
    } else if (newest) {
      [text, kind] = newest.notReady.length ? ['Not ready', 'bad'] : ['Ready', 'good'];
    }
    // it is read aloud, so it changes only when it says something else
    if (state.textContent !== text) {
      state.textContent = text;
      state.className = kind;
    }
  }

  function drawHealth(view) {
    const lines = [...view.notReady, ...view.notes];
    byId('health').hidden = lines.length === 0;
    fill('health-lines', lines.map((line) => make('li', {}, line)));
  }

  function drawCalls(view) {
    const lately = view.callsPerSecond.slice(-10);
    const rate = lately.length ? lately.reduce((a, b) => a + b, 0) / lately.length : 0;
    setText('rate', rate.toFixed(1));
    setText('minute-calls', number(sum(view.verdicts, 'lastMinute')));
    setText('start-calls', number(sum(view.verdicts, 'sinceStart')));
    setText('malformed', number(view.malformed));
    bars(byId('spark'), view.callsPerSecond, 60, 80);
    byId('spark').setAttribute('aria-label', 'Calls per second in the last minute, at most '
      + Math.max(0, ...view.callsPerSecond).toFixed(1));
  }

  function bars(svg, values, places, height) {
    const most = Math.max(1, ...values);
    const width = 600 / places;
    svg.replaceChildren(...values.map((value, i) => {
      const bar = document.createElementNS(SVG, 'rect');
      const tall = (value / most) * (height - 4);
      bar.setAttribute('x', ((i + places - values.length) * width + 1).toFixed(1));
      bar.setAttribute('y', (height - tall).toFixed(1));
      bar.setAttribute('width', (width - 2).toFixed(1));
      bar.setAttribute('height', tall.toFixed(1));
      return bar;
    }));
  }

  function drawVerdicts(view) {
    const total = sum(view.verdicts, 'lastMinute');
    const row = (word, count, share) => make('tr', {}, make('th', { scope: 'row' }, word),
      figure(count.lastMinute, `${word}.lastMinute`), cell(share, 'number'),
      figure(count.sinceStart, `${word}.sinceStart`));
    fill('verdicts', [
      ...Object.entries(view.verdicts).map(([word, count]) => row(word, count,
        total ? `${((100 * count.lastMinute) / total).toFixed(1)} %` : '–')),
      ...Object.entries(view.rings).map(([word, count]) => row(`then ${word}`, count, '')),
    ]);
  }

  function drawTimes(view) {
    const span = byId('span').value;
    fill('times', Object.entries(view.times).map(([word, time]) => {
      const of = time[span];
      return make('tr', {}, make('th', { scope: 'row' }, NAMES[word]), figure(of.p50, `${word}.p50`),
        figure(of.p95, `${word}.p95`), figure(of.p99, `${word}.p99`), figure(of.count, `${word}.count`));
    }));
    const buckets = view.times[byId('time').value][span].buckets;
    const bounds = view.boundsMillis;
    bars(byId('histogram'), buckets, buckets.length, 120);
    const words = buckets.map((count, i) => (i < bounds.length ? `≤ ${number(bounds[i])} ms: ${number(count)}`
      : `longer: ${number(count)}`)).filter((_, i) => buckets[i] > 0);
    setText('histogram-words', words.length ? words.join(', ') : 'No times yet');
  }

  function drawRoutes(view) {
    fill('routes', view.routes.map((route) => make('tr', {},
      make('th', { scope: 'row' }, route.app), cell(route.environment),
      route.down ? cell('open: no pushes', 'bad') : cell('closed'),
      route.canary === null ? cell('none yet') : route.canary > 0 ? cell('proven', 'good') : cell('failed', 'bad'),
      figure(route.connections), cell(`${number(route.inFlight)} of ${number(route.limit)}`, 'number'))));
  }

  function drawKafka(view) {
    fill('consumers', view.consumers.map((it) => make('tr', {},
      make('th', { scope: 'row' }, it.source), figure(it.partitions), figure(it.lag, `${it.source}.lag`),
      figure(it.inFlight), figure(it.waiting), figure(it.oldestSeconds))));
    fill('views', view.views.map((it) => make('tr', {},
      make('th', { scope: 'row' }, it.view), it.loaded ? cell('yes') : cell('no', 'bad'),
      figure(it.entries, `${it.view}.entries`), figure(it.lag, `${it.view}.lag`), figure(it.behindSeconds))));
  }

  function timeline(call) {
    const line = (time, text, ...more) => make('li', {}, make('code', {}, clock(time)), ` ${text}`, ...more);
    const lines = [line(call.appendedAt, `appended as ${call.record}, callee ${call.callee || 'unknown'}`)];
    if (call.earlierAttempts) lines.push(make('li', {}, `${call.earlierAttempts} earlier attempts are not kept`));
    call.attempts.forEach((attempt) => {
      const devices = attempt.devices.map((it) => make('li', {}, make('code', {}, it.token),
        ` ${it.outcome}${it.status ? `, ${it.status}` : ''}${it.reason ? ` ${it.reason}` : ''}, ${it.millis} ms,`
        + ` ${it.tries} ${it.tries === 1 ? 'try' : 'tries'}, ${it.app} in ${it.environment}`));
      if (attempt.moreDevices) devices.push(make('li', {}, `and ${attempt.moreDevices} more devices`));
      lines.push(line(attempt.decidedAt, `attempt ${attempt.number}: ${attempt.verdict}`
        + `${attempt.reason ? ` (${attempt.reason})` : ''}${attempt.final ? ', final' : ''}`,
      ...(devices.length ? [make('ul', {}, ...devices)] : [])));
    });
    if (call.ring) {
      lines.push(line(call.ring.decidedAt, call.ring.verdict
        + (call.ring.token ? ` on ${call.ring.token}` : '')
        + (call.ring.millis === undefined ? '' : ` after ${number(call.ring.millis)} ms`)));
    }
    return make('ol', { class: 'timeline' }, ...lines);
  }

  function rows(call) {
    const last = call.attempts[call.attempts.length - 1];
    const id = `timeline-${call.record}`;
    const isOpen = open.has(call.record);
    const button = make('button', { type: 'button', 'aria-expanded': String(isOpen), 'aria-controls': id },
      call.call || 'unreadable');
    button.dataset.record = call.record;
    const verdict = last.verdict + (call.ring ? `, ${call.ring.verdict}` : '');
    const row = make('tr', {}, make('th', { scope: 'row' }, button),
      make('td', { class: 'wide' }, make('code', {}, call.callee || '–')), cell(clock(call.appendedAt), 'wide'),
      cell(verdict, last.final || last.verdict === 'accepted' ? '' : 'bad'),
      figure(last.devices.length + last.moreDevices), figure(between(call.appendedAt, last.decidedAt)));
    const below = make('tr', { id }, make('td', { colspan: '6' }, ...(isOpen ? [timeline(call)] : [])));
    below.hidden = !isOpen;
    return [row, below];
  }

  function toggle(record) {
    if (!open.delete(record)) open.add(record);
    drawList(shown);
  }

  /** The list stands still while somebody reads it: a timeline is open, or the focus is in it. */
  const isHeld = () => open.size > 0 || byId('calls').contains(document.activeElement);

  function drawLast(view) {
    if (isHeld() && shown) {
      const known = new Map(view.calls.map((call) => [call.record, call]));
      shown = shown.map((call) => known.get(call.record) || call);
      setText('held', 'The list stands still while a timeline is open or the focus is in it. Escape lets it go on.');
    } else {
      shown = view.calls;
      setText('held', 'Call and callee are the first 12 hex digits of their SHA-256. Times are UTC.');
    }
    drawList(shown);
  }

  function drawList(calls) {
    const focused = document.activeElement && document.activeElement.dataset.record;
    fill('calls', calls.flatMap(rows));
    if (focused && !byId('calls').contains(document.activeElement)) {
      const again = [...byId('calls').querySelectorAll('button')].find((it) => it.dataset.record === focused);
      if (again) again.focus({ preventScroll: true });
    }
  }

  function draw() {
    drawState();
    const view = paused || newest;
    if (!view) return;
    setText('version', view.version);
    [drawHealth, drawCalls, drawVerdicts, drawTimes, drawRoutes, drawKafka, drawLast].forEach((part) => part(view));
  }

  function listen() {
    const source = new EventSource('page.events');
    source.onmessage = (event) => {
      newest = JSON.parse(event.data);
      heardAt = Date.now();
      draw();
    };
    // a stream that ended comes again by itself; one that was refused does not
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) setTimeout(listen, FULL_AGAIN);
    };
  }

  Object.entries(NAMES).forEach(([word, name]) => byId('time').append(make('option', { value: word }, name)));
  byId('span').addEventListener('change', draw);
  byId('time').addEventListener('change', draw);
  byId('pause').addEventListener('click', () => {
    paused = paused ? null : newest;
    byId('pause').setAttribute('aria-pressed', String(paused !== null));
    draw();
  });
  byId('calls').addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (button) toggle(button.dataset.record);
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    open.clear();
    if (byId('calls').contains(document.activeElement)) byId('calls-title').focus();
    draw();
  });
  setInterval(drawState, 1000);
  listen();
})();
