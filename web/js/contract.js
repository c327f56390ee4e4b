/**
 * The contract between the page, its worker and the Go program. Types only.
 *
 * page (main.js) -> reader.js -> messages -> worker.js -> program.js -> Go (wasm/)
 *
 * There is a worker for each core, up to four, with a program of its own. A worker
 * and its program handle one request at a time. Pixels are for display: what the network sees is prepared in Go, from the bytes of the file.
 */

/**
 * What of HU is shown black and white.
 * @typedef {object} Window
 * @property {string} name as the file calls it, often ""
 * @property {number} centre in HU
 * @property {number} width in HU
 */

/**
 * A decoded slice.
 * @typedef {object} Picture
 * @property {number} width in pixels
 * @property {number} height in pixels
 * @property {Uint8Array<ArrayBuffer>} grey row by row, width * height bytes, as the slice is shown first
 * @property {Int16Array<ArrayBuffer>} [hu] the same in HU, where the file has them
 * @property {Window[]} [windows] those that the file stores, of a slice in HU
 * @property {Window} [window] the one in which grey is made
 * @property {[number, number]} spacing of rows and of columns in mm, 0 unknown
 * @property {Orientation} [orientation] where the file says how the slice lies in the patient
 * @property {string} unscored why this is no CT to be scored, or ""
 */

/**
 * What of the patient lies beyond the edges of a picture: R right, L left, A front,
 * P back, H head, F feet. An oblique plane has more than one letter at an edge.
 * @typedef {{ right: string, bottom: string, left: string, top: string }} Orientation
 */

/**
 * The series of the open files, in anatomical order, and what could not be read.
 * @typedef {object} Listing
 * @property {ListedSeries[]} series
 * @property {(Failure & { path: string })[]} rejected
 */

/**
 * @typedef {object} ListedSeries
 * @property {string} name what the scanner calls it, or its folder
 * @property {string} modality such as CT; "" unknown
 * @property {string} unscored why it is shown but never scored, or ""
 * @property {string[]} notes such as gaps, copies, uneven distances
 * @property {{ id: number, path: string, frame: number }[]} slices from the feet to the head; ids count
 *   the slices of all files in the order of adding
 */

/**
 * A file that the reader opened.
 * @typedef {object} Source
 * @property {number} key its number among the files that were opened
 * @property {string} path its name, with the folders that lead to it
 * @property {Blob} file
 */

/**
 * Where a slice comes from: the ordinal counts the slices of its file.
 * @typedef {object} Place
 * @property {Source} source
 * @property {number} ordinal
 */

/**
 * What the model says of a series.
 * @typedef {object} Pooled
 * @property {"covid" | "noncovid"} label
 * @property {number} probability the mean of the highest ones
 * @property {number[]} from the indices of those, the highest first
 */

/**
 * Why a slice is left out of the verdict on its series.
 * @typedef {object} LeftOut
 * @property {string} leftOut
 */

/**
 * What the model says of a slice.
 * @typedef {object} Verdict
 * @property {"covid" | "noncovid"} label the more probable class, at the model's threshold
 * @property {number} probability of covid, 0 to 1
 * @property {number} milliseconds from the decoded slice to the verdict
 */

/**
 * A measured score with its 95 % interval; null where it is undefined.
 * @typedef {object} Estimate
 * @property {number | null} value
 * @property {number | null} low
 * @property {number | null} high
 */

/**
 * What a model scored on one split. Field names are the trainer's.
 * @typedef {object} Scores
 * @property {string} [split] which slices, and what they were used for
 * @property {number} [cases] slices in it
 * @property {number} [groups] patients or scans in it
 * @property {Estimate} [accuracy]
 * @property {Estimate} [precision]
 * @property {Estimate} [recall] sensitivity
 * @property {Estimate} [specificity]
 * @property {Estimate} [f1]
 * @property {Estimate} [auc]
 */

/**
 * How a slice becomes the network's input. Field names are the trainer's.
 * @typedef {object} Preprocessing
 * @property {number} size in pixels
 * @property {string} crop
 * @property {number} mean
 * @property {number} std
 * @property {number} window_centre in HU
 * @property {number} window_width in HU
 * @property {string} filter
 */

/**
 * What the page shows of the model card that every weights file carries.
 * @typedef {object} Card
 * @property {string} name
 * @property {string} description
 * @property {{ name: string, licence: string }} data what it was trained on
 * @property {Preprocessing} preprocessing
 * @property {string} limits
 * @property {string} sha256 of its file, hexadecimal
 * @property {boolean} assumed the file carries no card, and this one is made up
 * @property {Scores[] | null} metrics the last is on the freshest slices there were
 */

/**
 * A line of weights/index.json. Of a model that it found in a folder the server
 * knows only the file, its size and its digest.
 * @typedef {object} Model
 * @property {string} file
 * @property {number} bytes
 * @property {string} sha256 hexadecimal
 * @property {string} [name]
 * @property {string} [description]
 * @property {string} [data] what it was trained on
 * @property {string} [licence] of that data
 * @property {Scores[] | null} [metrics] the last is on the freshest slices there were
 * @property {File} [foreign] the file itself, of one that was opened from the disk
 */

/**
 * What folders and tables say of a file.
 * @typedef {object} Truth
 * @property {-1 | 0 | 1} class 1 covid, 0 noncovid, -1 unknown
 * @property {string} group patient or scan
 */

/**
 * What was opened: files by their paths, and tables that give the truth of some.
 * @typedef {object} TruthQuestion
 * @property {string[]} paths
 * @property {{ path: string, text: string }[]} tables
 */

