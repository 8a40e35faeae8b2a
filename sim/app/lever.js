// One lever: how strongly, and on demand what it is and from when to when it is pulled.
// The slider keeps its own value while it is dragged, so that no answer can snap it back.
const PAUSE = 40;

export default {
  props: {
    title: String,
    story: String,
    moves: Array,
    months: Number,
    texts: Object,
    percent: Number,
    first: Number,
    end: Number,
  },
  data() {
    return {
      id: `lever-${crypto.getRandomValues(new Uint32Array(1))[0]}`,
      now: this.percent,
      from: this.first,
      to: this.end,
      timer: null,
      sent: null,
    };
  },
  computed: {
    when() {
      return this.texts.when.replace("{first}", this.from).replace("{end}", this.to);
    },
  },
  methods: {
    put(percent, first, end) {
      clearTimeout(this.timer);
      this.timer = null;
      this.now = percent;
      this.from = first;
      this.to = end;
    },
    slide(event) {
      this.now = Number(event.target.value);
      if (this.timer !== null) return;
      this.send();
      this.timer = setTimeout(this.catchUp, PAUSE);
    },
    catchUp() {
      this.timer = null;
      if (this.sent !== this.now) this.send();
    },
    send() {
      this.sent = this.now;
      this.$emit("pull", { percent: this.now, first: Number(this.from), end: Number(this.to) });
    },
  },
  template: `
    <div class="lever" :class="{ pulled: now > 0 }">
      <div class="lever-top">
        <label :for="id">{{ title }}</label>
        <output :for="id">{{ now }}{{ texts.percent }}</output>
      </div>
      <input type="range" :id="id" min="0" max="100" step="1" :value="now" @input="slide"
        :style="{ '--filled': now + '%' }">
      <details>
        <summary>{{ texts.more }} <span class="unseen">{{ title }}</span>
          <span class="when">· {{ when }}</span></summary>
        <p>{{ story }}</p>
        <div class="months">
          <label>{{ texts.first }} <input type="number" min="0" :max="months - 1" v-model="from"
            @change="send"></label>
          <label>{{ texts.end }} <input type="number" min="1" :max="months" v-model="to"
            @change="send"></label>
        </div>
        <p class="dim">{{ texts.moves }}</p>
        <ul class="moves"><li v-for="line in moves">{{ line }}</li></ul>
      </details>
    </div>`,
};
