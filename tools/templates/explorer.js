// Explorers without a kernel. Each state of the controls was drawn before (tools/states.py): a
// move swaps picture, sentence and table. Nothing is fetched, so it works from a file.
(() => {
// What was typed, as all numbers that it may mean: "4,5" is one, "1,234" may be two.
const readings = typed => {
  const text = typed.normalize('NFKC').replace(/\u2212/g, '-').replace(/[\s']/g, '');
  const last = Math.max(text.lastIndexOf(','), text.lastIndexOf('.')), forms = [];
  if (last < 0) forms.push(text);
  else {
    const groups = text.split(/[.,]/);
    if (new Set(text.match(/[.,]/g)).size === 1 && groups.slice(1).every(g => g.length === 3))
      forms.push(groups.join(''));
    if (text.split(text[last]).length === 2)
      forms.push(text.slice(0, last).replace(/[.,]/g, '') + '.' + text.slice(last + 1));
  }
  return [...new Set(forms.filter(f => /^[-+]?(\d+\.?\d*|\.\d+)$/.test(f)).map(Number))];
};
const plain = text => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim();

const load = box => box.loading ??= new Promise((resolve, reject) => {
  const {name, folder} = box.dataset, script = document.createElement('script');
  if (window.casebookStates?.[name]) return resolve(window.casebookStates[name]);
  script.src = folder + '/states.js';
  script.onload = () => resolve(window.casebookStates[name]);
  script.onerror = reject;
  document.head.append(script);
});

function live(box) {
  const form = box.querySelector('form'), view = box.querySelector('.view');
  const [status, alert] = ['status', 'alert'].map(r => box.querySelector(`[role=${r}]`));
  const numbers = box.querySelector('.numbers');
  const fields = [];  // of each control; one that keeps still has none
  let data, controls, at, shown, turn = 0;
  const say = words => { alert.textContent = words; };

  // The controls, as they are written, and what each says.
  const put = (field, control, place) => {
    const [slider, typed] = field.querySelectorAll('input');
    if (control.kind === 'number') {
      slider.value = place;
      slider.setAttribute('aria-valuetext', control.words[place]);
      typed.value = control.words[place];
    } else if (control.kind === 'text') slider.value = control.words[place];
    else if (slider) field.querySelectorAll('input')[place].checked = true;
    else field.querySelector('select').selectedIndex = place;
  };
  const placeOf = (field, control) => {
    const select = field.querySelector('select'), inputs = [...field.querySelectorAll('input')];
    return select ? select.selectedIndex : control.kind === 'number' ? +inputs[0].value
      : control.kind === 'text' ? control.start : inputs.findIndex(input => input.checked);
  };
  const named = places => controls.map((c, i) => `${c.label} ${c.words[places[i]]}`)
    .filter((_, i) => controls[i].words.length > 1 && places[i] !== at[i]).join(', ');
  const join = pieces => pieces.map(piece => data.pieces[piece]).join('');

  // Show a state; where it asks for nothing the last picture stays, and the line below says so.
  const show = async note => {
    const mine = ++turn;
    const state = data.states[at.reduce((sum, place, i) => sum * controls[i].words.length + place, 0)];
    if (typeof state === 'string') {
      return say(`${state} The ${view.querySelector('img') ? 'picture' : 'list'} shows ` +
        `${named(shown) || 'the last setting'}.`);
    }
    const [picture, sentence, table] = state;
    if (Array.isArray(picture)) view.innerHTML = join(picture);
    else {
      const next = new Image(...data.sizes[picture]);
      next.alt = `${data.title} ${sentence}`;
      next.src = `${box.dataset.folder}/${picture}.webp`;
      try { await next.decode(); } catch {
        if (mine === turn) say('The picture of this setting could not be loaded.');
        return;
      }
      if (mine !== turn) return;  // the control has moved on
      view.replaceChildren(next);
    }
    const open = numbers.querySelector('details')?.open;
    numbers.innerHTML = join(table);
    if (open) numbers.querySelector('details').open = true;
    status.textContent = sentence;
    shown = [...at];
    say(note || '');
  };
  const move = (i, place, note) => {
    at[i] = place;
    put(fields[i], controls[i], place);
    show(note);
  };

  const number = (i, control, typed) => {
    const said = `“${typed.slice(0, 40)}”`, [low, high] = control.ends, all = readings(typed);
    if (!typed.trim()) return say(`${control.label} is empty: type a number from ${control.span}.`);
    if (!all.length) return say(`${said} is not a number.`);
    let fits = all.filter(n => n >= low && n <= high);
    if (!fits.length) return say(`${said} is outside ${control.span}.`);
    if (!control.places) fits = fits.filter(Number.isInteger);
    if (!fits.length) return say(`${control.label} takes whole numbers, not ${said}.`);
    if (fits.length > 1) return say(`${said} may be ${fits.join(' or ')}: leave out the separator.`);
    const far = control.numbers.map(n => Math.abs(n - fits[0]));
    const near = far.indexOf(Math.min(...far));
    move(i, near, far[near] > 1e-9 ? `${said} is not drawn on this page: ${control.label} is set ` +
      `to ${control.words[near]}, the nearest that is. The notebook, run with Python, draws every number.` : '');
  };
  const text = (i, control, typed) => {
    const wanted = plain(typed), all = control.words.map(plain);
    if (wanted.length < 2) return say('Type at least two letters, then press Enter.');
    const fits = all.flatMap((word, place) => word.includes(wanted) ? [place] : []);
    if (!fits.length) return say(`Nothing in the list has “${typed}” in it.`);
    const same = fits.find(place => all[place] === wanted) ?? fits[0];
    const others = [...new Set(fits.map(place => JSON.stringify(data.states[place][0])))];
    if (all[same] === wanted || others.length === 1) return move(i, same,
      all[same] === wanted ? '' : `“${typed}” is read as ${control.words[same]}.`);
    say(`“${typed}” is in ${fits.length} entries: ${fits.slice(0, 5).map(p => control.words[p])
      .join('; ')}${fits.length > 5 ? ' …' : ''}. Type more letters, or choose from the list.`);
  };

  const ready = load(box).then(found => {
    data = found; controls = data.controls;
    at = controls.map(control => control.start); shown = [...at];
    const all = [...form.querySelectorAll('.field')];
    controls.forEach((control, i) => { fields[i] = control.words.length > 1 && all.shift(); });
    // Who was quicker than the script has moved a control already.
    at = controls.map((control, i) => fields[i] ? placeOf(fields[i], control) : 0);
    if (named(shown)) show();
  });
  const whenReady = act => ready.then(act, () => say('The drawn pictures could not be loaded.'));

  form.addEventListener('input', event => whenReady(() => {
    const field = event.target.closest('.field'), i = fields.indexOf(field), control = controls[i];
    if (event.target.type === 'range') move(i, +event.target.value);
    else if (event.target.type === 'radio')
      move(i, [...field.querySelectorAll('input')].indexOf(event.target));
    else if (event.target.tagName === 'SELECT') move(i, event.target.selectedIndex);
    else if (control.kind === 'text' && control.words.includes(event.target.value))
      move(i, control.words.indexOf(event.target.value));
  }));
  form.addEventListener('change', event => whenReady(() => {
    const i = fields.indexOf(event.target.closest('.field')), control = controls[i];
    if (event.target.inputMode === 'decimal') number(i, control, event.target.value);
    else if (control.kind === 'text') text(i, control, event.target.value);
  }));
  form.addEventListener('click', event => whenReady(() => {
    const step = +event.target.value;
    if (event.target.type !== 'button') return;
    const i = fields.indexOf(event.target.closest('.field')), {words, label} = controls[i], next = at[i] + step;
    if (next < 0 || next >= words.length)
      return say(`${words[at[i]]} is the ${step < 0 ? 'first' : 'last'} value of ${label}.`);
    move(i, next);
  }));
  form.addEventListener('submit', event => event.preventDefault());
  form.addEventListener('reset', event => {
    event.preventDefault();
    whenReady(() => {
      at = controls.map(control => control.start);
      fields.forEach((field, i) => field && put(field, controls[i], at[i]));
      show();
    });
  });
}

// What is far away is made ready when it comes near, or when a key leads there at once.
const begin = box => {
  near.unobserve(box);
  if (!box.begun) live(box);
  box.begun = true;
};
const near = new IntersectionObserver(
  seen => seen.forEach(({isIntersecting, target}) => isIntersecting && begin(target)),
  {rootMargin: '1000px'});
document.querySelectorAll('.explorer').forEach(box => {
  near.observe(box);
  box.addEventListener('focusin', () => begin(box));
});
})();
