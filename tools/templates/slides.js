// Arrow keys, Page keys and the space bar move from slide to slide; a clicker sends Page keys.
// On a control the arrows and the space bar are for it; a clicker always moves on.
// A slide that is longer than a small screen is read to its end first.
// S opens the speaker's notes in a window of their own, which then follows.
const slides = [...document.querySelectorAll('section')];
const steps = {ArrowRight: 1, PageDown: 1, ' ': 1, ArrowLeft: -1, PageUp: -1};
let notes;
const passed = () => slides.filter(slide => slide.getBoundingClientRect().top <= 2).length - 1;
const follow = () => {
  const page = location.href.replace(/(\.html).*$/, `_notes$1#slide-${passed() + 1}`);
  if (notes && !notes.closed) notes.location = page;
  return page;
};
document.addEventListener('keydown', event => {
  const onControl = event.target.closest('summary, a, input, select, button, [tabindex]');
  if (event.key.toLowerCase() === 's' && !onControl) notes = open(follow(), 'notes', 'popup');
  if (!(event.key in steps) || (onControl && !event.key.startsWith('Page'))) return;
  event.preventDefault();
  const step = steps[event.key];
  const {top = 0, bottom = 0} = slides[passed()]?.getBoundingClientRect() ?? {};
  if (step > 0 && bottom > innerHeight + 2) {
    scrollBy(0, Math.min(bottom - innerHeight, 0.8 * innerHeight));
  } else {
    slides[Math.max(0, passed() + (step < 0 && top < -2 ? 0 : step))]?.scrollIntoView();
  }
  follow();
});
