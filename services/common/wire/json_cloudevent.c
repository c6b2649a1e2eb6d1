// SPDX-License-Identifier: MPL-2.0
#include <parloeb/json.h>

static void
put_text(struct plb_buf *out, const char *name, struct plb_slice v)
{
	if (v.len == 0)
		return;
	plb_buf_str(out, ",\"");
	plb_buf_str(out, name);
	plb_buf_str(out, "\":");
	plb_buf_json(out, v);
}

enum plb_err
plb_json_cloudevent(const struct plb_schema *s, const struct plb_event *ev, struct plb_slice body,
    const char *partitionkey, const struct plb_opener *opener, struct plb_buf *out,
    struct plb_errctx *ec)
{
	char text[PLB_TIME_TEXT], uuid[PLB_UUID_TEXT];
	struct plb_opener hides;
	enum plb_err err;

	plb_buf_str(out, "{\"specversion\":\"1.0\"");
	put_text(out, "id", ev->id);
	put_text(out, "source", ev->source);
	put_text(out, "type", ev->type);
	put_text(out, "time", plb_slice_str(plb_time_text(ev->time, text)));
	put_text(out, "datacontenttype", plb_slice_str("application/json"));
	if (ev->has_leveringid)
		put_text(out, "leveringid", plb_slice_str(plb_uuid_text(ev->leveringid, uuid)));
	if (ev->sequence > 0) {
		plb_buf_str(out, ",\"sequence\":\"");
		plb_buf_dec(out, ev->sequence);
		plb_buf_u8(out, '"');
	}
	if (ev->has_correlationid)
		put_text(
		    out, "correlationid", plb_slice_str(plb_uuid_text(ev->correlationid, uuid)));
	put_text(out, "causationid", ev->causationid);
	put_text(out, "partitionkey", plb_slice_str(partitionkey));
	plb_buf_str(out, ",\"data\":");
	if (opener != NULL) {
		hides = *opener;
		hides.skjul = ev->skjul;
		hides.nummer = ev->nummer;
		opener = &hides;
	}
	err = plb_json_data(s, body, ev->has_person ? &ev->person : NULL, opener, out, ec);
	plb_buf_u8(out, '}');
	return err;
}
