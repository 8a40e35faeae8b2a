// A field whose text stays in this browser: the server never sees it.
export default {
  props: { label: String, keep: String, rows: Number, most: Number },
  data() {
    return { id: `kept-${crypto.getRandomValues(new Uint32Array(1))[0]}`, text: this.read() };
  },
  methods: {
    read() {
      // Another page may have put anything there, and a browser may refuse storage.
      try {
        const found = JSON.parse(localStorage.getItem(this.keep));
        return typeof found === "string" ? found.slice(0, this.most) : "";
      } catch {
        return "";
      }
    },
    write(event) {
      this.text = event.target.value;
      try { localStorage.setItem(this.keep, JSON.stringify(this.text)); } catch { return; }
    },
  },
  template: `
    <div class="kept">
      <label :for="id">{{ label }}</label>
      <textarea v-if="rows > 1" :id="id" :rows="rows" :maxlength="most" :value="text" @input="write">
      </textarea>
      <input v-else type="text" :id="id" :maxlength="most" :value="text" autocomplete="off"
        @input="write">
      <p class="printed">{{ text }}</p>
    </div>`,
};
