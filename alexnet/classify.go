package alexnet

import (
	"math"

	"lungct/internal/ct"
)

// Threshold is the probability from which a verdict is positive.
const Threshold = 0.5

// Finding is the class whose probability a verdict gives: covid.
const Finding = 1

// Verdict is what the network says of one slice.
type Verdict struct {
	Label       string  // the card's name of the class
	Probability float64 // of the finding, 0 to 1, after temperature scaling
}

// Classifier reads slices with the network and the preprocessing of one
// weights file. One goroutine at a time may use it.
type Classifier struct {
	model *Model
	card  Card
	input []float32
}

// ReadFrozen is Read for a network that reads grey slices, one at a time, and
// does not learn. It keeps data: weights of the linear layers that are stored in
// 16 or 8 bits, nine tenths of the file, are used as they stand there, and must not
// change.
func ReadFrozen(data []byte) (*Model, Card, error) {
	m, card, _, err := read(data, true)
	if err != nil {
		return nil, card, err
	}
	m.freeze()
	return m, card, nil
}

// freeze prepares a network that reads grey slices, one at a time, and does not
// learn.
func (m *Model) freeze() {
	m.ReadGrey()
	for _, conv := range m.Conv {
		conv.frozen = true
		if conv.byTiles(1) {
			conv.transform()
		}
	}
}

// NewClassifier reads a weights file, see ReadFrozen.
func NewClassifier(data []byte) (*Classifier, error) {
	m, card, err := ReadFrozen(data)
	if err != nil {
		return nil, err
	}
	return &Classifier{m, card, make([]float32, m.inputSize())}, nil
}

// Card is the model card of the weights file.
func (c *Classifier) Card() Card { return c.card }

// Classify prepares s as the weights file says and returns the verdict. What is no
// CT slice is refused with a ct.UnsupportedError.
func (c *Classifier) Classify(s *ct.Slice) (Verdict, error) {
	if s.Unscored != "" {
		return Verdict{}, ct.UnsupportedError("not scored: " + s.Unscored)
	}
	p := c.card.Preprocessing
	p.Normalise(c.input, p.Resize(s, p.Size), 1)
	probability, err := c.model.Probabilities(c.input)
	if err != nil {
		return Verdict{}, err
	}
	return c.Judge(c.card.Calibrated(probability)), nil
}

// Judge is the verdict that a calibrated probability means.
func (c *Classifier) Judge(probability float64) Verdict {
	v := Verdict{Label: c.card.Labels[0], Probability: probability}
	if v.Probability >= Threshold {
		v.Label = c.card.Labels[Finding]
	}
	return v
}

// Calibrated is the probability of the finding among the classes' probabilities, as
// Model.Probabilities gives them for one slice, with the log-odds divided by the
// card's temperature. It crosses one half where the network's own does. The odds are
// taken from both sides, since float32 cannot tell 1 from almost 1, but 0 from almost
// 0.
func (c *Card) Calibrated(probability []float32) float64 {
	var others float64
	for class, p := range probability {
		if class != Finding {
			others += float64(p)
		}
	}
	temperature := c.Temperature
	if temperature == 0 {
		temperature = 1
	}
	return 1 / (1 + math.Pow(others/float64(probability[Finding]), 1/temperature))
}
