// Sentences, claims and documents of the rows: most of the page's bytes, unpacked a chunk of rows at a time.

const chunks = new Map();
function chunkOf(i) {
  const n = Math.floor(i / TEXTS.chunk);
  if (!chunks.has(n)) {
    chunks.set(
      n,
      inflatedJson("tellings-" + n).then((told) => {
        told.begin = n * TEXTS.chunk;
        return told;
      }),
    );
    // what was opened long ago need not stay
    if (chunks.size > 8) chunks.delete(chunks.keys().next().value);
  }
  return chunks.get(n);
}
function mentionsOf(told, i) {
  const rows = [];
  told.mentions.row.forEach((row, n) => {
    if (row === i - told.begin) rows.push(n);
  });
  return rows;
}

// The words of all sentences, read when words are first sought: each word once, and the rows that it stands in. What is
// sought has no white space in it, so that a sentence holds it where one of its words does.
const sentences = { words: [], at: null, rows: null, isRead: false, reading: null };
function readSentences(tellProgress) {
  sentences.reading ||= (async () => {
    const numbers = new Map();
    const last = []; // of each word the row that had it last
    const counts = [];
    let pairs = new Int32Array(1 << 20); // word, row, word, row, ...
    let end = 0;
    const add = (text, row) => {
      for (const token of text.toLowerCase().split(" ")) {
        let n = numbers.get(token);
        if (n === undefined) {
          n = numbers.size;
          numbers.set(token, n);
          counts.push(0);
          last.push(-1);
        }
        if (last[n] === row) continue;
        last[n] = row;
        counts[n] += 1;
        if (end === pairs.length) {
          const wider = new Int32Array(pairs.length * 2);
          wider.set(pairs);
          pairs = wider;
        }
        pairs[end++] = n;
        pairs[end++] = row;
      }
    };
    for (let begin = 0, n = 0; begin < COUNT; begin += TEXTS.chunk, n++) {
      const told = await inflatedJson("tellings-" + n);
      told.mentions.sentence.forEach((sentence, m) => add(told.sentences[sentence][2], begin + told.mentions.row[m]));
      tellProgress(Math.min(1, (begin + TEXTS.chunk) / COUNT));
    }
    const at = new Int32Array(counts.length + 1);
    counts.forEach((count, n) => {
      at[n + 1] = at[n] + count;
    });
    const rows = new Int32Array(end / 2);
    const next = at.slice();
    for (let n = 0; n < end; n += 2) rows[next[pairs[n]]++] = pairs[n + 1];
    Object.assign(sentences, { words: [...numbers.keys()], at, rows, isRead: true });
  })();
  return sentences.reading;
}
function seekSentences(sought, flags) {
  const { words, at, rows } = sentences;
  // what stands nearly everywhere is found everywhere after few words
  let left = flags.reduce((sum, flag) => sum + 1 - flag, 0);
  for (let n = 0; n < words.length && left; n++) {
    if (!words[n].includes(sought)) continue;
    for (let m = at[n], end = at[n + 1]; m < end; m++) {
      const row = rows[m];
      if (flags[row]) continue;
      flags[row] = 1;
      left -= 1;
    }
  }
}

// the row that an id names: its own, or that of an event which it is made of
async function rowOf(id) {
  const at = IDS.indexOf(id);
  if (at >= 0 || !id.startsWith("ev_")) return at;
  for (let begin = 0; begin < COUNT; begin += TEXTS.chunk) {
    const told = await chunkOf(begin);
    const event = told.events.findIndex(([known]) => known === id);
    if (event >= 0) return begin + told.mentions.row[told.mentions.event.indexOf(event)];
  }
  return -1;
}
