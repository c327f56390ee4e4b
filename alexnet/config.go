package alexnet

import (
	"fmt"

	"lungct/internal/kernel"
)

// Config is the network's architecture. It is recorded in every weights file.
type Config struct {
	Channels   int     `json:"channels"`  // C of the input; 3 in the paper
	Size       int     `json:"size"`      // H and W of the input in pixels
	Widths     [5]int  `json:"widths"`    // output channels of the convolutional layers
	Hidden     int     `json:"hidden"`    // width of the first two linear layers
	Classes    int     `json:"classes"`   // width of the last linear layer
	PoolSize   int     `json:"pool_size"` // side of the max pooling windows
	PoolStride int     `json:"pool_stride"`
	Dropout    float64 `json:"dropout"` // probability of dropping an input of the first two linear layers
	LRN        bool    `json:"lrn"`     // local response normalisation after each convolutional layer's ReLU
}

// DefaultConfig is the network of the 2020 paper: torchvision's AlexNet with
// pooling windows that do not overlap, so that a 3x300x300 input ends as
// 256x2x2 before the linear layers.
func DefaultConfig() Config {
	return Config{
		Channels: 3, Size: 300,
		Widths: [5]int{64, 192, 384, 256, 256}, Hidden: 4096, Classes: 2,
		PoolSize: 3, PoolStride: 3, Dropout: 0.5,
	}
}

// convolutions is the upper half of the network's table, a row a layer. The
// keys are torchvision's, whose numbers also count ReLU and pooling layers.
var convolutions = [5]struct {
	key                 string
	kernel, stride, pad int
	pool                bool
	tile                int // side of the outputs that winograd computes at once, 0 where it does not
}{
	{"features.0", 11, 4, 2, true, 0},
	{"features.3", 5, 1, 2, true, 4},
	{"features.6", 3, 1, 1, false, 2},
	{"features.8", 3, 1, 1, false, 2},
	{"features.10", 3, 1, 1, true, 2},
}

// linears is the lower half: the keys of the linear layers.
var linears = [3]string{"classifier.1", "classifier.4", "classifier.6"}

// plan is a Config worked out into the geometry of every layer.
type plan struct {
	conv   [5]kernel.Geometry // input of each convolution
	pool   [5]kernel.Geometry // input of each pooling; K is 0 where there is none
	linear [3][2]int          // inputs and outputs of each linear layer
}

// limits keep a hostile configuration from asking for more memory than any
// AlexNet needs.
const (
	maxWidth  = 4096
	maxHidden = 1 << 16
	maxSize   = 4096
)

// plan checks c and works out the size of every layer.
func (c Config) plan() (plan, error) {
	var p plan
	check := func(name string, v, low, high int) error {
		if v < low || v > high {
			return fmt.Errorf("alexnet: %s: got %d, want %d to %d", name, v, low, high)
		}
		return nil
	}
	limits := []struct {
		name         string
		v, low, high int
	}{
		{"channels", c.Channels, 1, 16}, {"size", c.Size, 1, maxSize},
		{"hidden", c.Hidden, 1, maxHidden}, {"classes", c.Classes, 2, 1000},
		{"pool size", c.PoolSize, 1, 16}, {"pool stride", c.PoolStride, 1, 16},
	}
	for _, l := range limits {
		if err := check(l.name, l.v, l.low, l.high); err != nil {
			return p, err
		}
	}
	if !(c.Dropout >= 0 && c.Dropout < 1) {
		return p, fmt.Errorf("alexnet: dropout: got %v, want at least 0 and less than 1", c.Dropout)
	}
	channels, side := c.Channels, c.Size
	for i, row := range convolutions {
		if err := check(fmt.Sprintf("width of convolution %d", i+1), c.Widths[i], 1, maxWidth); err != nil {
			return p, err
		}
		p.conv[i] = kernel.Geometry{C: channels, H: side, W: side, K: row.kernel, S: row.stride, P: row.pad}
		if err := c.fits(side+2*row.pad, row.kernel, i); err != nil {
			return p, err
		}
		channels, side = c.Widths[i], p.conv[i].OutH()
		if row.pool {
			p.pool[i] = kernel.Geometry{C: channels, H: side, W: side, K: c.PoolSize, S: c.PoolStride}
			if err := c.fits(side, c.PoolSize, i); err != nil {
				return p, err
			}
			side = p.pool[i].OutH()
		}
	}
	p.linear = [3][2]int{{channels * side * side, c.Hidden}, {c.Hidden, c.Hidden}, {c.Hidden, c.Classes}}
	return p, nil
}

// fits tells whether a window of k pixels fits into side pixels.
func (c Config) fits(side, k, layer int) error {
	if side < k {
		return fmt.Errorf("alexnet: size: got %d, too small: convolutional layer %d has %d pixels left for a window of %d", c.Size, layer+1, side, k)
	}
	return nil
}

// Shape is the name and shape of one parameter.
type Shape struct {
	Name string
	Dims []int
}

// Size is the number of values.
func (s Shape) Size() int {
	n := 1
	for _, d := range s.Dims {
		n *= d
	}
	return n
}

// Shapes lists the parameters in the order of torchvision's state_dict:
// convolutions as K x C x R x R, linear layers as outputs x inputs, biases as
// vectors.
func (c Config) Shapes() ([]Shape, error) {
	p, err := c.plan()
	if err != nil {
		return nil, err
	}
	var shapes []Shape
	for i, row := range convolutions {
		g := p.conv[i]
		shapes = append(shapes,
			Shape{row.key + ".weight", []int{c.Widths[i], g.C, g.K, g.K}},
			Shape{row.key + ".bias", []int{c.Widths[i]}})
	}
	for i, key := range linears {
		in, out := p.linear[i][0], p.linear[i][1]
		shapes = append(shapes,
			Shape{key + ".weight", []int{out, in}},
			Shape{key + ".bias", []int{out}})
	}
	return shapes, nil
}
