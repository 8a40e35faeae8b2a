// One number on a slider, sent while it moves.
const PAUSE = 60;

export default {
  props: { label: String, low: Number, high: Number, value: Number, unit: String },
  data() {
    return {
      id: `amount-${crypto.getRandomValues(new Uint32Array(1))[0]}`,
      now: this.value,
      timer: null,
      sent: null,
    };
  },
  methods: {
    put(value) {
      this.now = value;
    },
    slide(event) {
      this.now = Number(event.target.value);
      if (this.timer !== null) return;
      this.send();
      this.timer = setTimeout(() => {
        this.timer = null;
        if (this.sent !== this.now) this.send();
      }, PAUSE);
    },
    send() {
      this.sent = this.now;
      this.$emit("move", this.now);
    },
  },
  template: `
    <div class="lever pulled">
      <div class="lever-top">
        <label :for="id">{{ label }}</label>
        <output :for="id">{{ now }}{{ unit }}</output>
      </div>
      <input type="range" :id="id" :min="low" :max="high" step="1" :value="now" @input="slide"
        :style="{ '--filled': (100 * (now - low)) / (high - low) + '%' }">
    </div>`,
};
