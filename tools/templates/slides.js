// Arrow keys, Page keys and the space bar move from slide to slide; a clicker sends Page keys.
// On a control the arrows and the space bar are for it; a clicker always moves on.
// A slide that is longer than the screen is read to its end first.
const slides = [...document.querySelectorAll('section')];
const steps = {ArrowRight: 1, PageDown: 1, ' ': 1, ArrowLeft: -1, PageUp: -1};
document.addEventListener('keydown', event => {
  const onControl = event.target.closest('summary, a, input, select, button');
  if (!(event.key in steps) || (onControl && !event.key.startsWith('Page'))) return;
  event.preventDefault();
  const step = steps[event.key];
  const passed = slides.filter(slide => slide.getBoundingClientRect().top <= 2).length - 1;
  const {top = 0, bottom = 0} = slides[passed]?.getBoundingClientRect() ?? {};
  if (step > 0 && bottom > innerHeight + 2) {
    scrollBy(0, Math.min(bottom - innerHeight, 0.8 * innerHeight));
  } else {
    slides[Math.max(0, passed + (step < 0 && top < -2 ? 0 : step))]?.scrollIntoView();
  }
});
