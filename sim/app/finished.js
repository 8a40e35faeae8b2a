// Lessons that were finished in this browser: with “now” it adds one, otherwise it shows a tick.
const KEEP = "zhixing.finished";
export default {
  props: { lesson: String, now: Boolean, label: String },
  data() {
    return { done: this.read().includes(this.lesson) };
  },
  mounted() {
    if (!this.now || this.done) return;
    try { localStorage.setItem(KEEP, JSON.stringify([...this.read(), this.lesson])); } catch { return; }
  },
  methods: {
    read() {
      try {
        const found = JSON.parse(localStorage.getItem(KEEP));
        return Array.isArray(found) ? found : [];
      } catch {
        return [];
      }
    },
  },
  template: `<span v-if="done && !now" class="tick">✓ {{ label }}</span>`,
};
