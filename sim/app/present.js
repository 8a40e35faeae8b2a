// Presentation: one chart with its sentence fills the screen. Arrows go on and back, f asks the
// browser for the whole screen, Escape ends.
const SLIDES = "figure.chart, section.explained:has(.circle)";
// Size of words on axes, in pixels: on a projector they can be read from the back of a room, on a
// phone they do not cover each other.
const LARGE = 20;
const SMALL = 12;
// That of words at lines across a drawing, where it is not presented.
const MARKS = 12;
const WIDTHS = 50;
const AXES = ["xAxis", "yAxis"];

const chartOf = (slide) => {
  const drawing = slide.querySelector(".nicegui-echart");
  return drawing ? getElement(drawing.id.slice(1))?.chart : null;
};

export default {
  props: { texts: Object },
  data() {
    return { on: false, slides: [], at: 0, kept: null };
  },
  computed: {
    place() {
      return this.texts.place.replace("{at}", this.at + 1).replace("{all}", this.slides.length);
    },
  },
  mounted() {
    window.addEventListener("keydown", this.press);
  },
  unmounted() {
    window.removeEventListener("keydown", this.press);
    this.end();
  },
  methods: {
    start() {
      const told = (one) => one.querySelector(".told:not(:empty), .question");
      const seen = [...document.querySelectorAll(SLIDES)].filter(
        (one) => one.offsetParent !== null && told(one),
      );
      if (!seen.length) return;
      this.slides = seen;
      this.on = true;
      document.body.classList.add("presenting");
      this.go(0);
    },
    end() {
      if (!this.on) return;
      this.leave();
      this.on = false;
      document.body.classList.remove("presenting");
      if (document.fullscreenElement) document.exitFullscreen();
      this.$nextTick(() => this.$refs.begin?.focus());
    },
    leave() {
      const slide = this.slides[this.at];
      slide?.classList.remove("slide");
      if (this.kept) chartOf(slide)?.setOption(this.kept);
      this.kept = null;
    },
    go(to) {
      this.leave();
      this.at = Math.min(Math.max(0, to), this.slides.length - 1);
      const slide = this.slides[this.at];
      slide.classList.add("slide");
      this.$nextTick(() => {
        this.enlarge(chartOf(slide));
        this.$refs.bar?.focus();
      });
    },
    // Words on axes grow; what they were before is kept, to be put back.
    enlarge(chart) {
      if (!chart) return;
      const now = chart.getOption();
      const sizes = (size) =>
        Object.fromEntries(
          AXES.filter((axis) => now[axis]).map((axis) => [
            axis,
            now[axis].map((one) => ({
              axisLabel: { fontSize: size ?? one.axisLabel?.fontSize ?? 12 },
              nameTextStyle: { fontSize: size ?? one.nameTextStyle?.fontSize ?? 12 },
              nameGap: size ? 2.2 * size : one.nameGap,
            })),
          ]),
        );
      // Words at lines across the drawing, such as the start of a reform.
      const marks = (size) => ({
        series: now.series.map((one) =>
          one.markLine ? { markLine: { label: { fontSize: size } } } : {},
        ),
      });
      const { bottom, top } = now.grid?.[0] ?? {};
      this.kept = { ...sizes(), ...marks(MARKS), grid: [{ bottom, top }] };
      const large = Math.max(SMALL, Math.min(LARGE, window.innerWidth / WIDTHS));
      chart.setOption({ ...sizes(large), ...marks(large), grid: [{ bottom: 2.4 * large, top: 2 * large }] });
      chart.resize();
    },
    whole() {
      if (document.fullscreenElement) document.exitFullscreen();
      else document.documentElement.requestFullscreen?.().catch(() => {});
    },
    press(event) {
      if (!this.on || event.ctrlKey || event.metaKey || event.altKey) return;
      const does = {
        ArrowRight: () => this.go(this.at + 1),
        ArrowDown: () => this.go(this.at + 1),
        PageDown: () => this.go(this.at + 1),
        ArrowLeft: () => this.go(this.at - 1),
        ArrowUp: () => this.go(this.at - 1),
        PageUp: () => this.go(this.at - 1),
        f: this.whole,
        Escape: this.end,
      }[event.key];
      if (!does) return;
      event.preventDefault();
      does();
    },
  },
  template: `
    <div class="present">
      <button v-if="!on" ref="begin" type="button" class="button" @click="start">
        {{ texts.present }}</button>
      <Teleport v-if="on" to="body">
        <div class="present-bar" ref="bar" role="group" tabindex="-1" :aria-label="texts.present">
          <button type="button" class="button" :disabled="at === 0" @click="go(at - 1)">
            ← <span class="unseen">{{ texts.back }}</span></button>
          <span role="status">{{ place }}</span>
          <button type="button" class="button" :disabled="at === slides.length - 1"
            @click="go(at + 1)">→ <span class="unseen">{{ texts.onward }}</span></button>
          <button type="button" class="button whole" @click="whole">{{ texts.whole }}</button>
          <button type="button" class="button" @click="end">{{ texts.end }}</button>
        </div>
      </Teleport>
    </div>`,
};
