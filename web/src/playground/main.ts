const root = document.getElementById("playground");
if (root) root.textContent = "The engine is not part of this build.";
