/* Switches the language of the preview: Wagtail's preview address takes no parameters of ours, so a cookie says
   which. It is the editor's own and lasts as long as the browser stays open. */
document.querySelectorAll('[data-language]').forEach((button) => {
  button.addEventListener('click', () => {
    document.cookie = `preview_language=${button.dataset.language}; path=/; SameSite=Lax`;
    window.location.reload();
  });
});
