// The page of the pixel floor: what comes through the port stands in the text node at once.
const { ipcRenderer } = require('electron');

const node = document.getElementById('text').firstChild;
ipcRenderer.once('port', ({ ports: [port] }) => {
  port.onmessage = ({ data }) => {
    node.data = data.value;
  };
});
