/* The translators' workspace with JavaScript: saving in place, checks as you type, keys, the preview beside it.
   Everything essential works without it: each text is a form. Rows come from the server as HTML; nothing is built here. */
(() => {
  const root = document.querySelector('[data-workspace]');
  if (!root) return;
  const status = document.querySelector('[data-status]');
  const preview = document.querySelector('[data-preview]');
  const toggle = document.querySelector('[data-preview-toggle]');
  const CHECK_AFTER = 400; // milliseconds without a key
  let waiting = null;
  const asked = new WeakMap(); // rows, and how often each was checked: only the newest answer is shown
  const HEADERS = { 'X-Requested-With': 'XMLHttpRequest' };

  const rows = () => [...root.querySelectorAll('.workspace-row')];
  const rowOf = (element) => element.closest('.workspace-row');
  const editorOf = (row) => row.querySelector('textarea[name="text"]');
  const say = (text) => {
    status.textContent = '';
    window.setTimeout(() => { status.textContent = text; }, 50);
  };

  // What is typed and not saved: marked, and kept for as long as the window is open.

  const draftName = (form) => `workspace ${window.location.pathname} ${form.elements.key.value}`;

  const isUnsaved = (row) => editorOf(row).value !== row.dataset.stored;

  function keepDraft(row) {
    const form = row.querySelector('form');
    const unsaved = isUnsaved(row);
    row.classList.toggle('workspace-row--unsaved', unsaved);
    try {
      if (unsaved) {
        const { base, source, text } = form.elements;
        window.sessionStorage.setItem(
          draftName(form),
          JSON.stringify({ base: base.value, source: source.value, text: text.value }),
        );
      } else {
        window.sessionStorage.removeItem(draftName(form));
      }
    } catch {
      // Storage is full or refused: the text is still in the field, and leaving the page asks.
    }
  }

  function readDraft(form) {
    try {
      return JSON.parse(window.sessionStorage.getItem(draftName(form)) || 'null');
    } catch {
      return null;
    }
  }

  function prepare(row, { stored } = {}) {
    const form = row.querySelector('form');
    const editor = editorOf(row);
    row.dataset.stored = stored ?? editor.defaultValue;
    row.querySelectorAll('[data-insert]').forEach((button) => { button.hidden = editor.readOnly; });
    const draft = stored === undefined ? readDraft(form) : null;
    if (draft && draft.text !== editor.value) {
      editor.value = draft.text;
      // What was read when it was typed: if that has changed, saving says so.
      form.elements.base.value = draft.base;
      form.elements.source.value = draft.source;
      check(row);
    }
    keepDraft(row);
  }

  window.addEventListener('beforeunload', (event) => {
    if (rows().some(isUnsaved)) event.preventDefault();
  });

  // Saving, approving, and whatever else a button in a row asks for.

  async function send(form, submitter) {
    const row = rowOf(form);
    const sent = editorOf(row).value;
    form.setAttribute('aria-busy', 'true');
    let answer;
    try {
      const response = await fetch(form.action, {
        method: 'POST',
        body: new FormData(form, submitter),
        headers: HEADERS,
      });
      if (response.status === 403) throw new Error('you are signed out, or may not do this');
      if (response.status === 503) throw new Error('others are storing at this very moment; save once more');
      answer = { ok: response.ok, ...(await response.json()) };
    } catch (error) {
      say(`Not done: ${error.message}. What you typed is still here.`);
      showProblem(row, `Not done: ${error.message}. What you typed is still here.`);
      form.removeAttribute('aria-busy');
      return false;
    }
    form.removeAttribute('aria-busy');
    say(answer.message);
    if (answer.row === null) {
      showProblem(row, answer.message);
      return false;
    }
    replaceRow(row, answer, sent);
    showNumbers(answer);
    if (answer.ok) reloadPreview();
    return answer.ok;
  }

  function replaceRow(row, answer, sent) {
    const typedMeanwhile = editorOf(row).value !== sent ? editorOf(row).value : null;
    const focused = row.contains(document.activeElement) ? document.activeElement.id : null;
    const template = document.createElement('template');
    template.innerHTML = answer.row.trim();
    const fresh = template.content.firstElementChild;
    const aside = row.querySelector('[data-aside]');
    if (!answer.commented) fresh.querySelector('[data-aside]').replaceChildren(...aside.childNodes);
    row.replaceWith(fresh);
    prepare(fresh, { stored: answer.stored });
    if (typedMeanwhile !== null) {
      editorOf(fresh).value = typedMeanwhile;
      keepDraft(fresh);
    }
    const target = focused && document.getElementById(focused);
    if (target) target.focus({ preventScroll: true });
    else if (focused !== null) editorOf(fresh).focus({ preventScroll: true });
  }

  function showProblem(row, message) {
    const problem = document.createElement('p');
    problem.className = 'workspace-problem';
    problem.textContent = message;
    row.querySelector('form').querySelectorAll('p.workspace-problem').forEach((old) => old.remove());
    row.querySelector('form').prepend(problem);
  }

  function showNumbers(answer) {
    Object.entries(answer.numbers).forEach(([name, number]) => {
      const link = document.querySelector(`[data-number="${name}"]`);
      link.querySelector('b').textContent = number;
      link.hidden = number === 0 && name !== 'all' && !link.hasAttribute('aria-current');
    });
    Object.entries(answer.blocks).forEach(([id, open]) => {
      const shown = root.querySelector(`[data-block="${id}"] [data-open]`);
      if (shown) shown.textContent = open ? `${open} of ${shown.dataset.open} to do` : 'All approved';
    });
  }

  root.addEventListener('submit', (event) => {
    event.preventDefault();
    send(event.target, event.submitter);
  });

  // The forms above the segments load the page anew, which would lose what is not saved.
  document.querySelectorAll('.workspace-bar form').forEach((form) => {
    form.addEventListener('submit', (event) => {
      if (rows().some(isUnsaved)) {
        event.preventDefault();
        say('Save your texts first.');
        rows().find(isUnsaved).scrollIntoView({ block: 'center' });
      }
    });
  });

  // Checks as you type.

  async function check(row) {
    const form = row.querySelector('form');
    const number = (asked.get(row) || 0) + 1;
    asked.set(row, number);
    const body = new FormData();
    ['csrfmiddlewaretoken', 'key', 'text'].forEach((name) => body.set(name, form.elements[name].value));
    try {
      const response = await fetch(root.dataset.checks, { method: 'POST', body, headers: HEADERS });
      if (response.ok && asked.get(row) === number) {
        row.querySelector('[data-findings]').innerHTML = await response.text();
      }
    } catch {
      // No connection: saving will say so.
    }
  }

  root.addEventListener('input', (event) => {
    if (event.target.name !== 'text') return;
    const row = rowOf(event.target);
    keepDraft(row);
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => check(row), CHECK_AFTER);
  });

  // What memory and the glossary have, and the place for a comment: for the row that is worked on.

  async function loadAside(row) {
    const aside = row.querySelector('[data-aside]');
    if (aside.dataset.loaded || aside.querySelector('[name="comment"]')) return;
    aside.dataset.loaded = 'yes';
    const key = row.querySelector('form').elements.key.value;
    try {
      const address = `${root.dataset.aside}&key=${encodeURIComponent(key)}`;
      const response = await fetch(address, { headers: HEADERS });
      if (!response.ok) throw new Error(response.statusText);
      aside.innerHTML = await response.text();
      aside.querySelectorAll('[data-use]').forEach((button) => { button.hidden = editorOf(row).readOnly; });
    } catch {
      delete aside.dataset.loaded;
    }
  }

  function insert(row, text, { replace = false } = {}) {
    const editor = editorOf(row);
    if (editor.readOnly) return;
    editor.focus();
    if (replace) editor.select();
    const pair = text.indexOf('></');
    const chosen = replace ? '' : editor.value.slice(editor.selectionStart, editor.selectionEnd);
    const words = pair < 0 ? text : `${text.slice(0, pair + 1)}${chosen}${text.slice(pair + 1)}`;
    // Through the browser, so that undoing works.
    if (!document.execCommand('insertText', false, words)) {
      editor.setRangeText(words, editor.selectionStart, editor.selectionEnd, 'end');
      editor.dispatchEvent(new Event('input', { bubbles: true }));
    }
  }

  function useSuggestion(row, number) {
    const found = row.querySelectorAll('[data-suggestion]')[number];
    if (found) insert(row, found.textContent, { replace: true });
  }

  root.addEventListener('click', (event) => {
    const row = rowOf(event.target);
    if (!row) return;
    const button = event.target.closest('[data-insert], [data-use], [data-more]');
    if (!button) return;
    if (button.matches('[data-insert]')) insert(row, button.dataset.insert);
    if (button.matches('[data-use]')) {
      insert(row, button.closest('li').querySelector('[data-suggestion]').textContent, { replace: true });
    }
    if (button.matches('[data-more]')) {
      event.preventDefault();
      loadAside(row).then(() => {
        const comment = row.querySelector('[data-comment]');
        if (!comment) return;
        comment.open = true;
        comment.querySelector('textarea').focus();
      });
    }
  });

  // Keys.

  function go(row, step) {
    const all = rows();
    const next = all[all.indexOf(row) + step];
    if (!next) return;
    editorOf(next).focus({ preventScroll: true });
    next.scrollIntoView({ block: 'center' });
  }

  async function actAndGoOn(row, act) {
    const button = row.querySelector(`button[name="act"][value="${act}"]`);
    if (!button) return;
    const position = rows().indexOf(row);
    if (await send(row.querySelector('form'), button)) go(rows()[position], 1);
  }

  root.addEventListener('keydown', (event) => {
    const row = rowOf(event.target);
    if (!row) return;
    if (event.key === 'Enter' && event.target.name === 'waiver') {
      event.preventDefault(); // the first button of the form would save
      actAndGoOn(row, 'approve');
    } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (event.target.name === 'comment') {
        send(row.querySelector('form'), row.querySelector('button[value="comment"]'));
      } else {
        actAndGoOn(row, event.shiftKey ? 'approve' : 'save');
      }
    } else if (event.altKey && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault();
      go(row, event.key === 'ArrowDown' ? 1 : -1);
    } else if (event.altKey && /^[1-9]$/.test(event.key)) {
      event.preventDefault();
      useSuggestion(row, Number(event.key) - 1);
    }
  });

  // The preview beside the segments follows the row that is worked on.

  const SHOWN = 'workspace preview';
  const isWide = window.matchMedia('(min-width: 75rem)');

  function showPreview(shown) {
    root.classList.toggle('workspace--preview', shown);
    toggle.setAttribute('aria-pressed', String(shown));
    if (shown && !preview.src) preview.src = preview.dataset.preview;
  }

  function reloadPreview() {
    if (!preview.src) return;
    const { scrollY } = preview.contentWindow;
    preview.addEventListener('load', () => preview.contentWindow.scrollTo(0, scrollY), { once: true });
    preview.contentWindow.location.reload();
  }

  function follow(row) {
    if (!preview.src || !root.classList.contains('workspace--preview')) return;
    const block = row.closest('[data-block]').dataset.block;
    const frame = preview.contentWindow;
    const shown = block && preview.contentDocument?.getElementById(`block-${block}`);
    // Not scrollIntoView, which scrolls the page around the frame as well.
    if (shown) frame.scrollTo(0, frame.scrollY + shown.getBoundingClientRect().top - frame.innerHeight / 4);
    else if (!block) frame.scrollTo(0, 0);
  }

  toggle.setAttribute('role', 'button');
  toggle.addEventListener('click', (event) => {
    if (!isWide.matches) return; // no room beside: a window of its own
    event.preventDefault();
    const shown = !root.classList.contains('workspace--preview');
    showPreview(shown);
    try {
      window.localStorage.setItem(SHOWN, shown ? 'yes' : 'no');
    } catch {
      // It is asked anew next time.
    }
  });

  let last = null;
  root.addEventListener('focusin', (event) => {
    const row = rowOf(event.target);
    if (!row || row.id === last) return;
    last = row.id;
    follow(row);
    if (event.target.name === 'text') loadAside(row);
  });

  rows().forEach((row) => prepare(row));
  let wanted = 'yes';
  try {
    wanted = window.localStorage.getItem(SHOWN) || 'yes';
  } catch {
    // As if nothing had been chosen.
  }
  showPreview(isWide.matches && wanted === 'yes');
})();