/**
 * A case that one or two readers have read.
 * @typedef {object} Case
 * @property {boolean | null} positive null where the truth is not known
 * @property {string} group patient or scan
 * @property {number} first probability of covid that the first reader gives
 * @property {number} [second]
 */

/**
 * What a reader scored; see metrics.Report of Go.
 * @typedef {object} Measured
 * @property {number} cases
 * @property {number} groups
 * @property {number} threshold
 * @property {number} true_positives
 * @property {number} false_positives
 * @property {number} false_negatives
 * @property {number} true_negatives
 * @property {Estimate} accuracy
 * @property {Estimate} precision
 * @property {Estimate} recall
 * @property {Estimate} specificity
 * @property {Estimate} f1
 * @property {Estimate} mcc
 * @property {Estimate} auc
 * @property {Estimate} brier
 * @property {RocPoint[]} roc empty when a class is absent
 */

/** @typedef {{ threshold: number | null, sensitivity: number, false_positive_rate: number }} RocPoint */

/**
 * @typedef {object} Measurement
 * @property {Measured | null} first null where no truth is known
 * @property {Measured | null} second
 * @property {{ auc: Estimate, accuracy: Estimate } | null} difference of the first less the second
 * @property {Agreement | null} agreement of two readers
 */

/**
 * How far two readers call cases alike, right or wrong.
 * @typedef {object} Agreement
 * @property {number} cases
 * @property {number} both_positive
 * @property {number} only_first
 * @property {number} only_second
 * @property {number} both_negative
 * @property {Estimate} share of cases called alike
 * @property {Estimate} kappa Cohen's
 */

/**
 * A weights file, and what the index says of it.
 * @typedef {object} Weights
 * @property {string} file its name
 * @property {string} sha256 hexadecimal; "" of a file that no index lists: it is found out
 * @property {boolean} [foreign] it may be without a model card
 * @property {Uint8Array<ArrayBuffer>[]} chunks its bytes, as they came
 */

/**
 * Why something could not be done, in words for the reader.
 *
 * format: the file is broken; unsupported: the file is fine, but of a kind that
 * is not read; file: the browser could not read it; weights: the model cannot
 * be used; network: the server did not deliver; browser: something needed is
 * missing; crash: the program stopped, and starts again with the next request;
 * internal: a fault of this software; selftest: it does not compute here what it
 * should, and reads nothing.
 * @typedef {object} Failure
 * @property {"format" | "unsupported" | "file" | "weights" | "network" | "browser" | "crash" | "internal" | "selftest"} kind
 * @property {string} message
 */

/**
 * A self-test that was passed.
 * @typedef {object} SelfTest
 * @property {number} difference of the golden slice's probability from the one on record
 * @property {number} milliseconds
 */

/**
 * What a program tells of itself.
 * @typedef {object} ProgramState
 * @property {string} version
 * @property {number} memory in bytes
 * @property {SelfTest | Failure | null} selfTest null: there was none
 */

/**
 * The global `lungct` of the Go program. Promises reject with a Failure.
 * @typedef {object} Lungct
 * @property {string} version
 * @property {() => Promise<SelfTest>} rehearse classifies a golden slice, and rejects where that goes wrong; it has the
 *   browser compile what the first slice will need
 * @property {(bytes: number) => Promise<number>} reserve makes room for a weights file: its address in the program's memory
 * @property {(foreign: boolean) => Promise<Card>} readModel reads the file that was written there
 * @property {() => Promise<void>} useModel replaces the model in use by the one that was read
 * @property {(path: string, file: Blob) => Promise<number>} add looks at a file: the number of slices so far
 * @property {() => Promise<Listing>} arrange
 * @property {() => Promise<void>} clear forgets the files
 * @property {(id: number) => Promise<Picture>} decode makes the slice the current one
 * @property {() => Promise<Verdict | LeftOut>} classify reads the current slice
 * @property {(probabilities: number[]) => Promise<Pooled>} pool
 * @property {(question: string) => Promise<Truth[]>} truth of a TruthQuestion, in JSON
 * @property {(question: string) => Promise<Measurement>} measure scores { cases: Case[] }, in JSON
 */

/**
 * The Go program, and the SIMD kernels that it calls, compiled.
 * @typedef {object} Modules
 * @property {WebAssembly.Module} program
 * @property {WebAssembly.Module} kernels
 */

/**
 * What the page asks of a worker. `ready` is answered once the worker has all of its
 * own code, and needs no network any more. `start` is next, and once. `loadModel`
 * replaces the model; a failure keeps the old one. The chunks of its weights are
 * transferred. `weights` is a copy of the model in use, for another worker. The other
 * methods are those of Lungct, with the place of a slice for its id: slices are
 * found by their file, so that each worker opens only what it reads.
 * @typedef {{ id: number } & (
 *   { method: "ready", argument?: undefined } |
 *   { method: "start", argument: Modules } |
 *   { method: "rehearse", argument?: undefined } |
 *   { method: "loadModel", argument: Weights } |
 *   { method: "weights", argument?: undefined } |
 *   { method: "diagnose", argument?: undefined } |
 *   { method: "add", argument: Source } |
 *   { method: "arrange", argument?: undefined } |
 *   { method: "clear", argument?: undefined } |
 *   { method: "decode", argument: Place } |
 *   { method: "classify", argument?: undefined } |
 *   { method: "pool", argument: number[] } |
 *   { method: "truth" | "measure", argument: string }
 * )} Request
 */

/**
 * @typedef {object} Answer
 * @property {number} id of the request
 * @property {any} [value]
 * @property {Failure} [failure]
 */

export {};
