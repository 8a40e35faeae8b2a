// An invitation to the first minute, unless this browser has been there or has said no.
const KEY = "zhixing-first-minute";

export default {
  props: { texts: Object, link: String },
  data() {
    return { shown: false };
  },
  mounted() {
    try {
      this.shown = localStorage.getItem(KEY) === null;
    } catch {
      // Without storage the page could not remember a “no”, so it does not ask.
    }
  },
  methods: {
    dismiss() {
      localStorage.setItem(KEY, "seen");
      this.shown = false;
    },
  },
  template: `
    <div v-if="shown" class="invitation">
      <p>{{ texts.invite }}</p>
      <a class="button main" :href="link">{{ texts.begin }}</a>
      <button type="button" class="button" @click="dismiss">{{ texts.not_now }}</button>
    </div>`,
};
