// The floor of a hook server in Node: parses the request, prints a prepared answer.
const http = require('http');
const answer = JSON.parse(require('fs').readFileSync(process.argv[2]));
http.createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    JSON.parse(Buffer.concat(chunks));
    response.end(JSON.stringify(answer));
  });
}).listen(0, '127.0.0.1', function () { console.log(this.address().port); });
