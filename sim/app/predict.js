// A prediction: one of several, made before the experiment can be run, and kept to.
export default {
  props: { question: String, answers: Array, button: String, before: Number },
  data() {
    return {
      name: `answer-${crypto.getRandomValues(new Uint32Array(1))[0]}`,
      picked: this.before >= 0 ? this.before : null,
      kept: this.before >= 0,
    };
  },
  methods: {
    keep() {
      if (this.picked === null || this.kept) return;
      this.kept = true;
      this.$emit("predict", this.picked);
    },
  },
  template: `
    <form class="predict" @submit.prevent="keep">
      <fieldset :class="{ kept }">
        <legend>{{ question }}</legend>
        <label v-for="(answer, index) in answers" :class="{ picked: picked === index }">
          <input type="radio" :disabled="kept" :name="name" :value="index" v-model="picked"> {{ answer }}
        </label>
      </fieldset>
      <button type="submit" class="button main" :disabled="picked === null || kept">
        {{ button }}</button>
    </form>`,
};
