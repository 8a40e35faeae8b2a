// A plan with a timer and notes for one lesson. Both are kept in this browser alone.
const SECOND = 1000;
const MINUTE = 60;

const read = (key) => {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
};
const write = (key, value) => {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // A browser without storage forgets the plan when the page is closed.
  }
};

export default {
  props: { lesson: String, steps: Array, texts: Object },
  data() {
    const kept = read(`zhixing-plan-${this.lesson}`);
    return {
      id: `notes-${this.lesson}`,
      // Seconds that had passed when the clock last stood still, and when it was started.
      passed: kept?.passed ?? 0,
      since: kept?.since ?? null,
      now: Date.now(),
      notes: read(`zhixing-notes-${this.lesson}`) ?? "",
      ticking: null,
    };
  },
  computed: {
    seconds() {
      const running = this.since === null ? 0 : (this.now - this.since) / SECOND;
      return Math.max(0, this.passed + running);
    },
    ends() {
      let sum = 0;
      return this.steps.map((one) => (sum += one.minutes * MINUTE));
    },
    at() {
      const found = this.ends.findIndex((end) => this.seconds < end);
      return found < 0 ? this.steps.length : found;
    },
    left() {
      if (this.at >= this.steps.length) return this.texts.over;
      const rest = Math.ceil(this.ends[this.at] - this.seconds);
      const clock = `${Math.floor(rest / MINUTE)}:${String(rest % MINUTE).padStart(2, "0")}`;
      return this.texts.left.replace("{step}", this.at + 1).replace("{clock}", clock);
    },
  },
  mounted() {
    this.ticking = setInterval(() => (this.now = Date.now()), SECOND / 2);
  },
  unmounted() {
    clearInterval(this.ticking);
  },
  methods: {
    keep() {
      write(`zhixing-plan-${this.lesson}`, { passed: this.passed, since: this.since });
    },
    press() {
      this.now = Date.now();
      if (this.since === null) {
        this.since = this.now;
      } else {
        this.passed = this.seconds;
        this.since = null;
      }
      this.keep();
    },
    // On to the end of the present step, whatever the clock says.
    skip() {
      this.now = Date.now();
      this.passed = this.ends[Math.min(this.at, this.steps.length - 1)];
      if (this.since !== null) this.since = this.now;
      this.keep();
    },
    reset() {
      this.passed = 0;
      this.since = null;
      this.keep();
    },
    note() {
      write(`zhixing-notes-${this.lesson}`, this.notes);
    },
  },
  template: `
    <div class="plan">
      <ol>
        <li v-for="(step, index) in steps" :class="{ done: index < at, here: index === at }"
          :aria-current="index === at ? 'step' : null">
          <b>{{ step.minutes }} {{ texts.minutes }}</b> <span>{{ step.text }}</span></li>
      </ol>
      <p class="clock" role="timer">{{ left }}</p>
      <div class="buttons">
        <button type="button" class="button main" @click="press">
          {{ since === null ? texts.start : texts.stop }}</button>
        <button type="button" class="button" @click="skip">{{ texts.skip }}</button>
        <button type="button" class="button" @click="reset">{{ texts.reset }}</button>
      </div>
      <label :for="id">{{ texts.notes }}</label>
      <textarea :id="id" rows="6" maxlength="4000" v-model="notes" @input="note"></textarea>
    </div>`,
};
