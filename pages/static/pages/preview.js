/* Switches the language of the preview: Wagtail's preview address takes no parameters of ours, so a cookie says
   which. It is the editor's own and lasts as long as the browser stays open. */
const buttons = Array.from(document.querySelectorAll('[data-language]'));
const press = (chosen) => {
  buttons.forEach((button) => button.setAttribute('aria-pressed', String(button === chosen)));
};

/* Wagtail loads the next draft or mode in a frame beside this one, and forgets it when this one loads again. */
const nextIsComing = () => window.frameElement?.parentElement?.querySelectorAll('iframe').length > 1;

buttons.forEach((button) => {
  button.addEventListener('click', () => {
    document.cookie = `preview_language=${button.dataset.language}; path=/; SameSite=Lax`;
    if (nextIsComing()) {
      press(button);
    } else {
      window.location.reload();
    }
  });
});

/* What was on its way when the language was chosen comes in the language of before. */
const chosen = document.cookie.match(/(?:^|; )preview_language=([^;]*)/)?.[1];
const late = buttons.some(
  (button) => button.dataset.language === chosen && button.getAttribute('aria-pressed') === 'false',
);
if (late && performance.getEntriesByType('navigation')[0].type !== 'reload') {
  window.location.reload();
}

/* An email is as tall as it is: one scroll bar, whose place Wagtail keeps from draft to draft. */
document.querySelectorAll('[data-whole-height]').forEach((frame) => {
  const fit = () => {
    const body = frame.contentDocument?.body;
    if (body) {
      frame.style.height = `${body.scrollHeight}px`;
    }
  };
  frame.addEventListener('load', fit);
  new ResizeObserver(fit).observe(frame.parentElement);
  fit();
});

/* A PDF takes a second or two, for which the page around it does not wait: Wagtail shows it once it is loaded. */
const showLater = (frame) => {
  const wait = frame.parentElement.querySelector('.wait');
  if (navigator.pdfViewerEnabled === false) {
    wait.textContent = wait.dataset.noViewer;
    return;
  }
  frame.addEventListener('load', () => {
    wait.hidden = true;
  });
  frame.src = frame.dataset.later;
};
window.addEventListener('load', () => {
  document.querySelectorAll('iframe[data-later]').forEach((frame) => {
    setTimeout(showLater, 0, frame);
  });
});
