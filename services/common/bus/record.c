// SPDX-License-Identifier: MPL-2.0
#include "bus_int.h"

static void
headers(const rd_kafka_message_t *m, struct plb_record *out)
{
	rd_kafka_headers_t *h = NULL;

	out->n_headers = 0;
	if (rd_kafka_message_headers(m, &h) != RD_KAFKA_RESP_ERR_NO_ERROR)
		return;
	while (out->n_headers < PLB_HEADERS_MAX) {
		struct plb_header *to = &out->header[out->n_headers];
		const void *value = NULL;
		size_t size = 0;

		if (rd_kafka_header_get_all(h, out->n_headers, &to->name, &value, &size) !=
		    RD_KAFKA_RESP_ERR_NO_ERROR)
			break;
		to->value = plb_slice(value, value == NULL ? 0 : size);
		out->n_headers++;
	}
}

void
bus_record(const rd_kafka_message_t *m, const char *topic, struct plb_record *out)
{
	rd_kafka_timestamp_type_t type;

	out->topic = topic;
	out->partition = m->partition;
	out->offset = m->offset;
	out->timestamp.ms = rd_kafka_message_timestamp(m, &type);
	out->key = plb_slice(m->key, m->key == NULL ? 0 : m->key_len);
	out->value = plb_slice(m->payload, m->payload == NULL ? 0 : m->len);
	out->tombstone = m->payload == NULL;
	headers(m, out);
}

enum plb_err
bus_headers(const struct plb_header *h, size_t n, rd_kafka_headers_t **out)
{
	*out = NULL;
	if (n == 0)
		return PLB_OK;
	*out = rd_kafka_headers_new(n);
	if (*out == NULL)
		return PLB_E_HUKOMMELSE;
	for (size_t i = 0; i < n; i++) {
		/* An empty value is one byte long nowhere: "" with length 0, not null. */
		const void *value = h[i].value.len == 0 ? (const void *)"" : h[i].value.p;

		if (rd_kafka_header_add(*out, h[i].name, -1, value, (ssize_t)h[i].value.len)) {
			rd_kafka_headers_destroy(*out);
			*out = NULL;
			return PLB_E_HUKOMMELSE;
		}
	}
	return PLB_OK;
}

rd_kafka_resp_err_t
bus_produce(rd_kafka_t *rk, rd_kafka_topic_t *topic, int32_t partition, struct plb_slice key,
    struct plb_slice value, bool tombstone, const struct plb_header *h, size_t n, void *opaque)
{
	/* librdkafka takes a null pointer as null; ours is null only for a tombstone. */
	void *payload = tombstone ? NULL : value.len == 0 ? (void *)"" : (void *)(uintptr_t)value.p;
	void *name = (void *)(uintptr_t)key.p;
	rd_kafka_headers_t *list;
	rd_kafka_resp_err_t err;

	if (bus_headers(h, n, &list) != PLB_OK)
		return RD_KAFKA_RESP_ERR__QUEUE_FULL;
	err = rd_kafka_producev(rk, RD_KAFKA_V_RKT(topic), RD_KAFKA_V_PARTITION(partition),
	    RD_KAFKA_V_KEY(name, key.len), RD_KAFKA_V_VALUE(payload, tombstone ? 0 : value.len),
	    RD_KAFKA_V_HEADERS(list), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
	    RD_KAFKA_V_OPAQUE(opaque), RD_KAFKA_V_END);
	if (err && list != NULL)
		rd_kafka_headers_destroy(list);
	return err;
}
