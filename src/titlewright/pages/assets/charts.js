/* Draws every <figure data-chart>: a <canvas> and its data in <script type="application/json">.

   {labels, series: [{name, values, colour}], horizontal, stacked, percent, lines: [{at, label}],
    step}
   or points: {points: [{name, points: [{x, y, label}], colour}], joined, logarithmic}, a scatter
   whose points carry their labels, or lines where they are joined. With `days` x counts days since
   1970; `percent` is for y, `percentX` for x. A series may be `faint`, and `fill` up to the next one.
   `colour` names a CSS variable of page.css. `lines` are drawn across a histogram whose bars are
   `step` wide and start at 0. Colours follow the light or dark scheme; paper is light. */
(() => {
  "use strict";
  const charts = [];
  const LEVELS = 3;

  const colour = (name) =>
    getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

  const limitLines = {
    id: "limitLines",
    afterDatasetsDraw(chart, _args, options) {
      const { ctx, chartArea: area, scales: { x } } = chart;
      if (!options.lines || !options.lines.length) return;
      ctx.save();
      ctx.font = "600 11px " + Chart.defaults.font.family;
      ctx.textBaseline = "top";
      const barWidth = x.getPixelForValue(1) - x.getPixelForValue(0);
      const lines = options.lines
        .map((line) => ({ ...line, x: x.getPixelForValue(0) + (line.at / options.step - 0.5) * barWidth }))
        .filter((line) => line.x >= area.left && line.x <= area.right + 1);
      ctx.strokeStyle = ctx.fillStyle = colour("error");
      ctx.lineWidth = 1.5;
      ctx.setLineDash([5, 4]);
      let next = Infinity, level = 0;  // a label that would reach the next line climbs above it
      for (const line of lines.reverse()) {
        const width = ctx.measureText(line.label).width;
        const start = line.x + 5 + width > area.right ? line.x - 5 - width : line.x + 5;
        level = start + width + 6 > next ? (level + 1) % LEVELS : 0;
        next = Math.min(start, line.x);
        const y = area.top - 16 * (level + 1);
        ctx.fillText(line.label, start, y);
        ctx.beginPath();
        ctx.moveTo(line.x, y);
        ctx.lineTo(line.x, area.bottom);
        ctx.stroke();
      }
      ctx.restore();
    },
  };

  const pointLabels = {
    id: "pointLabels",
    afterDatasetsDraw(chart, _args, options) {
      if (!options.shown) return;
      const { ctx, chartArea: area } = chart;
      ctx.save();
      ctx.font = "12px " + Chart.defaults.font.family;
      ctx.fillStyle = colour("ink");
      ctx.textBaseline = "middle";
      const taken = [];
      chart.data.datasets.forEach((set, number) =>
        chart.getDatasetMeta(number).data.forEach((point, index) => {
          const label = set.data[index].label;
          if (!label) return;
          const width = ctx.measureText(label).width;
          const start = point.x + 8 + width > area.right ? point.x - 8 - width : point.x + 8;
          let y = point.y;  // a label that would cover another moves down
          while (taken.some((one) => Math.abs(one.y - y) < 14 && start < one.end && one.start < start + width)) y += 14;
          taken.push({ y, start, end: start + width });
          ctx.fillText(label, start, y);
        }));
      ctx.restore();
    },
  };

  const drawPoints = (figure, data) => {
    // the golden angle keeps hues apart; where they come near again, one is darker
    const percent = (n) => +(100 * n).toFixed(2) + " %";
    const day = (n) => new Date(n * 864e5).toISOString().slice(0, 10);
    const across = (n) => (data.days ? day(n) : data.percentX ? percent(n) : n.toLocaleString("en"));
    const up = (n) => (data.percent ? percent(n) : n.toLocaleString("en"));
    const hue = (number) => `hsl(${Math.round(number * 137.5) % 360} 65% ${number % 8 < 4 ? 52 : 34}%)`;
    return new Chart(figure.querySelector("canvas"), {
      type: "scatter",
      plugins: [pointLabels],
      data: {
        datasets: data.points.map((series, number) => ({
          label: series.name,
          data: series.points,
          showLine: !!data.joined,
          borderWidth: series.faint ? 0 : 2,
          pointRadius: series.faint ? 0 : data.joined ? (data.smooth ? 0 : 2) : 5,
          fill: series.fill ? "+1" : false,
          borderColor: series.colour ? colour(series.colour) : hue(number),
          backgroundColor: series.faint ? colour(series.colour) + "33"
            : series.colour ? colour(series.colour) : hue(number),
        })),
      },
      options: {
        animation: false,
        responsive: true,
        maintainAspectRatio: false,
        plugins: {
          legend: { display: data.points.length > 1, position: "bottom",
                    labels: { boxWidth: 12, boxHeight: 12, filter: (item) => item.text !== "" } },
          tooltip: { callbacks: { label: ({ raw, dataset }) =>
            ` ${raw.label || dataset.label}: ${up(raw.y)} at ${across(raw.x)}` } },
          pointLabels: { shown: !data.joined },
        },
        scales: {
          x: { type: data.logarithmic ? "logarithmic" : "linear", bounds: data.days ? "data" : "ticks",
               ticks: data.days || data.percentX ? { callback: across, maxTicksLimit: 8, maxRotation: 0, autoSkipPadding: 24,
                 precision: data.days ? 0 : undefined } : {},
               title: { display: !!data.labelTitle, text: data.labelTitle } },
          y: { ticks: data.percent ? { callback: up } : { display: !data.smooth },
               border: { display: false },
               title: { display: !!data.valueTitle, text: data.valueTitle } },
        },
      },
    });
  };

  const draw = (figure) => {
    const data = JSON.parse(figure.querySelector("script").textContent);
    if (data.points) return drawPoints(figure, data);
    const value = data.horizontal ? "x" : "y";
    const label = data.horizontal ? "y" : "x";
    const number = (n) => (data.percent ? +(100 * n).toFixed(1) + " %" : n.toLocaleString("en"));
    const thickness = data.step ? { barPercentage: 1, categoryPercentage: 0.94 }
                                : { maxBarThickness: 26, categoryPercentage: 0.72 };
    return new Chart(figure.querySelector("canvas"), {
      type: "bar",
      plugins: [limitLines],
      data: {
        labels: data.labels,
        datasets: data.series.map((series) => ({
          label: series.name,
          data: series.values,
          backgroundColor: colour(series.colour),
          borderRadius: data.stacked ? 0 : 3,
          ...thickness,
        })),
      },
      options: {
        indexAxis: label,
        animation: false,
        responsive: true,
        maintainAspectRatio: false,
        layout: { padding: { top: data.lines && data.lines.length ? 16 * LEVELS + 4 : 0 } },
        plugins: {
          legend: { display: data.series.length > 1, position: "bottom",
                    labels: { boxWidth: 12, boxHeight: 12 } },
          tooltip: { callbacks: { label: (item) => " " + item.dataset.label + ": " + number(item.raw) } },
          limitLines: { lines: data.lines || [], step: data.step || 1 },
        },
        scales: {
          [value]: { stacked: data.stacked, beginAtZero: true, max: data.percent ? 1 : undefined,
                     border: { display: false },
                     title: { display: !!data.valueTitle, text: data.valueTitle },
                     ticks: { callback: number, maxTicksLimit: 6, precision: data.percent ? undefined : 0 } },
          [label]: { stacked: data.stacked, grid: { display: false },
                     title: { display: !!data.labelTitle, text: data.labelTitle },
                     ticks: { autoSkip: !data.horizontal, maxRotation: 0 } },
        },
      },
    });
  };

  const drawAll = () => {
    charts.splice(0).forEach((chart) => chart.destroy());
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    Chart.defaults.font.size = 12;
    Chart.defaults.color = colour("muted");
    Chart.defaults.borderColor = colour("line");
    for (const figure of document.querySelectorAll("figure[data-chart]")) charts.push(draw(figure));
  };

  drawAll();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  const forPaper = (paper) => {
    document.documentElement.classList.toggle("paper", paper);
    for (const details of document.querySelectorAll("details[data-print]")) details.open = paper;
    drawAll();
  };
  addEventListener("beforeprint", () => forPaper(true));
  addEventListener("afterprint", () => forPaper(false));
})();
