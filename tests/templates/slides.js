// Arrow keys, Page keys and the space bar move from slide to slide; a clicker sends Page keys.
const slides = [...document.querySelectorAll('section')];
const steps = {ArrowRight: 1, PageDown: 1, ' ': 1, ArrowLeft: -1, PageUp: -1};
document.addEventListener('keydown', event => {
  if (!(event.key in steps) || event.target.closest('summary, a, input')) return;
  event.preventDefault();
  const passed = slides.filter(slide => slide.getBoundingClientRect().top <= 2).length - 1;
  const back = steps[event.key] < 0 && slides[passed]?.getBoundingClientRect().top < -2;
  slides[Math.max(0, passed + (back ? 0 : steps[event.key]))]?.scrollIntoView();
});
