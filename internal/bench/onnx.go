package main

import "encoding/binary"

// message is a protocol buffer under construction. The numbers of fields and
// enumerations below are those of onnx.proto, IR version 7.
type message []byte

func (m message) varint(field int, v int64) message {
	m = binary.AppendUvarint(m, uint64(field)<<3)
	return binary.AppendUvarint(m, uint64(v))
}

func (m message) bytes(field int, v []byte) message {
	m = binary.AppendUvarint(m, uint64(field)<<3|2)
	m = binary.AppendUvarint(m, uint64(len(v)))
	return append(m, v...)
}

func (m message) text(field int, v string) message { return m.bytes(field, []byte(v)) }

const (
	onnxFloat = 1 // TensorProto.DataType
	opset     = 13
)

// onnxModel is the network as ONNX: input N x 3 x 300 x 300, where N is the
// free dimension "n", and logits N x 2.
func onnxModel(tensors []tensor) []byte {
	g := onnxGraph{from: "input"}
	for _, layer := range []struct {
		key            string
		k, stride, pad int64
		pool           bool
	}{
		{"features.0", 11, 4, 2, true}, {"features.3", 5, 1, 2, true},
		{"features.6", 3, 1, 1, false}, {"features.8", 3, 1, 1, false}, {"features.10", 3, 1, 1, true},
	} {
		g.node("Conv", layer.key, ints("kernel_shape", layer.k, layer.k), ints("strides", layer.stride, layer.stride),
			ints("pads", layer.pad, layer.pad, layer.pad, layer.pad))
		g.node("Relu", "")
		if layer.pool {
			g.node("MaxPool", "", ints("kernel_shape", 3, 3), ints("strides", 3, 3))
		}
	}
	g.node("Flatten", "")
	for i, key := range []string{"classifier.1", "classifier.4", "classifier.6"} {
		if i > 0 {
			g.node("Relu", "")
		}
		g.node("Gemm", key, message{}.text(1, "transB").varint(3, 1).varint(20, 2))
	}
	g.nodes = append(g.nodes, message{}.text(1, g.from).text(2, "logits").text(4, "Identity"))

	var graph message
	for _, n := range g.nodes {
		graph = graph.bytes(1, n)
	}
	graph = graph.text(2, "alexnet")
	for _, t := range tensors {
		var proto message
		for _, side := range t.Shape {
			proto = proto.varint(1, int64(side))
		}
		graph = graph.bytes(5, proto.varint(2, onnxFloat).text(8, t.Name).bytes(9, t.data))
	}
	graph = graph.bytes(11, port("input", 3, 300, 300)).bytes(12, port("logits", 2))
	return message{}.varint(1, 7).text(2, "lungct").bytes(7, graph).bytes(8, message{}.varint(2, opset))
}

// onnxGraph chains nodes: each takes the output of the one before.
type onnxGraph struct {
	nodes []message
	from  string
}

// node adds an operator; one with a key takes the key's weight and bias, too.
func (g *onnxGraph) node(operator, key string, attributes ...message) {
	n := message{}.text(1, g.from)
	if key != "" {
		n = n.text(1, key+".weight").text(1, key+".bias")
	}
	g.from = operator + string(rune('a'+len(g.nodes)))
	n = n.text(2, g.from).text(4, operator)
	for _, a := range attributes {
		n = n.bytes(5, a)
	}
	g.nodes = append(g.nodes, n)
}

// ints is an attribute that is a list of integers.
func ints(name string, values ...int64) message {
	m := message{}.text(1, name)
	for _, v := range values {
		m = m.varint(8, v)
	}
	return m.varint(20, 7)
}

// port is an input or output of the graph with batch dimension "n".
func port(name string, sides ...int64) message {
	shape := message{}.bytes(1, message{}.text(2, "n"))
	for _, side := range sides {
		shape = shape.bytes(1, message{}.varint(1, side))
	}
	tensor := message{}.varint(1, onnxFloat).bytes(2, shape)
	return message{}.text(1, name).bytes(2, message{}.bytes(1, tensor))
}
