// Search in the words of all pages, which search-pages.js holds; MiniSearch ranks what it finds.
(() => {
const box = document.querySelector('input[name=q]');
const [said, found] = ['said', 'found'].map(id => document.getElementById(id));
const plain = word => word.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
let index, sections;
// The words of all pages are many: they come when somebody asks.
const load = file => new Promise((resolve, reject) => {
  const script = document.createElement('script');
  Object.assign(script, {src: file, onload: resolve, onerror: reject});
  document.head.append(script);
});
let loading;
const ready = () => loading ??= Promise.all(['search-pages.js', 'minisearch.js'].map(load)).then(() => {
  index = new MiniSearch({
    fields: ['page', 'heading', 'text'],
    processTerm: plain,
    searchOptions: {
      boost: {page: 3, heading: 2},
      combineWith: 'AND',
      prefix: term => term.length > 2,
      fuzzy: term => term.length > 4 && !/\d/.test(term) ? 0.2 : false,
    },
  });
  sections = window.casebookSections.map(([address, page, heading, text], id) =>
    ({id, address, page, heading, text}));
  index.addAll(sections);
});

const element = (name, text) => Object.assign(document.createElement(name), {textContent: text});
// The words about the first of the terms, with all of them marked.
const excerpt = (text, terms) => {
  const words = text.split(/(\s+)/), hits = words.map(word =>
    terms.some(term => plain(word).replace(/^\P{L}+(?=\p{L})/u, '').startsWith(term)));
  const start = Math.max(0, hits.indexOf(true) - 16), line = document.createElement('p');
  if (start) line.append('… ');
  words.slice(start, start + 60).forEach((word, place) =>
    line.append(hits[start + place] ? element('mark', word) : word));
  if (words.length > start + 60) line.append(' …');
  return line;
};
const search = async () => {
  await ready();
  const asked = box.value.trim(), all = asked ? index.search(asked) : [];
  found.replaceChildren(...all.slice(0, 30).map(({id, terms}) => {
    const {address, page, heading, text} = sections[id], item = document.createElement('li');
    const link = element('a', heading === page ? page : `${page}: ${heading}`);
    link.href = address;
    item.append(link, excerpt(text, terms));
    return item;
  }));
  said.textContent = !asked ? 'Type a word above: a name in any spelling, a number, a term.'
    : all.length > 30 ? `${all.length} places; the best 30 are shown.`
    : all.length ? `${all.length} ${all.length === 1 ? 'place' : 'places'}.`
    : `Nothing has “${asked}” in it. Try fewer or other words.`;
  history.replaceState(null, '', asked ? '?q=' + encodeURIComponent(asked) : location.pathname);
};
box.value = new URLSearchParams(location.search).get('q') ?? '';
box.addEventListener('input', search);
box.form.addEventListener('submit', event => { event.preventDefault(); search(); });
if (box.value) search();
else box.focus();
})();
