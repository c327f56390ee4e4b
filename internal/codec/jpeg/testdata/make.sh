#!/bin/sh
# Makes the pictures of this folder with cjpeg of libjpeg-turbo: slopes, a disc
# and stripes in three colours, 53 x 37.
set -e
cd "$(dirname "$0")"
awk 'BEGIN {
	print "P3 53 37 255"
	for (y = 0; y < 37; y++) for (x = 0; x < 53; x++) {
		disc = (x-20)^2 + (y-18)^2 < 150
		print x*4, disc ? 230 : y*6, (x+y)%7 < 2 ? 250 : 255-x*4
	}
}' > picture.ppm
cjpeg -quality 90 -grayscale -outfile grey.jpg picture.ppm
cjpeg -quality 80 -sample 2x2 -outfile 420.jpg picture.ppm
cjpeg -quality 95 -sample 2x1 -restart 3B -outfile 422-restart.jpg picture.ppm
cjpeg -quality 60 -sample 1x2 -optimize -outfile 440.jpg picture.ppm
cjpeg -quality 60 -sample 4x1 -outfile 411.jpg picture.ppm
cjpeg -quality 90 -rgb -outfile rgb.jpg picture.ppm
cjpeg -quality 90 -progressive -sample 2x2 -outfile progressive.jpg picture.ppm
cjpeg -quality 98 -progressive -rgb -restart 1 -outfile progressive-rgb-restart.jpg picture.ppm
cjpeg -quality 85 -progressive -grayscale -restart 5B -outfile progressive-grey-restart.jpg picture.ppm
echo '0; 1; 2;' > scans
cjpeg -quality 75 -sample 2x2 -scans scans -outfile scan-each.jpg picture.ppm
cjpeg -quality 75 -arithmetic -outfile arithmetic.jpg picture.ppm
rm picture.ppm scans
