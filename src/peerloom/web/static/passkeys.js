// A button that asks the device is off until what asks is there: a press before that would be lost.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-asks-device]").forEach((button) => { button.disabled = false; });
});

// A device that refuses or is dismissed is told on the page, not in the console alone.
document.addEventListener("allauth.error", () => {
  document.querySelectorAll("[data-device-silent]").forEach((words) => { words.hidden = false; });
});
