package main

import (
	"encoding/binary"
	"os"

	"github.com/rogpeppe/go-internal/testscript"
)

// dicom FILE SYNTAX writes a CT slice of 2 x 3 pixels, -1 to 4, whose file says
// it is of that transfer syntax.
func dicomCommand(ts *testscript.TestScript, neg bool, args []string) {
	file := append(make([]byte, 128), "DICM"...)
	element := func(group, number uint16, vr, value string) {
		file = binary.LittleEndian.AppendUint16(file, group)
		file = binary.LittleEndian.AppendUint16(file, number)
		file = append(file, vr...)
		if vr == "OW" {
			file = append(file, 0, 0)
			file = binary.LittleEndian.AppendUint32(file, uint32(len(value)))
		} else {
			file = binary.LittleEndian.AppendUint16(file, uint16(len(value)))
		}
		file = append(file, value...)
	}
	element(0x0002, 0x0010, "UI", args[1]+"\x00"[:len(args[1])%2])
	element(0x0008, 0x0060, "CS", "CT")
	element(0x0010, 0x0010, "PN", "Doe^Jane")
	element(0x0028, 0x0010, "US", "\x02\x00")
	element(0x0028, 0x0011, "US", "\x03\x00")
	element(0x0028, 0x0100, "US", "\x10\x00")
	element(0x0028, 0x0101, "US", "\x0c\x00")
	element(0x0028, 0x0102, "US", "\x0b\x00")
	element(0x0028, 0x0103, "US", "\x01\x00")
	element(0x0028, 0x1050, "DS", `50\-600 `)
	element(0x0028, 0x1051, "DS", `350\1200`)
	element(0x0028, 0x1052, "DS", "-100")
	element(0x0028, 0x1053, "DS", "2 ")
	element(0x0028, 0x1055, "LO", `SOFT\LUNG `)
	element(0x7fe0, 0x0010, "OW", "\xff\xff\x00\x00\x01\x00\x02\x00\x03\x00\x04\x00")
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), file, 0o644))
}
