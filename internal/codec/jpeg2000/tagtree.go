package jpeg2000

// tagTree codes a number for each field of a grid through the minima of its
// quarters (B.10.2).
type tagTree struct {
	nodes []tagNode // leaves row by row, then each level above
}

type tagNode struct {
	parent int32 // -1: the root
	low    int32 // the number is not less
	known  bool  // the number is low
}

func newTagTree(w, h int) tagTree {
	var t tagTree
	for base := 0; ; {
		next := base + w*h
		pw := (w + 1) / 2
		for i := range w * h {
			t.nodes = append(t.nodes, tagNode{parent: int32(next + i/w/2*pw + i%w/2)})
		}
		if w*h == 1 {
			t.nodes[base].parent = -1
			return t
		}
		base, w, h = next, pw, (h+1)/2
	}
}

// below reads on until it is known whether the number of a leaf is below limit.
func (t tagTree) below(r *headerReader, leaf int, limit int32) bool {
	var path [32]int32
	n := 0
	for i := int32(leaf); i >= 0; i = t.nodes[i].parent {
		path[n] = i
		n++
	}
	low := int32(0)
	for n--; n >= 0; n-- {
		node := &t.nodes[path[n]]
		node.low = max(node.low, low)
		for !node.known && node.low < limit {
			if r.bit() == 1 {
				node.known = true
			} else {
				node.low++
			}
		}
		low = node.low
	}
	leafNode := &t.nodes[leaf]
	return leafNode.known && leafNode.low < limit
}
