// A file and not an inline script, so that a Content-Security-Policy need not allow those.
SwaggerUIBundle({
  urls: JSON.parse(document.getElementById("schemas").textContent),
  dom_id: "#docs",
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  layout: "StandaloneLayout",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null, // no request leaves this server
});
