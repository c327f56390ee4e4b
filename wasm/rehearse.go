//go:build js && wasm

package main

import (
	"encoding/json"
	"syscall/js"

	"lungct/alexnet"
	"lungct/internal/ct"
)

// rehearse() reads a picture of noise with a small network. The browser compiles a
// function when it is called for the first time, and compiles it well once it has
// been called for long: that is done while the page waits for the weights, and not
// with the reader's first slice.
func rehearse([]js.Value) (js.Value, error) {
	classifier, err := understudy()
	if err != nil {
		return js.Undefined(), err
	}
	if _, err := json.Marshal(classifier.Card()); err != nil {
		return js.Undefined(), err
	}
	slice := &ct.Slice{Width: 512, Height: 512, Grey: make([]uint8, 512*512)}
	for i := range slice.Grey {
		slice.Grey[i] = uint8(i * i >> 5)
	}
	_, err = classifier.Classify(slice)
	return js.Undefined(), err
}

// understudy is a small network that has been through a weights file.
func understudy() (*alexnet.Classifier, error) {
	c := alexnet.DefaultConfig()
	c.Widths, c.Hidden = [5]int{16, 32, 32, 32, 32}, 64
	m, err := alexnet.New(c)
	if err != nil {
		return nil, err
	}
	m.Init(1)
	file, err := alexnet.Encode(m, alexnet.Card{
		Preprocessing: ct.Preprocessing{Size: c.Size, Crop: ct.CropBody, Mean: 0.5, Std: 0.25, WindowCentre: -600, WindowWidth: 1500, Filter: ct.FilterLinear},
		Labels:        []string{"noncovid", "covid"},
	}, alexnet.I8)
	if err != nil {
		return nil, err
	}
	return alexnet.NewClassifier(file)
}
