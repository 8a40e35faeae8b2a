// The chain of command: a post a circle, under its superior. Every post is a button.
export default {
  props: { posts: Array, width: Number, height: Number, radius: Number, label: String },
  data() {
    return { marks: this.posts.map((one) => one.start), chosen: 0 };
  },
  mounted() {
    this.centre();
  },
  methods: {
    put(marks, chosen) {
      this.marks = marks;
      if (chosen === this.chosen) return;
      this.chosen = chosen;
      this.centre();
    },
    // On a narrow screen the chain is wider than its place: whoever is chosen stays in sight.
    centre() {
      const place = this.$el.parentElement;
      const across = (this.posts[this.chosen].x / this.width) * place.scrollWidth;
      place.scrollLeft = across - place.clientWidth / 2;
    },
    // Posts below each other are joined from the side, so that none seems to lead another.
    line(post) {
      const { above } = post;
      const start = `M${above.x} ${above.y} V`;
      if (!post.stacked) return `${start}${(above.y + post.y) / 2} H${post.x} V${post.y}`;
      return `${start}${above.y + 42} H${post.x - 23} V${post.y} H${post.x}`;
    },
    pick(index) {
      this.chosen = index;
      this.$emit("pick", index);
    },
    walk(event, index) {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = Math.min(this.posts.length - 1, Math.max(0, index + step));
      this.$refs.posts[next].focus();
    },
  },
  template: `
    <div class="chain" role="group" :aria-label="label">
      <svg :viewBox="'0 0 ' + width + ' ' + height" 
        :style="{ '--least': width * 0.72 + 'px', maxWidth: width * 1.2 + 'px' }">
        <template v-for="post in posts">
          <path v-if="post.above" class="line" fill="none"
            :d="line(post)"/>
        </template>
        <g v-for="(post, index) in posts" ref="posts" class="post" role="button"
          :tabindex="index === chosen ? 0 : -1" :aria-pressed="index === chosen"
          :aria-label="post.name + ': ' + marks[index].said" :class="{ chosen: index === chosen }"
          @click="pick(index)" @keydown.enter.prevent="pick(index)"
          @keydown.space.prevent="pick(index)" @keydown="walk($event, index)">
          <circle v-if="index === chosen" :cx="post.x" :cy="post.y" :r="radius + 6" class="ring"/>
          <circle :cx="post.x" :cy="post.y" :r="radius" :fill="marks[index].colour"/>
          <text :x="post.x" :y="post.y" :fill="marks[index].ink">{{ marks[index].letter }}</text>
          <title>{{ post.name }}: {{ marks[index].said }}</title>
        </g>
      </svg>
    </div>`,
};
