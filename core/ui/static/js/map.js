/**
 * Maps (Leaflet, fetched when the first one is needed): the pins of a list, the pin of a record, and the one that a form
 * picks. Without an address of tiles (`data-tiles`) our own coarse outline of the land is drawn, and nothing is fetched
 * from anywhere else.
 */
import { attach } from "./attach.js";
import { fill, localDigits, message } from "./locale.js";
import { mainPlace, pointOf, writePoint } from "./point.js";

const FOLDER = new URL("../vendor/leaflet/", import.meta.url);
const LAND = new URL("../vendor/world/land-110m.json", import.meta.url);
/** Closer than this the outline would say more than it knows. */
const COARSE = 7;
const WORLD = [[-50, -120], [65, 140]];
const NEAR = 14;
/** Pins closer than this on the screen, in pixels, stand as one group. */
const APART = 44;
const SIZE = 256;
/** A name and an address are read whole: a bubble as narrow as its shortest line would cut them. */
const WIDTHS = { minWidth: 180, maxWidth: 260 };

let loading;
function library() {
  loading ??= (async () => {
    const styles = [new URL("leaflet.css", FOLDER), new URL("../css/map.css", import.meta.url)].map(style);
    await Promise.all([import(new URL("leaflet.js", FOLDER).href), ...styles]);
    return globalThis.L;
  })();
  return loading;
}

/** A style sheet, once it holds. */
function style(address) {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = address.href;
  document.head.append(link);
  return new Promise((ready) => { link.onload = link.onerror = ready; });
}

/** A map in `place`, with what lies under the pins. */
function canvas(L, place, options = {}) {
  const { tiles, credit } = place.dataset;
  const map = L.map(place, {
    maxZoom: 19, minZoom: 1, zoomControl: false, attributionControl: Boolean(tiles && credit), ...options,
  });
  L.control.zoom({ zoomInTitle: message("map_closer"), zoomOutTitle: message("map_farther") }).addTo(map);
  if (tiles) {
    map.attributionControl?.setPrefix(false);
    // Leaflet takes the credit for markup.
    const attribution = credit.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
    const pictures = L.tileLayer(tiles, { maxZoom: 19, attribution });
    let came = false;
    pictures.on("tileload", () => { came = true; });
    // Leaflet is not done with the layer yet when it says so.
    pictures.once("load", () => setTimeout(() => {
      if (!came && map.hasLayer(pictures)) withoutTiles(L, map, place, pictures);
    }));
    pictures.addTo(map);
  } else graticule(L, place).addTo(map);
  return map;
}

/** Where no picture comes at all, the map says so and draws what needs none. */
function withoutTiles(L, map, place, pictures) {
  pictures.remove();
  graticule(L, place).addTo(map);
  const notice = document.createElement("p");
  notice.className = "dw-map-notice";
  notice.dir = document.dir;
  notice.setAttribute("role", "status");
  notice.textContent = message("map_no_tiles");
  place.append(notice);
}

/** The land from afar; close by, lines along the edges of tiles, each with its latitude and longitude. */
function graticule(L, place) {
  const Lines = L.GridLayer.extend({
    createTile({ x, y, z }, done) {
      const tile = document.createElement("canvas");
      tile.width = tile.height = SIZE;
      const pen = tile.getContext("2d");
      const { color } = getComputedStyle(place);
      if (z <= COARSE) land(L).then((shape) => done(null, coast(pen, shape, x, y, z, place)), () => done(null, tile));
      else setTimeout(done, 0, null, tile);
      pen.strokeStyle = pen.fillStyle = color;
      pen.globalAlpha = z <= COARSE ? 0.15 : 0.45;
      pen.strokeRect(0, 0, SIZE, SIZE);
      if (z <= COARSE) return tile;
      const corner = this._map.unproject([x * SIZE, y * SIZE], z);
      pen.globalAlpha = 1;
      pen.font = "11px sans-serif";
      const digits = z < 11 ? 2 : 4;
      pen.fillText(`${corner.lat.toFixed(digits)}, ${corner.lng.toFixed(digits)}`, 5, 14);
      return tile;
    },
  });
  return new Lines({ tileSize: SIZE, maxZoom: 19 });
}

