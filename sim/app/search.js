// A field that hides what does not contain the words typed: rows of tables and items of lists.
export default {
  props: { label: String, none: String },
  data() {
    return { id: `search-${crypto.getRandomValues(new Uint32Array(1))[0]}`, words: "", found: -1 };
  },
  methods: {
    look() {
      const wanted = this.words.toLowerCase().split(/\s+/).filter(Boolean);
      const has = (one) => wanted.every((word) => one.textContent.toLowerCase().includes(word));
      let found = 0;
      for (const one of document.querySelectorAll(".settings tbody tr, .sheet section")) {
        one.hidden = !has(one);
        found += one.hidden ? 0 : 1;
      }
      this.found = wanted.length ? found : -1;
    },
  },
  template: `
    <div class="choice" role="search">
      <label :for="id">{{ label }}</label>
      <input type="text" :id="id" v-model="words" @input="look" autocomplete="off">
      <p class="dim" role="status">{{ found === 0 ? none : "" }}</p>
    </div>`,
};
