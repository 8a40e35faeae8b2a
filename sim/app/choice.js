// One choice from a list, as the browser's own control: it works with every keyboard and reader.
export default {
  props: { label: String, options: Array, value: String },
  data() {
    return {
      id: `choice-${crypto.getRandomValues(new Uint32Array(1))[0]}`,
      now: this.value,
    };
  },
  methods: {
    put(value) {
      this.now = value;
    },
    pick(event) {
      this.now = event.target.value;
      this.$emit("pick", this.now);
    },
  },
  template: `
    <div class="choice">
      <label :for="id">{{ label }}</label>
      <select :id="id" :value="now" @change="pick">
        <option v-for="[key, text] in options" :value="key">{{ text }}</option>
      </select>
    </div>`,
};