/** The part of the land that lies on one tile; the world repeats to the left and to the right. */
function coast(pen, shape, x, y, z, place) {
  const scale = 2 ** z;
  pen.globalAlpha = 1;
  pen.globalCompositeOperation = "destination-over";
  pen.fillStyle = getComputedStyle(place).getPropertyValue("--dw-map-land");
  for (const turn of [-1, 0, 1]) {
    pen.setTransform(scale, 0, 0, scale, -((((x % scale) + scale) % scale) + turn * scale) * SIZE, -y * SIZE);
    pen.fill(shape, "evenodd");
  }
  return pen.canvas;
}

let outline;
/** The land of the whole Earth (Natural Earth, as TopoJSON) in the pixels of zoom 0. */
function land(L) {
  outline ??= fetch(LAND).then((answer) => answer.json()).then(({ arcs, objects, transform }) => {
    const { scale, translate } = transform;
    const lines = arcs.map((arc) => {
      let [right, up] = [0, 0];
      return arc.map(([step, rise]) => {
        right += step;
        up += rise;
        const [longitude, latitude] = [right * scale[0] + translate[0], up * scale[1] + translate[1]];
        return L.CRS.EPSG3857.latLngToPoint(L.latLng(Math.max(latitude, -85), longitude), 0);
      });
    });
    const shape = new Path2D();
    for (const ring of objects.land.geometries.flatMap((one) => one.arcs.flat())) {
      const points = ring.flatMap((number) => (number < 0 ? lines[~number].toReversed() : lines[number]));
      // Who crosses the line of the date goes on beyond the edge; who goes round the pole closes below it.
      let [turned, before] = [0, points[0].x];
      for (const { x, y } of points) {
        if (Math.abs(x - before) > SIZE / 2) turned += x < before ? SIZE : -SIZE;
        before = x;
        shape.lineTo(x + turned, y);
      }
      if (turned) {
        shape.lineTo(before + turned, SIZE);
        shape.lineTo(points[0].x, SIZE);
      }
      shape.closePath();
    }
    return shape;
  });
  return outline;
}

function mark(L, className, text = "") {
  const shown = document.createElement("span");
  shown.textContent = text;
  const size = text ? 34 : 18;
  return L.divIcon({ className, html: shown, iconSize: [size, size] });
}

// ---- a list ----

class Pins {
  constructor(L, place, list) {
    this.L = L;
    this.list = list;
    this.together = place.dataset.together;
    this.read();
    this.map = canvas(L, place);
    this.layer = L.layerGroup().addTo(this.map);
    if (this.pins.length) this.map.fitBounds(this.pins.map((pin) => pin.at), { padding: [30, 30], maxZoom: NEAR });
    else this.map.fitBounds(WORLD);
    this.map.on("zoomend", () => this.draw());
    this.draw();
  }

  read() {
    const items = [...this.list.querySelectorAll(":scope > [data-latitude]")];
    this.pins = items.map((item) => ({ at: [Number(item.dataset.latitude), Number(item.dataset.longitude)], item }));
  }

  /** The list was drawn anew: the pins are those that it has now, and the map stays where it was moved to. */
  follow() {
    this.read();
    this.draw();
  }

  /** Whoever stands near the first of a group joins it, so that no two marks lie over each other. */
  draw() {
    const groups = [];
    for (const pin of this.pins) {
      const spot = this.map.project(pin.at);
      const near = groups.find((group) => group.spot.distanceTo(spot) < APART);
      if (near) near.pins.push(pin);
      else groups.push({ spot, pins: [pin] });
    }
    this.layer.clearLayers();
    for (const { pins } of groups) this.layer.addLayer(pins.length === 1 ? this.single(pins[0]) : this.many(pins));
  }

  single({ at, item }) {
    const hue = [...item.classList].find((name) => name.startsWith("dw-hue-")) ?? "";
    const title = item.querySelector("bdi").textContent;
    const marker = this.L.marker(at, { icon: mark(this.L, `dw-map-pin ${hue}`), title, alt: title, keyboard: true });
    return marker.bindPopup(() => told(item), WIDTHS);
  }

