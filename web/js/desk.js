/** What the page knows that results, measurements and studies of readers need. */
/** @import { Card, Model, Weights } from "./contract.js" */
/** @import { Progress } from "./download.js" */
/** @import { Pictures } from "./pictures.js" */
/** @import { Reader } from "./reader.js" */
/** @import { ModelInUse } from "./results/rows.js" */
/** @import { Slice, Study } from "./series.js" */

/**
 * @typedef {object} Desk
 * @property {Study} study
 * @property {Pictures} pictures
 * @property {() => Reader | undefined} reader that is first at hand
 * @property {() => string} version of the program
 * @property {() => ModelInUse & { card: Card } | undefined} model in use
 * @property {() => Model[]} models that can be used
 * @property {(model: Model, onProgress: Progress) => Promise<Weights>} weights of a model, from the server or the disk
 * @property {() => Promise<Reader>} anotherReader without a model, to be closed after use
 * @property {(slice: Slice) => void} look brings a slice into view
 * @property {() => void} openStudies shows the page of reader studies
 */

export {};
