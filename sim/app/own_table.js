// A field to paste a table of posts into, and a choice of a file. Either is sent to the server,
// whose answer is shown below; the field keeps what was pasted, so that it can be mended there.
export default {
  props: {
    texts: Object,
    address: String,
    most: Number,
    kept: Boolean,
  },
  data() {
    return {
      id: `table-${crypto.getRandomValues(new Uint32Array(1))[0]}`,
      pasted: "",
      said: "",
      has: this.kept,
      status: "",
      busy: false,
    };
  },
  mounted() {
    if (this.kept) this.ask("GET", undefined, "", false);
  },
  methods: {
    async ask(method, body, name, look = true) {
      if (this.busy) return;
      if (body && (body.size || body.length) > this.most) {
        this.status = this.texts.too_long;
        return;
      }
      this.busy = true;
      this.status = this.texts.reading;
      try {
        const reply = await fetch(`${this.address}&name=${encodeURIComponent(name)}`, {
          method,
          body,
          headers: { "content-type": "application/octet-stream" },
          cache: "no-store",
        });
        const json = (reply.headers.get("content-type") || "").startsWith("application/json");
        const told = json ? await reply.json() : { error: await reply.text() };
        this.status = told.error || "";
        if (told.error === undefined) {
          this.said = told.said;
          this.has = told.kept;
          if (look) this.$nextTick(() => this.$refs.said.focus());
        }
      } catch {
        this.status = this.texts.lost;
      }
      this.busy = false;
    },
    read() {
      if (this.pasted.trim()) this.ask("PUT", new TextEncoder().encode(this.pasted), "pasted.tsv");
      else this.status = this.texts.empty;
    },
    async choose(event) {
      const file = event.target.files[0];
      if (file) await this.ask("PUT", file, file.name.slice(-20));
      // The same file can be chosen again once it is mended.
      event.target.value = "";
    },
    forget() {
      this.pasted = "";
      this.ask("DELETE", undefined, "");
    },
  },
  template: `
    <form class="choice paste" @submit.prevent="read">
      <label :for="id">{{ texts.paste }}</label>
      <textarea :id="id" v-model="pasted" rows="8" wrap="off" spellcheck="false"
        autocomplete="off"></textarea>
      <div class="buttons">
        <button type="submit" class="button main">{{ texts.read_pasted }}</button>
        <button type="button" class="button" v-if="has" @click="forget">{{ texts.forget }}</button>
      </div>
      <label :for="id + '-file'">{{ texts.file }}</label>
      <input type="file" :id="id + '-file'" accept=".csv,.tsv,.txt,.xlsx,.xlsm,.parquet"
        @change="choose">
      <p class="dim" role="status">{{ status }}</p>
      <div ref="said" class="said" tabindex="-1" v-html="said"></div>
    </form>`,
};
