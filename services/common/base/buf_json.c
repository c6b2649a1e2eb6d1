// SPDX-License-Identifier: MPL-2.0
#include <parloeb/buf.h>

/* What a byte is inside a JSON string: 0 copied as it is, 1 a control character without a short
 * form, 2 beginning or middle of a UTF-8 sequence, else the letter behind the backslash. */
enum { PLAIN = 0, CONTROL = 1, UTF8 = 2 };

static const uint8_t kind[256] = {
    [0x00 ... 0x07] = CONTROL,
    ['\b'] = 'b',
    ['\t'] = 't',
    ['\n'] = 'n',
    [0x0b] = CONTROL,
    ['\f'] = 'f',
    ['\r'] = 'r',
    [0x0e ... 0x1f] = CONTROL,
    ['"'] = '"',
    ['\\'] = '\\',
    [0x80 ... 0xff] = UTF8,
};

/* Escape the byte at p; returns how many bytes of the input are done. */
static size_t
special(struct plb_buf *b, const uint8_t *p, size_t left)
{
	static const char digit[] = "0123456789abcdef";
	char esc[6] = {'\\', 'u', '0', '0', digit[p[0] >> 4], digit[p[0] & 15]};
	size_t n;

	if (kind[p[0]] == UTF8) {
		n = plb_utf8_len(p, left);
		if (n == 0) {
			plb_buf_put(b, "\xef\xbf\xbd", 3);
			return 1;
		}
		plb_buf_put(b, p, n);
		return n;
	}
	if (kind[p[0]] == CONTROL) {
		plb_buf_put(b, esc, sizeof(esc));
		return 1;
	}
	esc[1] = (char)kind[p[0]];
	plb_buf_put(b, esc, 2);
	return 1;
}

void
plb_buf_json(struct plb_buf *b, struct plb_slice text)
{
	size_t at = 0;

	plb_buf_u8(b, '"');
	while (at < text.len && !b->failed) {
		size_t from = at;

		while (at < text.len && kind[text.p[at]] == PLAIN)
			at++;
		plb_buf_put(b, text.p + from, at - from);
		if (at < text.len)
			at += special(b, text.p + at, text.len - at);
	}
	plb_buf_u8(b, '"');
}