  many(group) {
    const label = fill(this.together, { n: group.length });
    const options = { icon: mark(this.L, "dw-map-group", localDigits(group.length)), title: label, alt: label };
    const bounds = this.L.latLngBounds(group.map((pin) => pin.at));
    const marker = this.L.marker(group[0].at, options);
    marker.on("click", () => {
      if (this.map.getZoom() < 18 && !bounds.getNorthEast().equals(bounds.getSouthWest())) {
        this.map.fitBounds(bounds, { padding: [60, 60], maxZoom: Math.max(this.map.getZoom() + 1, NEAR + 4) });
      } else marker.bindPopup(listOf(group), WIDTHS).openPopup();
    });
    return marker;
  }
}

/** What the list says of a pin. The map itself reads from left to right in every language, its bubbles do not. */
function told(item) {
  const link = item.querySelector("a").cloneNode(true);
  link.dir = document.documentElement.dir;
  return link;
}

/** Those that stand at the very same place. */
function listOf(group) {
  const list = document.createElement("ul");
  for (const { item } of group.slice(0, 20)) {
    const line = document.createElement("li");
    line.append(told(item));
    list.append(line);
  }
  return list;
}

attach("[data-map]", async (place) => {
  const list = place.parentElement.querySelector("[data-map-pins]");
  const pins = new Pins(await library(), place, list);
  new MutationObserver(() => pins.follow()).observe(list, { childList: true, subtree: true, attributes: true, characterData: true });
});

// ---- a record ----

attach("[data-pin-shown]", (place) => {
  new IntersectionObserver(async ([entry], observer) => {
    if (!entry.isIntersecting) return;
    observer.disconnect();
    const L = await library();
    const at = [Number(place.dataset.latitude), Number(place.dataset.longitude)];
    const map = canvas(L, place, { scrollWheelZoom: false, keyboard: false }).setView(at, NEAR);
    L.marker(at, { icon: mark(L, "dw-map-pin"), interactive: false, keyboard: false }).addTo(map);
  }).observe(place);
});

// ---- a form ----

class Picker {
  constructor(box) {
    const own = box.querySelector("[data-pin-input]");
    this.inputs = own ? [own] : box.dataset.pin.split(" ").map((id) => document.getElementById(id)).filter(Boolean);
    [this.button, this.clear, this.place, this.hint] = ["open", "clear", "map", "hint"]
      .map((name) => box.querySelector(`[data-pin-${name}]`));
    this.button.addEventListener("click", () => this.toggle());
    this.clear.addEventListener("click", () => this.remove());
    for (const input of this.inputs) input.addEventListener("change", () => this.follow());
    this.clear.hidden = this.typed === null;
  }

  get typed() {
    return pointOf(this.inputs);
  }

  async toggle() {
    const isOpen = this.place.hidden;
    this.place.hidden = this.hint.hidden = !isOpen;
    this.button.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen || this.map) return;
    this.L = await library();
    this.map = canvas(this.L, this.place);
    const main = this.inputs.some((one) => one.matches("[data-pin-input]")) ? mainPlace(this.place) : [];
    const beside = main.length ? pointOf(main) : null;
    if (beside) this.map.setView(beside, COARSE); // a further address mostly is not far
    else this.map.fitBounds(WORLD);
    this.map.on("click", ({ latlng }) => this.put(latlng));
    this.place.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target !== this.place) return;
      event.preventDefault();
      this.put(this.map.getCenter());
    });
    this.follow();
    this.place.focus();
  }

  /** The pin where the inputs say. */
  follow() {
    const at = this.typed;
    this.clear.hidden = at === null;
    if (!this.map) return;
    if (at === null) this.pin?.remove();
    else {
      this.show(at);
      this.map.setView(at, Math.max(this.map.getZoom(), NEAR));
    }
  }

  show(at) {
    if (!this.pin) {
      const alt = this.place.dataset.pinLabel;
      this.pin = this.L.marker(at, { icon: mark(this.L, "dw-map-pin"), draggable: true, alt, title: alt });
      this.pin.on("dragend", () => this.put(this.pin.getLatLng()));
    }
    this.pin.setLatLng(at).addTo(this.map);
  }

  put(point) {
    const { lat, lng } = point.wrap();
    this.show([lat, lng]);
    writePoint(this.inputs, [lat, lng]);
    this.changed();
  }

  remove() {
    writePoint(this.inputs, null);
    this.pin?.remove();
    this.changed();
    this.button.focus();
  }

  changed() {
    this.clear.hidden = this.typed === null;
    for (const input of this.inputs) input.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

attach("[data-pin]", (box) => new Picker(box));
