/*
 * In a browser that is too old, shows a sentence that says so in place of the pages: without <muster-app> nothing starts, and
 * nothing asks for the camera. This file is not built, and every browser must understand it: no syntax newer than 2009.
 */
(function () {
  function has(object, name) {
    return !!object && name in object;
  }

  function selects(selector) {
    return has(window.CSS, 'supports') && CSS.supports('selector(' + selector + ')');
  }

  // What the oldest supported browsers have, see config/browsers.ts, and cannot be added to older ones.
  function newEnough() {
    return (
      has(HTMLScriptElement.prototype, 'noModule') &&
      has(window, 'customElements') &&
      has(window, 'structuredClone') &&
      has(window, 'RTCPeerConnection') &&
      has(Array.prototype, 'toSorted') &&
      has(window.AbortSignal, 'timeout') &&
      selects('&') &&
      selects(':has(a)')
    );
  }

  function refuse() {
    var app = document.querySelector('muster-app');
    var sentence = document.getElementById('too-old');
    if (app) app.parentNode.removeChild(app);
    if (sentence) sentence.removeAttribute('hidden');
  }

  if (!newEnough()) {
    refuse();
    return;
  }
  // A script that the browser cannot read never starts. After the start, such a fault is one of the pages.
  window.addEventListener('error', function (event) {
    if (event.error instanceof SyntaxError && !customElements.get('muster-app')) refuse();
  });
})();
